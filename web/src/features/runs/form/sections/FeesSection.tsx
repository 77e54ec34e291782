import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { useEntry, useSurroundings } from "../context";
import { KindEntry, NumberEntry, PriceEntry } from "../entries";
import { ProfileEntry } from "../ProfileEntry";
import type { RunForm } from "../values";
import { IncentiveEntries } from "./IncentiveEntries";
import { Row, Section } from "./Section";

/** What comes on top of energy, what the state adds, and its CO₂. */
export function FeesSection() {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const { matters, preset } = useSurroundings();
  const rule = preset?.grid_fees;
  const byLaw = (part: number) => t("form.feeByLaw", { part: number(part, 2) });
  return (
    <Section title={t("form.section.fees")}>
      <Row>
        <PriceEntry path="fees.grid_fee_eur_per_kwh" label={t("form.gridFee")} description={t("form.gridFeeHelp")} />
        <PriceEntry path="fees.taxes_eur_per_kwh" label={t("form.taxes")} description={t("form.taxesHelp")} />
        {matters.localFees && (
          <>
            <PriceEntry
              path="fees.platform_fee_eur_per_kwh"
              label={t("form.platformFee")}
              description={t("form.platformFeeHelp")}
            />
            <PriceEntry
              path="fees.local_grid_fee_eur_per_kwh"
              label={t("form.localGridFee")}
              description={rule ? byLaw(rule.inside) : t("form.localGridFeeHelp")}
            />
          </>
        )}
        {matters.betweenFee && (
          <PriceEntry
            path="fees.between_grid_fee_eur_per_kwh"
            label={t("form.betweenGridFee")}
            description={rule ? byLaw(rule.between) : t("form.betweenGridFeeHelp")}
          />
        )}
      </Row>
      {matters.sharing && <IncentiveEntries />}
      <CarbonEntries />
    </Section>
  );
}

function CarbonEntries() {
  const { t } = useTranslation("runs");
  const from = useEntry<RunForm["carbon"]["from"]>("carbon.from");
  return (
    <>
      <KindEntry
        label={t("form.carbonFrom")}
        value={from.value}
        kinds={[
          { value: "none", name: t("form.carbonNone") },
          { value: "number", name: t("form.carbonNumber") },
          { value: "profile", name: t("form.byProfile") },
        ]}
        onChoose={from.set}
      />
      {from.value === "number" && (
        <Row>
          <NumberEntry
            path="carbon.kg_per_kwh"
            label={t("form.carbon")}
            unit={t("form.unit.carbon")}
            min={0}
            required
          />
        </Row>
      )}
      {from.value === "profile" && (
        <ProfileEntry path="carbon.profile_id" label={t("form.carbonProfile")} type="carbon" required />
      )}
    </>
  );
}
