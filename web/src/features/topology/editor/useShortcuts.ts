import { useHotkeys } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { notifyDone } from "@/shared/ui/notify";
import { useEditor } from "./context";
import { useActions } from "./useActions";

/** The keys that people know from elsewhere. Inside inputs they do what they do in inputs; only saving works there too. */
export function useShortcuts(save: () => void): void {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const actions = useActions();
  const changing = (act: () => void) => (event: KeyboardEvent) => {
    event.preventDefault();
    if (!editor.readOnly) act();
  };
  const copy = (event: KeyboardEvent) => {
    // Text that is marked is meant first.
    if (window.getSelection()?.toString()) return;
    event.preventDefault();
    const count = actions.copy();
    if (count > 0) notifyDone(t("notice.copied", { count }));
  };
  const plain = { preventDefault: false };
  useHotkeys([
    ["mod+Z", changing(editor.undo), plain],
    ["mod+shift+Z", changing(editor.redo), plain],
    ["mod+Y", changing(editor.redo), plain],
    ["mod+C", copy, plain],
    ["mod+V", changing(actions.paste), plain],
    ["mod+D", changing(actions.duplicate), plain],
    ["Delete", changing(actions.remove), plain],
    ["Backspace", changing(actions.remove), plain],
  ]);
  useHotkeys([["mod+S", changing(save), plain]], []);
}
