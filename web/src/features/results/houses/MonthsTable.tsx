import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import type { Header } from "../queries";
import type { BillPeriod } from "./queries";

interface Props {
  months: BillPeriod[];
  run: Header;
  chosen: string;
  onChoose: (month: string) => void;
  nameOf: (month: string) => string;
  house: string;
}

/** The bills of all months; a month's name opens it. */
export function MonthsTable({ months, run, chosen, onChoose, nameOf, house }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const columns = useMemo((): Column<BillPeriod>[] => {
    const money = (id: "bill_eur" | "reference_bill_eur" | "saving_eur", header: string): Column<BillPeriod> => ({
      id,
      header,
      unit: run.currency,
      numeric: true,
      value: (month) => month[id],
      render: (month) => formats.money(month[id], run.currency),
    });
    const energy = (id: "load_kwh" | "generation_kwh" | "shared_kwh", header: string): Column<BillPeriod> => ({
      id,
      header,
      unit: "kWh",
      numeric: true,
      value: (month) => month[id],
      render: (month) => formats.number(month[id], 0),
    });
    return [
      {
        id: "month",
        header: t("bill.month"),
        value: (month) => month.period,
        render: (month) => (
          <Button
            variant={month.period === chosen ? "light" : "subtle"}
            size="compact-sm"
            aria-pressed={month.period === chosen}
            onClick={() => onChoose(month.period === chosen ? "run" : month.period)}
          >
            {nameOf(month.period)}
          </Button>
        ),
      },
      money("bill_eur", t("houses.columns.billEur")),
      money("reference_bill_eur", t("houses.columns.referenceEur")),
      money("saving_eur", t("houses.columns.savingEur")),
      energy("load_kwh", t("houses.columns.loadKwh")),
      energy("generation_kwh", t("houses.columns.generationKwh")),
      energy("shared_kwh", t("bill.shared")),
    ];
  }, [t, formats, run.currency, chosen, onChoose, nameOf]);
  return (
    <DataTable
      label={t("bill.months", { house })}
      rows={months}
      columns={columns}
      rowKey={(month) => month.period}
      searchable={false}
      height={640}
    />
  );
}
