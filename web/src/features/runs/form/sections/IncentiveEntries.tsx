import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChoices } from "../../words";
import { useEntry, useRunFormContext, useSurroundings } from "../context";
import { KindEntry, NumberEntry, PriceEntry } from "../entries";
import { ProfileEntry } from "../ProfileEntry";
import type { RunForm } from "../values";
import { Row } from "./Section";

type Incentive = RunForm["incentive"];
const PLANTS: Incentive["plant_class"][] = ["up_to_200_kw", "200_to_600_kw", "above_600_kw"];
const REGIONS: Incentive["region"][] = ["south", "centre", "north"];

/** What is paid per shared kWh on top of the market. */
export function IncentiveEntries() {
  const { t } = useTranslation("runs");
  const { incentive: choices } = useChoices();
  const kind = useEntry<Incentive["kind"]>("incentive.kind");
  return (
    <>
      <KindEntry
        label={t("form.incentive")}
        value={kind.value}
        kinds={choices}
        onChoose={kind.set}
        help={choices.find((choice) => choice.value === kind.value)?.help}
      />
      {kind.value === "fixed" && (
        <Row>
          <PriceEntry path="incentive.eur_per_kwh" label={t("form.incentiveAmount")} min={0} required />
          <ToSellers />
        </Row>
      )}
      {kind.value === "it_cer" && <ItalianEntries />}
    </>
  );
}

function ToSellers() {
  const { t } = useTranslation("runs");
  return (
    <NumberEntry
      path="incentive.to_sellers"
      label={t("form.toSellers")}
      description={t("form.toSellersHelp")}
      min={0}
      max={1}
      step={0.1}
      required
    />
  );
}

function ItalianEntries() {
  const { t } = useTranslation("runs");
  const { facts } = useSurroundings();
  const { zonal_price_from } = useRunFormContext().values.incentive;
  const from = useEntry<Incentive["zonal_price_from"]>("incentive.zonal_price_from");
  const plants = useEntry<Incentive["plant_class"]>("incentive.plant_class");
  const region = useEntry<Incentive["region"]>("incentive.region");
  return (
    <>
      <Row>
        <Select
          label={t("form.plantClass")}
          data={PLANTS.map((value) => ({ value, label: t(`form.plant.${value}`) }))}
          value={plants.value}
          onChange={(next) => next && plants.set(next as Incentive["plant_class"])}
          allowDeselect={false}
        />
        <Select
          label={t("form.region")}
          data={REGIONS.map((value) => ({ value, label: t(`form.regions.${value}`) }))}
          value={region.value}
          onChange={(next) => next && region.set(next as Incentive["region"])}
          allowDeselect={false}
        />
        <PriceEntry path="incentive.refund_eur_per_kwh" label={t("form.refund")} min={0} required />
        <ToSellers />
      </Row>
      <KindEntry
        label={t("form.zonalFrom")}
        value={from.value}
        kinds={[
          { value: "number", name: t("form.number") },
          { value: "profile", name: t("form.byProfile") },
        ]}
        onChoose={from.set}
      />
      {zonal_price_from === "number" ? (
        <Row>
          <NumberEntry
            path="incentive.zonal_price_eur_per_mwh"
            label={t("form.zonalPrice")}
            unit={t("form.unit.perMwh", { currency: facts?.currency ?? "EUR" })}
            step={1}
            required
          />
        </Row>
      ) : (
        <ProfileEntry path="incentive.zonal_price_profile_id" label={t("form.zonalProfile")} type="price" required />
      )}
    </>
  );
}
