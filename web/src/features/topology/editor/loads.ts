import { createContext, useContext } from "react";
import type { Key } from "../document/types";
import type { Load } from "../queries";
import { useEditor } from "./context";

/** What transformers bore in the run that was chosen, by the service's ids. */
export const LoadsContext = createContext<ReadonlyMap<number, Load> | undefined>(undefined);

export function useLoadOf(transformer: Key): Load | undefined {
  const loads = useContext(LoadsContext);
  const editor = useEditor();
  return loads?.get(Number(editor.addressOf(transformer).slice("transformer-".length)));
}
