import { Modal, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that is there as long as it is drawn. */
export function Dialog({ title, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
      title={
        <Text fw={650} size="lg" component="span">
          {title}
        </Text>
      }
    >
      {children}
    </Modal>
  );
}
