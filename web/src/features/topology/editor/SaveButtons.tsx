import { Badge, Button } from "@mantine/core";
import { IconDeviceFloppy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEditing, useEditor } from "./context";
import { Faults } from "./Faults";

/** What is unsaved, and the ways out of that. */
export function SaveButtons({ busy, onSave }: { busy: boolean; onSave: () => void }) {
  const { t } = useTranslation(["topology", "common"]);
  const editor = useEditor();
  const dirty = useEditing((state) => state.draft !== state.base);
  if (editor.readOnly)
    return (
      <Badge variant="light" color="gray">
        {t("panel.viewOnly")}
      </Badge>
    );
  return (
    <>
      <Faults />
      <Badge variant="light" color={dirty ? "yellow" : "gray"} role="status">
        {t(dirty ? "common:state.unsaved" : "common:state.saved")}
      </Badge>
      <Button
        variant="default"
        disabled={!dirty || busy}
        onClick={() => editor.edit(() => editor.store.getState().base)}
      >
        {t("action.discard")}
      </Button>
      <Button leftSection={<IconDeviceFloppy size={18} />} disabled={!dirty} loading={busy} onClick={onSave}>
        {t("common:action.save")}
      </Button>
    </>
  );
}
