import { Box, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Awaited } from "@/shared/ui/Awaited";
import { nodesQuery, type ResultNode, type Summary } from "../queries";

/** More houses than this make no report but a file: they are in the download. */
const MOST = 400;
const KWH = ["load_kwh", "generation_kwh", "bought", "sold", "imported_kwh", "exported_kwh"] as const;
const MONEY = ["reference_bill_eur", "bill_eur", "saving_eur"] as const;

/** Every house's energy and bill on one line. */
export function BillSheet({ summary }: { summary: Summary }) {
  const { t } = useTranslation("results");
  const houses = useQuery(nodesQuery(summary.run_id, "house"));
  return (
    <Awaited query={houses} height={400}>
      {(found) => (
        <>
          {found.length > MOST && <Text size="sm">{t("report.bills.first", { shown: MOST, all: found.length })}</Text>}
          <Lines summary={summary} houses={found.slice(0, MOST)} />
        </>
      )}
    </Awaited>
  );
}

function Lines({ summary, houses }: { summary: Summary; houses: ResultNode[] }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const number = (value: unknown, digits: number) =>
    new Intl.NumberFormat(formats.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      Number(value ?? 0),
    );
  return (
    <Box className="report-wide" tabIndex={0} role="region" aria-label={t("report.bills.title")}>
      <Table verticalSpacing={2} horizontalSpacing={6} miw={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("report.bills.house")}</Table.Th>
            {KWH.map((name) => (
              <Table.Th key={name} ta="right">
                {t(`report.bills.${name}`)}
                <Text size="xs" c="dimmed">
                  kWh
                </Text>
              </Table.Th>
            ))}
            {MONEY.map((name) => (
              <Table.Th key={name} ta="right">
                {t(`report.bills.${name}`)}
                <Text size="xs" c="dimmed">
                  {summary.currency}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ fontVariantNumeric: "tabular-nums" }}>
          {houses.map((house) => (
            <Table.Tr key={house.node_id}>
              <Table.Td>{house.name}</Table.Td>
              {KWH.map((name) => (
                <Table.Td key={name} ta="right">
                  {number(energyOf(house, name), 0)}
                </Table.Td>
              ))}
              {MONEY.map((name) => (
                <Table.Td key={name} ta="right">
                  {number(house.indicators[name], 2)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

/** Bought and sold: inside the transformer and between transformers together. */
function energyOf({ indicators }: ResultNode, name: (typeof KWH)[number]): number {
  const read = (key: string) => Number(indicators[key] ?? 0);
  if (name === "bought" || name === "sold") return read(`${name}_local_kwh`) + read(`${name}_grid_kwh`);
  return read(name);
}
