import { useTranslation } from "react-i18next";
import { useChoices } from "../../words";
import { useRunFormContext, useSurroundings } from "../context";
import { ChoiceEntry, NumberEntry } from "../entries";
import { PriorityListEntry } from "./PriorityListEntry";
import { Row, Section } from "./Section";

/** Who gets how much of what the houses have left. */
export function SharingSection() {
  const { t } = useTranslation("runs");
  const choices = useChoices();
  const { matters, law, facts } = useSurroundings();
  const { allocation } = useRunFormContext().values;
  const byKey = allocation === "static_key" || allocation === "hybrid_key";
  return (
    <Section title={t("form.section.sharing")} help={t("form.section.sharingHelp")}>
      <ChoiceEntry
        path="allocation"
        label={t("form.allocation")}
        choices={choices.allocation}
        disabled={law.allocation}
        note={byKey && facts && !facts.hasKeys ? t("form.keysHelp") : undefined}
      />
      {allocation === "priority" && <PriorityListEntry />}
      {matters.leftOver && (
        <ChoiceEntry path="left_over" label={t("form.leftOver")} choices={choices.leftOver} disabled={law.left_over} />
      )}
      {matters.auction && (
        <>
          <ChoiceEntry path="bidding.strategy" label={t("form.bid")} choices={choices.bid} />
          {matters.priceRule && (
            <ChoiceEntry path="bidding.price_rule" label={t("form.priceRule")} choices={choices.priceRule} />
          )}
        </>
      )}
      {(matters.k || matters.minimumTrade) && (
        <Row>
          {matters.k && (
            <NumberEntry
              path="bidding.k"
              label={t("form.k")}
              description={allocation === "price_time" ? t("form.kPair") : t("form.kBook")}
              min={0}
              max={1}
              step={0.1}
            />
          )}
          {matters.minimumTrade && (
            <NumberEntry
              path="minimum_trade_kwh"
              label={t("form.minimumTrade")}
              description={t("form.minimumTradeHelp")}
              unit="kWh"
              min={0}
            />
          )}
        </Row>
      )}
    </Section>
  );
}
