import { Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "@/shared/charts/Chart";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { TextLink } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import type { Flow, ResultNode } from "../queries";
import { partnersOption } from "./charts";
import { exchangesOf, type Nodes, partnersOf, type Totals, topTotals } from "./exchanges";
import { PairsTable } from "./PairsTable";

interface Props {
  runId: number;
  house: ResultNode;
  flows: Flow[];
  nodes: Nodes;
}

const MOST = 12;
const LEAST_SHARE = 0.01;
const sum = (list: Totals[]) => list.reduce((total, one) => total + one.kwh, 0);

/** One house's neighbours: whom it bought from and whom it sold to. */
export function HousePartners({ runId, house, flows, nodes }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const palette = usePalette();
  const narrow = useMediaQuery("(max-width: 600px)", false, { getInitialValueInEffect: false }) ?? false;
  const others = t("trades.others");
  const { bought, sold } = useMemo(() => partnersOf(flows, nodes, house.node_id), [flows, nodes, house]);
  const top = useMemo(() => {
    const least = LEAST_SHARE * (sum(bought) + sum(sold));
    return { bought: topTotals(bought, MOST, others, least), sold: topTotals(sold, MOST, others, least) };
  }, [bought, sold, others]);
  const option = useMemo(
    () => partnersOption(house.name, top, palette, formats, narrow),
    [house, top, palette, formats, narrow],
  );
  const pairs = useMemo(
    () => [
      ...bought.map(({ key, kwh }) => ({ from: key, to: house.name, kwh })),
      ...sold.map(({ key, kwh }) => ({ from: house.name, to: key, kwh })),
    ],
    [bought, sold, house],
  );
  const all = useMemo(() => exchangesOf(flows, nodes, "house"), [flows, nodes]);
  return (
    <Stack gap="md">
      <Text>
        {t("trades.house.sentence", {
          name: house.name,
          bought: formats.quantity(sum(bought), "kWh"),
          sellers: formats.number(bought.length),
          sold: formats.quantity(sum(sold), "kWh"),
          buyers: formats.number(sold.length),
        })}{" "}
        <TextLink underline="always" to="/runs/$runId/houses/$houseId" params={{ runId, houseId: house.node_id }}>
          {t("trades.house.open")}
        </TextLink>
      </Text>
      {pairs.length === 0 ? (
        <Text c="dimmed">{t("trades.house.nobody")}</Text>
      ) : (
        <>
          <Surface>
            <Chart
              label={t("trades.house.bands", { name: house.name })}
              option={option}
              height={420}
              table={() => ({
                columns: [t("trades.pair"), t("trades.energy")],
                rows: pairs.map(({ from, to, kwh }) => [`${from} → ${to}`, formats.quantity(kwh, "kWh")]),
              })}
            />
          </Surface>
          <Surface>
            <PairsTable exchanges={pairs} among={all} />
          </Surface>
        </>
      )}
    </Stack>
  );
}
