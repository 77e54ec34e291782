import { Button } from "@mantine/core";
import { IconPlus, IconTopologyStar3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/shared/ui/Empty";
import { useEditor } from "./context";
import { useActions } from "./useActions";

/** A community without anything in it: how to begin. */
export function Blank() {
  const { t } = useTranslation("topology");
  const { readOnly } = useEditor();
  const actions = useActions();
  return (
    <Empty
      icon={<IconTopologyStar3 size={30} />}
      title={t("blank.title")}
      actions={
        !readOnly && (
          <Button leftSection={<IconPlus size={16} />} onClick={actions.addTransformer}>
            {t("action.addTransformer")}
          </Button>
        )
      }
    >
      {t(readOnly ? "blank.look" : "blank.help")}
    </Empty>
  );
}
