import { Group, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { startOfDay } from "@/shared/format/zones";
import { Awaited } from "@/shared/ui/Awaited";
import { Surface } from "@/shared/ui/Surface";
import type { Header } from "../queries";
import { BillActions } from "./BillActions";
import { BillTable } from "./BillTable";
import { MonthsTable } from "./MonthsTable";
import { type BillDocument, billsQuery } from "./queries";
import type { HouseRow } from "./rows";
import { SavingSentence } from "./SavingSentence";

interface Props {
  run: Header;
  row: HouseRow;
  /** `run`, or a month of it. */
  period: string;
  onPeriod: (period: string) => void;
}

export function HouseBill(props: Props) {
  const bills = useQuery(billsQuery(props.run.run_id, props.row.id));
  return (
    <Awaited query={bills} height={520}>
      {(found) => <Bill {...props} document={found} />}
    </Awaited>
  );
}

/** The bill of the run or of a month line by line, beside the bills of all months. */
function Bill({ run, row, period, onPeriod, document }: Props & { document: BillDocument }) {
  const { t } = useTranslation(["results", "common"]);
  const formats = useFormats();
  const shown = document.periods.find((one) => one.period === period) ?? document.periods[0];
  if (shown === undefined) return <Text c="dimmed">{t("bill.none")}</Text>;
  const months = document.periods.filter((one) => one.period !== "run");
  const name = (one: string) =>
    one === "run" ? t("bill.wholeRun") : formats.month(startOfDay(`${one}-01`, run.timezone), run.timezone);
  return (
    <SimpleGrid cols={{ base: 1, lg: months.length > 1 ? 2 : 1 }} spacing="md">
      <Surface>
        <Stack gap="sm">
          <Group justify="space-between" align="flex-end" gap="sm">
            <Select
              label={t("bill.period")}
              value={shown.period}
              data={document.periods.map((one) => ({ value: one.period, label: name(one.period) }))}
              onChange={(chosen) => chosen !== null && onPeriod(chosen)}
              allowDeselect={false}
              w={{ base: "100%", xs: 220 }}
            />
            <BillActions runId={run.run_id} houseId={row.id} houseName={row.name} period={shown.period} />
          </Group>
          <BillTable period={shown} currency={run.currency} label={`${t("bill.title")}: ${name(shown.period)}`} />
          {shown.period !== "run" && (
            <SavingSentence billEur={shown.bill_eur} referenceEur={shown.reference_bill_eur} currency={run.currency} />
          )}
          <Text size="sm" c="dimmed">
            {t("bill.reference")}
          </Text>
        </Stack>
      </Surface>
      {months.length > 1 && (
        <Surface>
          <MonthsTable
            months={months}
            run={run}
            chosen={shown.period}
            onChoose={onPeriod}
            nameOf={name}
            house={row.name}
          />
        </Surface>
      )}
    </SimpleGrid>
  );
}
