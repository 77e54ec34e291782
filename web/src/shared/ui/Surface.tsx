import { Paper, type PaperProps } from "@mantine/core";
import type { ReactNode } from "react";

/** A sheet on the page: cards, panels, charts lie on it. */
export function Surface({ children, ...props }: PaperProps & { children: ReactNode }) {
  return (
    <Paper withBorder p="md" bg="var(--hygge-surface)" style={{ borderColor: "var(--hygge-line)" }} {...props}>
      {children}
    </Paper>
  );
}
