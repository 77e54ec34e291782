import { Alert, Button, Code, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Checked } from "./calls";
import type { Rules } from "./draft";
import { linesOf } from "./lines";
import { lineOf, remediesFor, standardOffset, type Trouble, troubleOf } from "./mend";

interface Props {
  file: File;
  encoding: string | null | undefined;
  errors: Checked["errors"];
  rules: Rules;
  year: number;
  onMend: (rules: Partial<Rules>) => void;
}

/** What is wrong with the file: by line, with the line's text, and rules that would let it pass. */
export function Findings({ file, encoding, errors, rules, year, onMend }: Props) {
  const { t } = useTranslation("profiles");
  const numbers = useMemo(
    () => errors.map((error) => lineOf(error.field)).filter((line): line is number => line !== null),
    [errors],
  );
  const lines = useQuery({
    queryKey: ["import-lines", file.name, file.size, file.lastModified, numbers],
    queryFn: () => linesOf(file, numbers, encoding),
    enabled: numbers.length > 0,
    gcTime: 0,
  }).data;
  const troubles = useMemo(
    () => [...new Set(errors.map((error) => troubleOf(error.message)))].filter((one): one is Trouble => one !== null),
    [errors],
  );
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={20} />}
      title={t("import.findings.title", { count: errors.length })}
      role="alert"
    >
      <Stack gap="md">
        {troubles.map((trouble) => (
          <Stack key={trouble} gap={4}>
            <Text size="sm" fw={600}>
              {t(`import.mend.${trouble}`)}
            </Text>
            <Group gap="xs">
              {remediesFor(trouble, standardOffset(rules.timezone, year)).map((remedy) => (
                <Button key={remedy.id} size="xs" variant="default" onClick={() => onMend(remedy.rules)}>
                  {t(`import.remedy.${remedy.id}`, { offset: remedy.rules.timezone })}
                </Button>
              ))}
            </Group>
          </Stack>
        ))}
        <List
          size="sm"
          spacing={6}
          mah={420}
          style={{ overflow: "auto" }}
          tabIndex={0}
          role="list"
          aria-label={t("import.findings.label")}
        >
          {errors.map((error) => {
            const line = lineOf(error.field);
            const text = line === null ? undefined : lines?.get(line);
            return (
              <List.Item key={`${error.field}-${error.message}`}>
                <Text span size="sm">
                  {line !== null && <b>{t("import.findings.line", { line })} </b>}
                  {line === null && error.field && error.field !== "file" && <b>{error.field}: </b>}
                  {error.message}
                </Text>
                {text !== undefined && (
                  <Code block mt={2}>
                    {text}
                  </Code>
                )}
              </List.Item>
            );
          })}
        </List>
      </Stack>
    </Alert>
  );
}
