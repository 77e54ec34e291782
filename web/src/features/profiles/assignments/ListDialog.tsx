import { Button, Code, FileButton, Group, List, Modal, Radio, Stack, Text, Textarea } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { House, Profile } from "../queries";
import { parseList } from "./csv";
import type { NewEntry } from "./plan";

interface Props {
  opened: boolean;
  houses: House[];
  profiles: Profile[];
  onClose: () => void;
  onTake: (entries: NewEntry[], replace: boolean) => void;
}

const MOST_FAULTS = 20;

/** Assignments as a list: pasted from a table, or from a file. */
export function ListDialog({ opened, houses, profiles, onClose, onTake }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const [text, setText] = useState("");
  const [replace, setReplace] = useState(false);
  const { entries, faults } = useMemo(() => parseList(text, houses, profiles), [text, houses, profiles]);
  const take = () => {
    onTake(entries, replace);
    setText("");
    onClose();
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      opened={opened}
      onClose={onClose}
      title={t("assign.list.title")}
      size="lg"
    >
      <Stack>
        <Text size="sm">{t("assign.list.help")}</Text>
        <Textarea
          label={t("assign.list.lines")}
          placeholder={"No. 7; H0 3500 kWh; 1,2\nNo. 8; H0 3500 kWh; 0,9"}
          autosize
          minRows={6}
          maxRows={14}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <FileButton
          accept=".csv,.txt,.tsv"
          inputProps={{ "aria-label": t("assign.list.file") }}
          onChange={async (file) => file && setText(await file.text())}
        >
          {(props) => (
            <Button {...props} variant="default" size="xs" style={{ alignSelf: "flex-start" }}>
              {t("assign.list.file")}
            </Button>
          )}
        </FileButton>
        <Radio.Group
          value={replace ? "all" : "add"}
          onChange={(value) => setReplace(value === "all")}
          label={t("assign.bulk.existing")}
        >
          <Group mt={6}>
            <Radio value="add" label={t("assign.list.add")} />
            <Radio value="all" label={t("assign.list.replaceAll")} />
          </Group>
        </Radio.Group>
        <Text size="sm" aria-live="polite">
          {t("assign.list.found", { count: entries.length })}
        </Text>
        {faults.length > 0 && (
          <List size="sm" c="red">
            {faults.slice(0, MOST_FAULTS).map((fault) => (
              <List.Item key={fault.line}>
                {t("import.findings.line", { line: fault.line })} {t(`assign.fault.${fault.kind}`)}{" "}
                <Code c="var(--mantine-color-text)">{fault.text}</Code>
              </List.Item>
            ))}
            {faults.length > MOST_FAULTS && (
              <List.Item>{t("import.more", { count: faults.length - MOST_FAULTS })}</List.Item>
            )}
          </List>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button onClick={take} disabled={entries.length === 0 || faults.length > 0}>
            {t("assign.list.take")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
