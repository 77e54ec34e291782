import { Skeleton } from "@mantine/core";
import { type ReactNode, useDeferredValue } from "react";

interface Props {
  /** About the height of the content, so that nothing jumps. */
  height: number;
  children: ReactNode;
}

/** For what is below the fold: drawn right after the rest has been painted, and interrupted by what people press. */
export function Later({ height, children }: Props) {
  const isTime = useDeferredValue(true, false);
  return isTime ? children : <Skeleton h={height} aria-busy="true" />;
}
