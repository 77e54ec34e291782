import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChoices } from "../../words";
import { useEntry, useSurroundings } from "../context";
import { ChoiceEntry, NumberEntry, PriceEntry } from "../entries";
import type { ChargeStrategy } from "../values";
import { Row, Section } from "./Section";

/** What batteries do, and when cars charge. */
export function StorageSection() {
  const { t } = useTranslation("runs");
  const choices = useChoices();
  const { matters } = useSurroundings();
  return (
    <Section title={t("form.section.storage")} help={t("form.section.storageHelp")}>
      {matters.storage ? (
        <ChoiceEntry path="storage_strategy" label={t("form.storage")} choices={choices.storage} />
      ) : (
        <Text size="sm" c="dimmed">
          {t("form.noBatteries")}
        </Text>
      )}
      {matters.storagePrices && (
        <Row>
          <PriceEntry
            path="storage.charge_below_eur_per_kwh"
            label={t("form.chargeBelow")}
            description={t("form.withFees")}
          />
          <PriceEntry
            path="storage.discharge_above_eur_per_kwh"
            label={t("form.dischargeAbove")}
            description={t("form.withFees")}
          />
        </Row>
      )}
      {matters.storagePowers && (
        <Row>
          <NumberEntry path="storage.peak_limit_kw" label={t("form.peakLimit")} unit="kW" min={0} step={0.5} required />
          <NumberEntry
            path="storage.recharge_below_kw"
            label={t("form.rechargeBelow")}
            description={t("form.rechargeBelowHelp")}
            unit="kW"
            min={0}
            step={0.5}
          />
        </Row>
      )}
      {matters.cars && <ChargeEntry />}
    </Section>
  );
}

function ChargeEntry() {
  const { t } = useTranslation("runs");
  const choices = useChoices();
  const { set } = useEntry<ChargeStrategy | null>("charge_strategy");
  return (
    <ChoiceEntry
      path="charge_strategy"
      label={t("form.charge")}
      choices={choices.charge}
      absent="own"
      onChoose={(value) => set(value === "own" ? null : value)}
    />
  );
}
