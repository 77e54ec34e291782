import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { useAbilities } from "@/shared/session/me";
import { Surface } from "@/shared/ui/Surface";
import type { Header, ResultNode } from "../queries";
import { type PriceWords, priceLines, priceOption, priceTable } from "./priceOption";
import { stepPricesQuery, useTariffSeries } from "./queries";
import { type Fees, ratesOf, type Tariff } from "./rates";
import type { Scene } from "./scene";
import type { DaySpan } from "./span";

interface Props {
  run: Header;
  node: ResultNode;
  nodes: ResultNode[];
  scene: Scene;
  span: DaySpan;
}

/** The local price between what the supplier takes and pays. A household can't see the price of its transformer. */
export function PriceChart({ run, node, nodes, scene, span }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const palette = usePalette();
  const formats = useFormats();
  const { isHousehold } = useAbilities();
  const priced = nodes.find((one) => one.node_id === (node.kind === "house" ? node.parent_id : node.node_id));
  const answer = useQuery({
    ...stepPricesQuery(run.run_id, priced?.node_id ?? 0, span.date, span.end),
    enabled: priced !== undefined,
  });
  const from = scene.edges[0] as number;
  const to = scene.edges.at(-1) as number;
  const { prices, isMissing } = useTariffSeries(run, from, to, !isHousehold);
  const local = useMemo(() => {
    const prices = answer.data?.values.local_price_eur_per_kwh;
    return answer.data?.start && Date.parse(answer.data.start) === from && prices?.length === scene.load.length
      ? prices
      : null;
  }, [answer.data, from, scene]);
  const tariff = run.parameters.tariff as Tariff;
  const lines = useMemo(
    () => priceLines(scene, local, ratesOf(tariff, run.parameters.fees as Fees, scene.clock, prices)),
    [scene, local, tariff, run, prices],
  );
  const words = useMemo(
    (): PriceWords => ({ time: t("common:chart.time"), lines: t("day.prices", { returnObjects: true }) }),
    [t],
  );
  const option = useMemo(
    () => priceOption(scene, lines, run.currency, palette, words, formats),
    [scene, lines, run.currency, palette, words, formats],
  );
  const hasHolidays = tariff.kind === "time_of_use" && Boolean(tariff.holidays);
  const hasLocal = lines.some((line) => line.id === "local");
  const notes = [
    priced === undefined && t("day.priceHidden"),
    priced !== undefined && answer.isSuccess && !answer.isPlaceholderData && !hasLocal && t("day.priceNone"),
    priced !== undefined && node.kind === "house" && hasLocal && t("day.priceOf", { transformer: priced.name }),
    isHousehold && tariff.kind === "series" && t("day.priceSeries"),
    isMissing && t("day.priceSeriesGone"),
    hasHolidays && t("day.priceHolidays"),
  ].filter((note): note is string => typeof note === "string");
  return (
    <Surface>
      {lines.length > 0 && (
        <Chart
          label={t("day.price")}
          option={option}
          height={240}
          table={() => priceTable(scene, lines, run.currency, words, formats)}
        />
      )}
      {notes.map((note) => (
        <Text key={note} size="sm" c="dimmed">
          {note}
        </Text>
      ))}
    </Surface>
  );
}
