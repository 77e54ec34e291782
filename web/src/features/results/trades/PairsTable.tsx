import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { type Exchange, totalsBy } from "./exchanges";

interface Props {
  exchanges: Exchange[];
  /** All trades of the run, of which the shares are taken, where `exchanges` are only some. */
  among?: Exchange[];
}

/** Every pair with its energy and what it is of the seller's sales and of the buyer's purchases. */
export function PairsTable({ exchanges, among = exchanges }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const columns = useMemo((): Column<Exchange>[] => {
    const sold = new Map(totalsBy(among, "from").map(({ key, kwh }) => [key, kwh]));
    const bought = new Map(totalsBy(among, "to").map(({ key, kwh }) => [key, kwh]));
    const share = (part: number, whole: number | undefined) => (whole ? part / whole : 0);
    const ofSales = ({ from, kwh }: Exchange) => share(kwh, sold.get(from));
    const ofPurchases = ({ to, kwh }: Exchange) => share(kwh, bought.get(to));
    return [
      { id: "from", header: t("trades.seller"), value: (pair) => pair.from },
      { id: "to", header: t("trades.buyer"), value: (pair) => pair.to },
      {
        id: "kwh",
        header: t("trades.energy"),
        unit: "kWh",
        value: (pair) => pair.kwh,
        render: (pair) => formats.number(pair.kwh, 1),
        numeric: true,
      },
      {
        id: "sales",
        header: t("trades.ofSales"),
        value: ofSales,
        render: (pair) => formats.percent(ofSales(pair)),
        numeric: true,
      },
      {
        id: "purchases",
        header: t("trades.ofPurchases"),
        value: ofPurchases,
        render: (pair) => formats.percent(ofPurchases(pair)),
        numeric: true,
      },
    ];
  }, [among, formats, t]);
  return (
    <DataTable
      label={t("trades.pairs")}
      rows={exchanges}
      columns={columns}
      rowKey={(pair) => JSON.stringify([pair.from, pair.to])}
      sortBy={{ id: "kwh", desc: true }}
      height={420}
    />
  );
}
