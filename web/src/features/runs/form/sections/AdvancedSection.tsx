import { Select, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChoices } from "../../words";
import { useEntry, useRunFormContext, useSurroundings } from "../context";
import { ChoiceEntry, NumberEntry } from "../entries";
import { ProfileEntry } from "../ProfileEntry";
import { STEPS } from "../values";
import { PriorityListEntry } from "./PriorityListEntry";
import { Row, Section } from "./Section";

/** What most people leave as it is. */
export function AdvancedSection() {
  const { t } = useTranslation("runs");
  const choices = useChoices();
  const { matters } = useSurroundings();
  const { allocation } = useRunFormContext().values;
  return (
    <Section title={t("form.section.advanced")} help={t("form.section.advancedHelp")}>
      <Row>
        <StepEntry />
        <ChoiceEntry path="detail" label={t("form.detail")} choices={choices.detail} />
        {matters.priorityList && allocation !== "priority" && <PriorityListEntry />}
        {matters.temperature && (
          <ProfileEntry
            path="temperature_profile_id"
            label={t("form.temperature")}
            description={t("form.temperatureHelp")}
            type="weather"
            clearable
          />
        )}
        {matters.sharing && (
          <NumberEntry
            path="rounding_decimals"
            label={t("form.rounding")}
            description={t("form.roundingHelp")}
            min={0}
            max={9}
            whole
          />
        )}
        {matters.seed && (
          <NumberEntry path="seed" label={t("form.seed")} description={t("form.seedHelp")} min={0} whole />
        )}
        <NumberEntry
          path="shards"
          label={t("form.shards")}
          description={t("form.shardsHelp")}
          min={1}
          max={256}
          whole
        />
      </Row>
      {matters.network && <NetworkEntries />}
    </Section>
  );
}

function StepEntry() {
  const { t } = useTranslation("runs");
  const { law } = useSurroundings();
  const { value, set, error } = useEntry<number>("step_minutes");
  return (
    <Select
      label={t("form.step")}
      data={STEPS.map((minutes) => ({ value: String(minutes), label: t("form.minutes", { count: minutes }) }))}
      value={String(value)}
      onChange={(next) => next && set(Number(next))}
      error={error}
      disabled={law.step_minutes}
      allowDeselect={false}
      description={law.step_minutes ? `${t("form.stepHelp")} ${t("form.byLaw")}.` : t("form.stepHelp")}
      inputWrapperOrder={["label", "input", "error", "description"]}
    />
  );
}

function NetworkEntries() {
  const { t } = useTranslation("runs");
  const check = useEntry<boolean>("network_check");
  return (
    <Stack gap="sm">
      <Switch
        label={t("form.network")}
        description={t("form.networkHelp")}
        checked={check.value}
        onChange={(event) => check.set(event.currentTarget.checked)}
        error={check.error}
      />
      {check.value && (
        <Row>
          <NumberEntry
            path="power_factor"
            label={t("form.powerFactor")}
            description={t("form.powerFactorHelp")}
            min={0}
            max={1}
            required
          />
        </Row>
      )}
    </Stack>
  );
}
