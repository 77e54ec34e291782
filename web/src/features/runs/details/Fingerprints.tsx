import { ActionIcon, Code, CopyButton, Group, Stack, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "@/shared/runs/queries";
import { Surface } from "@/shared/ui/Surface";

/** What a run was made of, exactly enough to make it again. */
export function Fingerprints({ run, timezone }: { run: Run; timezone: string }) {
  const { t } = useTranslation("runs");
  const { moment } = useFormats();
  const rows: [string, string | null, boolean][] = [
    [t("details.start"), moment(run.start, timezone), false],
    [t("details.end"), moment(run.end, timezone), false],
    [t("details.startedAt"), run.started_at && moment(run.started_at, timezone), false],
    [t("details.finishedAt"), run.finished_at && moment(run.finished_at, timezone), false],
    [t("details.engine"), run.engine_version, false],
    [t("details.topologyVersion"), String(run.topology_version), false],
    [t("details.topologyHash"), run.topology_hash, true],
    [t("details.profilesHash"), run.profiles_hash, true],
    [t("details.digest"), run.result_digest, true],
  ];
  return (
    <Surface p="lg">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t("details.inputs")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("details.inputsHelp")}
          </Text>
        </div>
        <Table variant="vertical" verticalSpacing={6} horizontalSpacing={0} fz="sm" layout="auto">
          <Table.Tbody>
            {rows.map(([name, value, isHash]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" bg="transparent" fw={400} c="dimmed" w="38%" pr="md">
                  {name}
                </Table.Th>
                <Table.Td>{value === null ? "–" : isHash ? <Hash name={name} value={value} /> : value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Surface>
  );
}

function Hash({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation("runs");
  return (
    <Group gap={4} wrap="nowrap">
      <Code style={{ overflowWrap: "anywhere" }}>{value}</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("details.copied") : t("details.copyValue", { name })}>
            <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={t("details.copyValue", { name })}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
