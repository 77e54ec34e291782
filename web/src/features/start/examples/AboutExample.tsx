import { Modal, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ExampleEntry } from "./files";

interface Props {
  entry: ExampleEntry;
  opened: boolean;
  onClose: () => void;
}

/** Where the data are from and what may be done with them, in the words of their publishers. */
export function AboutExample({ entry, opened, onClose }: Props) {
  const { t } = useTranslation(["start", "common"]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={
        <Text fw={650} size="lg" component="span">
          {entry.title}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <Stack lang="en">
        <Text>{entry.about}</Text>
        <div>
          <Title order={3} size="h5" mb="xs" lang="">
            {t("example.licence")}
          </Title>
          <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {entry.licence}
          </Text>
        </div>
      </Stack>
    </Modal>
  );
}
