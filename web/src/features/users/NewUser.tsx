import { Modal, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Handover, NewUserDone } from "./NewUserDone";
import { NewUserForm } from "./NewUserForm";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** First the form, then what has to be handed over: the password is shown once, here. */
export function NewUser({ opened, onClose }: Props) {
  const { t } = useTranslation(["users", "common"]);
  const [made, setMade] = useState<Handover | null>(null);
  const close = () => {
    onClose();
    setMade(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={
        <Text fw={650} size="lg" component="span">
          {made === null ? t("create.title") : t("create.done", { name: made.username })}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      size="md"
    >
      {made === null ? (
        <NewUserForm onMade={setMade} onCancel={close} />
      ) : (
        <NewUserDone handover={made} onClose={close} />
      )}
    </Modal>
  );
}
