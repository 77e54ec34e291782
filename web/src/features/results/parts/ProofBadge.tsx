import { Badge, Group, Popover, Table, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Summary } from "../queries";

type Proof = NonNullable<Summary["proof"]>;

/** Whether everything that must hold in a run did, in each step; what was checked, and by which limits, on demand. */
export function ProofBadge({ proof }: { proof: Summary["proof"] }) {
  const { t } = useTranslation("results");
  if (!proof || proof.ok === null) return <Badge color="gray">{t("overview.proof.none")}</Badge>;
  const Icon = proof.ok ? IconShieldCheck : IconAlertTriangle;
  return (
    <Popover width="min(560px, 92vw)" position="bottom-start" withArrow shadow="md" trapFocus={false}>
      <Popover.Target>
        <UnstyledButton aria-haspopup="dialog" style={{ borderRadius: 16 }}>
          <Badge
            size="lg"
            variant="light"
            color={proof.ok ? "moss" : "red"}
            leftSection={<Icon size={15} />}
            style={{ cursor: "pointer", textTransform: "none" }}
          >
            {proof.ok ? t("overview.proof.ok") : t("overview.proof.failed")}
          </Badge>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="xs">
          {t("overview.proof.help")}
        </Text>
        <ProofTable proof={proof} />
      </Popover.Dropdown>
    </Popover>
  );
}

export function ProofTable({ proof }: { proof: Proof }) {
  const { t } = useTranslation("results");
  return (
    <Table fz="xs" withRowBorders={false} verticalSpacing={3}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("overview.proof.checked")}</Table.Th>
          <Table.Th ta="right">{t("overview.proof.worst")}</Table.Th>
          <Table.Th ta="right">{t("overview.proof.limit")}</Table.Th>
          <Table.Th>{t("overview.proof.verdict")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(proof.entries).map(([name, entry]) => (
          <Table.Tr key={name}>
            <Table.Td>{t(`overview.proof.entries.${name}` as "overview.proof.entries.money_residual", name)}</Table.Td>
            <Table.Td ta="right">
              <Tiny value={entry.value} unit={entry.unit} />
            </Table.Td>
            <Table.Td ta="right">
              <Tiny value={entry.limit} unit={entry.unit} />
            </Table.Td>
            <Table.Td>{entry.ok === null ? "–" : t(`overview.proof.${entry.ok ? "holds" : "broken"}`)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Residuals are far below what other numbers are written with: 3.6e-7 as 3.6 · 10⁻⁷. */
function Tiny({ value, unit }: { value: unknown; unit: string | null }) {
  const { locale } = useFormats();
  if (typeof value !== "number") return <>–</>;
  const symbol = unit === null || unit === "1" ? "" : ` ${unit}`;
  if (value === 0 || Math.abs(value) >= 0.001)
    return (
      <Group component="span" display="inline" style={{ whiteSpace: "nowrap" }}>
        {new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value)}
        {symbol}
      </Group>
    );
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value / 10 ** exponent);
  return (
    <span style={{ whiteSpace: "nowrap" }}>
      {digits} · 10<sup>{String(exponent).replace("-", "−")}</sup>
      {symbol}
    </span>
  );
}
