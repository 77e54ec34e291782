import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChoices } from "../../words";
import { useSurroundings } from "../context";
import { ChoiceEntry, PriceEntry } from "../entries";
import { Row, Section } from "./Section";

/** What a shared kWh costs. */
export function PriceSection() {
  const { t } = useTranslation("runs");
  const choices = useChoices();
  const { matters, law } = useSurroundings();
  return (
    <Section title={t("form.section.prices")}>
      {matters.pricing ? (
        <ChoiceEntry path="pricing" label={t("form.pricing")} choices={choices.pricing} disabled={law.pricing} />
      ) : (
        <Text size="sm" c="dimmed">
          {matters.auction ? t("form.pricingAuction") : t("form.pricingNone")}
        </Text>
      )}
      {(matters.fixedPrice || matters.compensation || matters.priceBounds) && (
        <Row>
          {matters.fixedPrice && (
            <PriceEntry path="fixed_price_eur_per_kwh" label={t("form.fixedPrice")} min={0} required />
          )}
          {matters.compensation && (
            <PriceEntry
              path="compensation_eur_per_kwh"
              label={t("form.compensation")}
              description={t("form.compensationHelp")}
              min={0}
            />
          )}
          {matters.priceBounds && (
            <>
              <PriceEntry
                path="price_floor_eur_per_kwh"
                label={t("form.floor")}
                description={t("form.boundHelp")}
                min={0}
              />
              <PriceEntry
                path="price_cap_eur_per_kwh"
                label={t("form.cap")}
                description={t("form.boundHelp")}
                min={0}
              />
            </>
          )}
        </Row>
      )}
    </Section>
  );
}
