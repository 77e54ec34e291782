import { Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { ZoneClock } from "@/shared/format/zoneClock";
import { Awaited } from "@/shared/ui/Awaited";
import { Surface } from "@/shared/ui/Surface";
import { pricesQuery, type ResultNode, type Summary } from "../queries";
import { hoursOfDayOption, priceDurationOption } from "./priceCharts";
import { hoursOfDay, type PriceSeries, priceDuration } from "./prices";

interface Props {
  summary: Summary;
  transformers: ResultNode[];
  pool?: number;
  onPool: (id: number) => void;
}

/** Local prices inside a transformer: over the day, and for how many hours they were how high. */
export function Prices({ summary, transformers, pool, onPool }: Props) {
  const { t } = useTranslation("results");
  const chosen = transformers.find((one) => one.node_id === pool) ?? transformers[0];
  const query = useQuery(pricesQuery(summary.run_id, { nodeId: chosen?.node_id, resolution: "1h" }));
  return (
    <Stack gap="sm">
      {transformers.length > 1 && chosen && (
        <Select
          label={t("trades.prices.pool")}
          data={transformers.map((one) => ({ value: String(one.node_id), label: one.name }))}
          value={String(chosen.node_id)}
          onChange={(id) => id && onPool(Number(id))}
          allowDeselect={false}
          searchable
          limit={50}
          maw={320}
        />
      )}
      <Awaited query={query} height={380}>
        {(found) => (
          <Drawn
            summary={summary}
            series={{
              start: Date.parse(found.start ?? summary.start),
              stepMinutes: found.step_minutes ?? 60,
              prices: found.prices,
              tradedKw: found.traded_kw,
            }}
          />
        )}
      </Awaited>
    </Stack>
  );
}

function Drawn({ summary, series }: { summary: Summary; series: PriceSeries }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const { prices, tradedKw, start, stepMinutes } = series;
  const unit = `${summary.currency}/kWh`;
  const words = t("trades.prices.words", { returnObjects: true });
  const { hours, duration } = useMemo(() => {
    const kept = { prices, tradedKw, start, stepMinutes };
    const clock = new ZoneClock(summary.timezone, Date.parse(summary.start), Date.parse(summary.end));
    return { hours: hoursOfDay(kept, clock), duration: priceDuration(kept) };
  }, [prices, tradedKw, start, stepMinutes, summary]);
  const showPrice = duration !== null && !duration.isConstant;
  // biome-ignore lint/correctness/useExhaustiveDependencies: words follow from the language, which formats follow too
  const byHour = useMemo(
    () => hoursOfDayOption(hours, showPrice, unit, words, palette, formats),
    [hours, showPrice, unit, palette, formats],
  );
  const tariff = summary.parameters.tariff as {
    kind?: string;
    retail_eur_per_kwh?: number;
    feed_in_eur_per_kwh?: number;
  };
  const bounds = useMemo(
    () =>
      tariff?.kind === "flat" && tariff.retail_eur_per_kwh !== undefined && tariff.feed_in_eur_per_kwh !== undefined
        ? { retail: tariff.retail_eur_per_kwh, feedIn: tariff.feed_in_eur_per_kwh }
        : null,
    [tariff],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const byRank = useMemo(
    () => duration && priceDurationOption(duration, stepMinutes / 60, bounds, unit, words, palette, formats),
    [duration, stepMinutes, bounds, unit, palette, formats],
  );
  return (
    <Stack gap="sm">
      <Text size="sm" maw={760}>
        {duration === null
          ? t(isPriceless(summary) ? "trades.prices.priceless" : "trades.prices.none")
          : duration.isConstant
            ? t("trades.prices.constant", { price: formats.price(duration.highest, summary.currency) })
            : t("trades.prices.range", {
                low: formats.price(duration.lowest, summary.currency),
                high: formats.price(duration.highest, summary.currency),
                hours: formats.number(duration.hoursWithTrade, 0),
              })}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: duration && !duration.isConstant ? 2 : 1 }} spacing="md">
        <Surface>
          <Chart
            label={t("trades.prices.byHour")}
            option={byHour}
            height={340}
            table={() => ({
              columns: [t("trades.prices.hour"), words.traded, words.price],
              rows: hours.map(({ hour, tradedKw: kw, price }) => [
                `${String(hour).padStart(2, "0")}:00`,
                formats.quantity(kw, "kW", 2),
                formats.price(price, summary.currency),
              ]),
            })}
          />
        </Surface>
        {duration && !duration.isConstant && (
          <Surface>
            <Chart label={t("trades.prices.byRank")} option={byRank} height={340} />
          </Surface>
        )}
      </SimpleGrid>
    </Stack>
  );
}

/** Under these pricings no local kWh has a price of its own. */
function isPriceless({ parameters }: Summary): boolean {
  return parameters.pricing === "bill_sharing" || parameters.pricing === "upstream";
}
