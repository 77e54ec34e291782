import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";

interface Props {
  billEur: number;
  referenceEur: number;
  currency: string;
  /** The first words on a page, larger than others. */
  isLead?: boolean;
}

/** What the community changed in a bill, in a sentence. */
export function SavingSentence({ billEur, referenceEur, currency, isLead }: Props) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const saving = referenceEur - billEur;
  const verdict = saving > 0.005 ? "saved" : saving < -0.005 ? "lost" : "same";
  const share = referenceEur > 0 && verdict !== "same" ? ` (${formats.percent(Math.abs(saving) / referenceEur)})` : "";
  return (
    <Text size={isLead ? "lg" : "sm"} maw={820}>
      {t(`bill.${verdict}`, {
        bill: formats.money(billEur, currency),
        reference: formats.money(referenceEur, currency),
        difference: `${formats.money(Math.abs(saving), currency)}${share}`,
      })}{" "}
      {billEur < 0 && t("bill.gets")}
    </Text>
  );
}
