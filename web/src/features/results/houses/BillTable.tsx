import { Box, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { BillLine, BillPeriod } from "./queries";

const NAMES = [
  "import",
  "purchase",
  "purchase_inside",
  "purchase_between",
  "fees",
  "fuel",
  "export",
  "sale",
  "sale_inside",
  "sale_between",
  "incentive",
] as const;
type LineName = (typeof NAMES)[number];

/** The lines of a bill that have something in them, and their sum. */
export function BillTable({ period, currency, label }: { period: BillPeriod; currency: string; label: string }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const lines = period.lines.filter((line) => line.amount_eur !== 0 || (line.energy_kwh ?? 0) !== 0);
  const word = (line: BillLine) => {
    const name = NAMES.find((known) => known === line.name) as LineName | undefined;
    return name === undefined ? line.name : t(`bill.lines.${name}`);
  };
  const isPaid = period.bill_eur >= 0;
  return (
    <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label={label}>
      <Table
        verticalSpacing={6}
        horizontalSpacing="xs"
        aria-label={label}
        style={{ fontVariantNumeric: "tabular-nums" }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("bill.item")}</Table.Th>
            <Table.Th scope="col" ta="right">
              {t("bill.energy")}
            </Table.Th>
            <Table.Th scope="col" ta="right" visibleFrom="xs">
              {t("bill.price")}
            </Table.Th>
            <Table.Th scope="col" ta="right">
              {t("bill.amount")}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.name}>
              <Table.Td>{word(line)}</Table.Td>
              <Right>{line.energy_kwh === null ? "" : formats.quantity(line.energy_kwh, "kWh")}</Right>
              <Right visibleFrom="xs">
                {line.price_eur_per_kwh === null ? "" : formats.price(line.price_eur_per_kwh, currency)}
              </Right>
              <Right>{formats.money(line.amount_eur, currency)}</Right>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">{isPaid ? t("bill.toPay") : t("bill.toGet")}</Table.Th>
            <Table.Td />
            <Table.Td visibleFrom="xs" />
            <Table.Td ta="right">
              <Text span fw={700} style={{ whiteSpace: "nowrap" }}>
                {formats.money(Math.abs(period.bill_eur), currency)}
              </Text>
            </Table.Td>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Box>
  );
}

function Right({ children, visibleFrom }: { children: string; visibleFrom?: "xs" }) {
  return (
    <Table.Td ta="right" style={{ whiteSpace: "nowrap" }} visibleFrom={visibleFrom}>
      {children}
    </Table.Td>
  );
}
