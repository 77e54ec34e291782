import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "../start.module.css";

interface Props {
  onFile: (file: File) => void;
}

/** A place for one file: dropped here, or chosen. */
export function DropArea({ onFile }: Props) {
  const { t } = useTranslation(["start", "common"]);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button does the same for all
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Stack align="center" gap="xs" p="xl">
        <IconFileUpload size={36} stroke={1.4} aria-hidden />
        <Group gap="xs" justify="center">
          <Text>{t("document.drop")}</Text>
          <FileButton
            accept="application/json,.json"
            inputProps={{ "aria-label": t("document.choose") }}
            onChange={(file) => file && onFile(file)}
          >
            {(props) => (
              <Button variant="light" size="compact-md" {...props}>
                {t("document.choose")}
              </Button>
            )}
          </FileButton>
        </Group>
      </Stack>
    </div>
  );
}
