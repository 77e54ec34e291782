import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { nameIn, useChoices } from "../../words";
import { useEntry, useRunFormContext } from "../context";
import { KindEntry, NumberEntry, PriceEntry } from "../entries";
import { ProfileEntry } from "../ProfileEntry";
import type { RunForm } from "../values";
import { PeriodsOfDay } from "./PeriodsOfDay";
import { Row, Section } from "./Section";

/** What energy from the supplier costs, and what it pays. */
export function TariffSection() {
  const { t } = useTranslation("runs");
  const { tariff: choices } = useChoices();
  const { set } = useEntry<RunForm["tariff"]["kind"]>("tariff.kind");
  const { kind } = useRunFormContext().values.tariff;
  return (
    <Section title={t("form.section.tariff")}>
      <KindEntry
        label={t("form.tariff")}
        value={kind}
        kinds={choices.map(({ value }) => ({ value, name: nameIn(choices, value) }))}
        onChoose={set}
        help={choices.find((choice) => choice.value === kind)?.help}
      />
      {kind === "series" ? <SeriesEntries /> : <FlatEntries other={kind === "time_of_use"} />}
      {kind === "time_of_use" && (
        <>
          <PeriodsOfDay />
          <HolidayEntries />
        </>
      )}
    </Section>
  );
}

function FlatEntries({ other }: { other: boolean }) {
  const { t } = useTranslation("runs");
  return (
    <Row>
      <PriceEntry
        path="tariff.retail_eur_per_kwh"
        label={other ? t("form.retailOther") : t("form.retail")}
        description={t("form.retailHelp")}
        min={0}
        required
      />
      <PriceEntry
        path="tariff.feed_in_eur_per_kwh"
        label={t("form.feedIn")}
        description={t("form.feedInHelp")}
        min={0}
        required
      />
    </Row>
  );
}

function SeriesEntries() {
  const { t } = useTranslation("runs");
  const from = useEntry<"number" | "profile">("tariff.feed_in_from");
  return (
    <>
      <ProfileEntry path="tariff.profile_id" label={t("form.priceProfile")} type="price" required />
      <Row>
        <NumberEntry
          path="tariff.factor"
          label={t("form.factor")}
          description={t("form.factorHelp")}
          min={0}
          required
        />
        <PriceEntry
          path="tariff.surcharge_eur_per_kwh"
          label={t("form.surcharge")}
          description={t("form.surchargeHelp")}
          required
        />
      </Row>
      <KindEntry
        label={t("form.feedInFrom")}
        value={from.value}
        kinds={[
          { value: "number", name: t("form.number") },
          { value: "profile", name: t("form.byProfile") },
        ]}
        onChoose={from.set}
      />
      {from.value === "number" ? (
        <Row>
          <PriceEntry
            path="tariff.feed_in_eur_per_kwh"
            label={t("form.feedIn")}
            description={t("form.feedInHelp")}
            required
          />
        </Row>
      ) : (
        <ProfileEntry path="tariff.feed_in_profile_id" label={t("form.feedInProfile")} type="price" required />
      )}
    </>
  );
}

function HolidayEntries() {
  const { t } = useTranslation("runs");
  const country = useEntry<string>("tariff.holidays.country");
  const region = useEntry<string>("tariff.holidays.subdivision");
  return (
    <Row>
      <TextInput
        label={t("form.holidayCountry")}
        description={t("form.holidayCountryHelp")}
        value={country.value}
        onChange={(event) => country.set(event.currentTarget.value.toUpperCase().slice(0, 3))}
        error={country.error}
        inputWrapperOrder={["label", "input", "error", "description"]}
      />
      <TextInput
        label={t("form.holidayRegion")}
        description={t("form.holidayRegionHelp")}
        value={region.value}
        onChange={(event) => region.set(event.currentTarget.value.slice(0, 10))}
        error={region.error}
        disabled={country.value === ""}
        inputWrapperOrder={["label", "input", "error", "description"]}
      />
    </Row>
  );
}
