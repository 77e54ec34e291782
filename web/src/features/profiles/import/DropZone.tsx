import { Box, Stack, Text, ThemeIcon, VisuallyHidden } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { type DragEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./DropZone.module.css";

const KINDS = ".csv,.txt,.tsv,.gz,.parquet";

interface Props {
  onFile: (file: File) => void;
  busy: boolean;
}

/** A place to drop a file on, or to choose one by mouse or keyboard. */
export function DropZone({ onFile, busy }: Props) {
  const { t } = useTranslation("profiles");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !busy) onFile(file);
  };
  const choose = () => {
    const file = input.current?.files?.[0];
    // The same file may be chosen again after it was mended.
    if (input.current) input.current.value = "";
    if (file) onFile(file);
  };
  return (
    <Box
      component="label"
      htmlFor={id}
      className={classes.zone}
      data-over={over}
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <VisuallyHidden>
        <input ref={input} id={id} type="file" accept={KINDS} onChange={choose} disabled={busy} />
      </VisuallyHidden>
      <Stack align="center" gap="xs">
        <ThemeIcon size={56} radius="xl" variant="light">
          <IconFileImport size={28} />
        </ThemeIcon>
        <Text fw={600}>{t("import.file.drop")}</Text>
        <Text size="sm" c="dimmed" ta="center">
          {t("import.file.kinds")}
        </Text>
      </Stack>
    </Box>
  );
}
