import { Group, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import type { Flow } from "../queries";
import { matrixOption, sellersToBuyersOption } from "./charts";
import { betweenTransformersKwh, exchangesOf, type Grouping, type Nodes, totalsBy, withOthers } from "./exchanges";
import { PairsTable } from "./PairsTable";

interface Props {
  flows: Flow[];
  nodes: Nodes;
  groupings: Grouping[];
  grouping: Grouping;
  onGrouping: (grouping: Grouping) => void;
}

const MOST = { wide: 24, narrow: 10, bands: 10 };

/** Who sold how much to whom: as a matrix, as bands of the largest, and as a table of all. */
export function WhoWithWhom({ flows, nodes, groupings, grouping, onGrouping }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const narrow = useMediaQuery("(max-width: 600px)", false, { getInitialValueInEffect: false }) ?? false;
  const others = t("trades.others");
  const nobody = t(`trades.without.${grouping === "type" ? "type" : "flag"}`);
  const exchanges = useMemo(
    () =>
      exchangesOf(flows, nodes, grouping).map(({ from, to, kwh }) => ({ from: from || nobody, to: to || nobody, kwh })),
    [flows, nodes, grouping, nobody],
  );
  const few = useMemo(
    () => withOthers(exchanges, narrow ? MOST.narrow : MOST.wide, narrow ? MOST.narrow : MOST.wide, others),
    [exchanges, narrow, others],
  );
  const bands = useMemo(() => withOthers(exchanges, MOST.bands, MOST.bands, others), [exchanges, others]);
  const matrix = useMemo(() => matrixOption(few, others, palette, formats), [few, others, palette, formats]);
  const ribbons = useMemo(
    () => sellersToBuyersOption(bands, palette, formats, narrow),
    [bands, palette, formats, narrow],
  );
  const rowsOf = (list: typeof few) => () => ({
    columns: [t("trades.pair"), t("trades.energy")],
    rows: list.map(({ from, to, kwh }) => [`${from} → ${to}`, formats.quantity(kwh, "kWh")]),
  });
  const sellers = totalsBy(few, "from").length;
  const between = grouping === "transformer" ? 0 : betweenTransformersKwh(flows, nodes);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="center">
        <Sentence exchanges={exchanges} grouping={grouping} />
        {groupings.length > 1 && (
          <SegmentedControl
            aria-label={t("trades.group.label")}
            value={grouping}
            onChange={(value) => onGrouping(value as Grouping)}
            data={groupings.map((value) => ({ value, label: t(`trades.group.${value}`) }))}
          />
        )}
      </Group>
      {between > 0 && (
        <Text size="sm" c="dimmed">
          {t("trades.between", { energy: formats.quantity(between, "kWh") })}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Surface>
          <Chart
            label={t("trades.matrix")}
            option={matrix}
            height={Math.max(320, 130 + sellers * 16)}
            table={rowsOf(few)}
          />
        </Surface>
        <Surface>
          <Chart
            label={t("trades.bands")}
            option={ribbons}
            height={Math.max(320, 130 + sellers * 16)}
            table={rowsOf(bands)}
          />
        </Surface>
      </SimpleGrid>
      <Surface>
        <PairsTable exchanges={exchanges} />
      </Surface>
    </Stack>
  );
}

/** How many sell and buy, and how much the largest three sellers give. */
function Sentence({ exchanges, grouping }: { exchanges: ReturnType<typeof exchangesOf>; grouping: Grouping }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const sellers = totalsBy(exchanges, "from");
  const buyers = totalsBy(exchanges, "to");
  const total = sellers.reduce((sum, seller) => sum + seller.kwh, 0);
  const three = sellers.slice(0, 3).reduce((sum, seller) => sum + seller.kwh, 0);
  return (
    <Text maw={640}>
      {grouping === "house"
        ? t("trades.sentence", {
            sellers: formats.number(sellers.length),
            buyers: formats.number(buyers.length),
            total: formats.quantity(total, "kWh"),
          })
        : t("trades.sentenceGroups", { total: formats.quantity(total, "kWh") })}{" "}
      {grouping === "house" &&
        sellers.length > 3 &&
        t("trades.concentration", { share: formats.percent(three / total, 0) })}
    </Text>
  );
}
