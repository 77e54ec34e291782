import { ActionIcon, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { plusDays } from "@/shared/format/zones";
import { Awaited } from "@/shared/ui/Awaited";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { Surface } from "@/shared/ui/Surface";
import { type Trade, tradesQuery } from "../queries";
import type { Nodes } from "./exchanges";

interface Props {
  runId: number;
  nodes: Nodes;
  timezone: string;
  currency: string;
  date: string;
  /** First and last local date of the run. */
  range: [first: string, last: string];
  nodeId?: number;
  onDate: (date: string) => void;
}

/** More rows than anybody reads; all of them are in the download. */
const MOST = 20_000;

/** Every trade of one local day with its price. */
export function DayTrades({ runId, nodes, timezone, currency, date, range: [first, last], nodeId, onDate }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  const query = useQuery(tradesQuery(runId, date, plusDays(date, 1), nodeId, MOST));
  const columns = useColumns(nodes, timezone, currency);
  const go = (day: string) => onDate(day < first ? first : day > last ? last : day);
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <ActionIcon
          variant="default"
          size={36}
          disabled={date <= first}
          onClick={() => go(plusDays(date, -1))}
          aria-label={t("trades.day.previous")}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <TextInput
          type="date"
          label={t("trades.day.date")}
          value={date}
          min={first}
          max={last}
          onChange={(event) => event.currentTarget.value && go(event.currentTarget.value)}
        />
        <ActionIcon
          variant="default"
          size={36}
          disabled={date >= last}
          onClick={() => go(plusDays(date, 1))}
          aria-label={t("trades.day.next")}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
        <Text size="sm" c="dimmed" pb={8}>
          {t("common:timezone", { zone: timezone })}
        </Text>
      </Group>
      <Awaited query={query} height={420}>
        {(found) => (
          <Surface>
            {found.price_is_mean && (
              <Text size="sm" c="dimmed" mb="xs">
                {t("trades.day.mean")}
              </Text>
            )}
            {found.next_cursor && (
              <Text size="sm" c="dimmed" mb="xs">
                {t("trades.day.first", { count: MOST, number: formats.number(MOST) })}
              </Text>
            )}
            <DataTable
              label={t("trades.day.label", { date })}
              rows={found.items}
              columns={columns}
              rowKey={(trade) => `${trade.start} ${trade.house_id} ${trade.pool_id}`}
              height={420}
              empty={
                <Text c="dimmed" ta="center" py="lg">
                  {t("trades.day.none")}
                </Text>
              }
            />
          </Surface>
        )}
      </Awaited>
    </Stack>
  );
}

function useColumns(nodes: Nodes, timezone: string, currency: string): Column<Trade>[] {
  const { t } = useTranslation("results");
  const formats = useFormats();
  return useMemo(() => {
    const name = (id: number) => nodes.get(id)?.name ?? `#${id}`;
    return [
      {
        id: "start",
        header: t("trades.day.time"),
        value: (trade) => trade.start,
        render: (trade) => formats.time(trade.start, timezone),
      },
      { id: "house", header: t("trades.day.house"), value: (trade) => name(trade.house_id) },
      {
        id: "side",
        header: t("trades.day.side"),
        value: (trade) => t(`trades.day.${trade.side === "buy" ? "bought" : "sold"}`),
      },
      {
        id: "pool",
        header: t("trades.day.pool"),
        value: (trade) => (nodes.has(trade.pool_id) ? name(trade.pool_id) : "–"),
      },
      {
        id: "energy",
        header: t("trades.energy"),
        unit: "kWh",
        value: (trade) => trade.energy_kwh,
        render: (trade) => formats.number(trade.energy_kwh, 4),
        numeric: true,
      },
      {
        id: "price",
        header: t("trades.day.price"),
        unit: `${currency}/kWh`,
        value: (trade) => trade.price_eur_per_kwh,
        render: (trade) => (trade.price_eur_per_kwh === null ? "–" : formats.number(trade.price_eur_per_kwh, 4)),
        numeric: true,
      },
      {
        id: "amount",
        header: t("trades.day.amount"),
        unit: currency,
        value: (trade) => trade.amount,
        render: (trade) => (trade.amount === null ? "–" : formats.number(trade.amount, 4)),
        numeric: true,
      },
    ];
  }, [nodes, timezone, currency, formats, t]);
}
