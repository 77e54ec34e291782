import { createContext, useContext } from "react";
import { type Editor, type EditorState, useEditorState } from "./store";

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (editor === null) throw new Error("There is no editor around this.");
  return editor;
}

/** A part of the editor's state. */
export function useEditing<T>(pick: (state: EditorState) => T): T {
  return useEditorState(useEditor(), pick);
}
