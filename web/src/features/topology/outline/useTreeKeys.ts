import type { KeyboardEvent, MouseEvent } from "react";
import { parentOf } from "../document/places";
import type { Key } from "../document/types";
import { useEditor } from "../editor/context";
import { useDialogs } from "../editor/dialogs";
import type { Row } from "./rows";

interface Tree {
  rows: readonly Row[];
  current: Key;
  goTo: (key: Key) => void;
  expand: (key: Key, open: boolean) => void;
}

/** The keys of a tree with several selected rows, as the ARIA practices describe them. */
export function useTreeKeys({ rows, current, goTo, expand }: Tree) {
  const editor = useEditor();
  const openForm = useDialogs((state) => state.openForm);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === current),
  );

  const goToRow = (position: number, adding: boolean) => {
    const row = rows[Math.min(Math.max(position, 0), rows.length - 1)];
    if (row === undefined) return;
    goTo(row.key);
    editor.select(adding ? [...editor.store.getState().selected, row.key] : [row.key]);
  };
  const inward = () => {
    const row = rows[at];
    if (row?.expanded === false) expand(row.key, true);
    else if (row?.expanded) goToRow(at + 1, false);
  };
  const outward = () => {
    const row = rows[at];
    if (row?.expanded) {
      expand(row.key, false);
      return;
    }
    const parent = row && parentOf(editor.store.getState().draft, row.key);
    const position = rows.findIndex((other) => other.key === parent);
    if (position >= 0) goToRow(position, false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      ArrowDown: () => goToRow(at + 1, event.shiftKey),
      ArrowUp: () => goToRow(at - 1, event.shiftKey),
      PageDown: () => goToRow(at + 10, event.shiftKey),
      PageUp: () => goToRow(at - 10, event.shiftKey),
      Home: () => goToRow(0, false),
      End: () => goToRow(rows.length - 1, false),
      ArrowRight: inward,
      ArrowLeft: outward,
      " ": () => editor.toggle(current),
      Enter: () => {
        if (!editor.store.getState().selected.has(current)) editor.select([current]);
        openForm();
      },
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const onClick = (key: Key, event: MouseEvent) => {
    const before = rows.findIndex((row) => row.key === current);
    goTo(key);
    if (event.ctrlKey || event.metaKey) editor.toggle(key);
    else if (event.shiftKey && before >= 0) {
      const here = rows.findIndex((row) => row.key === key);
      const range = rows.slice(Math.min(before, here), Math.max(before, here) + 1);
      editor.select([...editor.store.getState().selected, ...range.map((row) => row.key)]);
    } else editor.select([key]);
  };
  return { onKeyDown, onClick };
}
