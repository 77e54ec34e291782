import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Actions, actionsOf } from "./actions";
import { useEditor } from "./context";

export function useActions(): Actions {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  return useMemo(() => actionsOf(editor, { transformer: t("node.transformer"), house: t("node.house") }), [editor, t]);
}
