import { Alert, Box, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { useAbilities } from "@/shared/session/me";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";

const KNOWN = [
  "energy_residual_kwh",
  "rounded_residual_kwh",
  "pool_residual_kwh",
  "money_residual",
  "soc_violation_kwh",
  "need_violation_kwh",
  "network_residual_kw",
  "network_unsolved_steps",
] as const;

type Proof = Schemas["ProofOut"];

/** What the run checked about itself, with its limits. */
export function ProofTable({ runId }: { runId: number }) {
  const { t } = useTranslation("runs");
  const { isHousehold } = useAbilities();
  const summary = useQuery({
    ...$api.queryOptions("get", "/api/v1/results/{run_id}/summary", { params: { path: { run_id: runId } } }),
    enabled: !isHousehold,
    staleTime: 300_000,
  });
  const content = () => {
    if (isHousehold) return <Text c="dimmed">{t("details.proofHousehold")}</Text>;
    if (summary.isError) return <ProblemNotice problem={summary.error} onRetry={() => summary.refetch()} />;
    if (summary.data === undefined) return <Skeleton h={300} />;
    return summary.data.proof ? <Entries proof={summary.data.proof} /> : <Text>{t("details.proofNone")}</Text>;
  };
  return (
    <Surface p="lg">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t("details.proof")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("details.proofHelp")}
          </Text>
        </div>
        {content()}
      </Stack>
    </Surface>
  );
}

function Entries({ proof }: { proof: Proof }) {
  const { t } = useTranslation("runs");
  return (
    <Stack gap="sm">
      {proof.ok !== null && (
        <Alert
          color={proof.ok ? "moss" : "red"}
          variant="light"
          role={proof.ok ? "status" : "alert"}
          icon={proof.ok ? <IconCheck size={20} /> : <IconX size={20} />}
          title={proof.ok ? t("details.proofOk") : t("details.proofBad")}
        />
      )}
      <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label={t("details.proof")}>
        <Table verticalSpacing="xs" fz="sm" miw={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("details.check")}</Table.Th>
              <Table.Th ta="right">{t("details.worst")}</Table.Th>
              <Table.Th ta="right">{t("details.limit")}</Table.Th>
              <Table.Th>{t("details.verdict")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {Object.entries(proof.entries).map(([name, entry]) => (
              <Entry key={name} name={name} entry={entry} />
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </Stack>
  );
}

function Entry({ name, entry }: { name: string; entry: Proof["entries"][string] }) {
  const { t } = useTranslation("runs");
  const { locale } = useFormats();
  const known = KNOWN.find((key) => key === name);
  const small = (value: unknown) =>
    typeof value === "number" ? `${tiny(value, locale)}${entry.unit ? ` ${entry.unit}` : ""}` : "–";
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {known ? t(`details.entry.${known}.name`) : name}
        </Text>
        {known && (
          <Text size="xs" c="dimmed">
            {t(`details.entry.${known}.help`)}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
        {small(entry.value)}
      </Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
        {small(entry.limit)}
      </Table.Td>
      <Table.Td>
        {entry.ok !== null && (
          <Group gap={4} wrap="nowrap">
            {entry.ok ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
            {entry.ok ? t("details.holds") : t("details.fails")}
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Differences are mostly far below one: two digits and a power of ten. */
function tiny(value: number, locale: string): string {
  if (value === 0) return "0";
  const usual = Math.abs(value) >= 0.01;
  return new Intl.NumberFormat(
    locale,
    usual ? { maximumSignificantDigits: 3 } : { notation: "scientific", maximumFractionDigits: 1 },
  ).format(value);
}
