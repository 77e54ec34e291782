import { Anchor, Box, Collapse, List, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { usePresets } from "../../queries";
import { useRunFormContext, useSurroundings } from "../context";
import { withPreset } from "../matters";
import type { Preset } from "../values";

const FREE = "free";

/** A country's law as a starting point. */
export function PresetEntry() {
  const { t } = useTranslation("runs");
  const { locale } = useFormats();
  const form = useRunFormContext();
  const { preset } = useSurroundings();
  const presets = usePresets().data;
  const groups = useMemo(() => {
    const countries = new Intl.DisplayNames(locale, { type: "region" });
    const byCountry = new Map<string, { value: string; label: string }[]>();
    for (const { country, name, title } of presets ?? []) {
      const group = countries.of(country) ?? country;
      byCountry.set(group, [...(byCountry.get(group) ?? []), { value: name, label: title }]);
    }
    return [...byCountry].sort(([a], [b]) => a.localeCompare(b, locale)).map(([group, items]) => ({ group, items }));
  }, [presets, locale]);
  return (
    <Stack gap={6}>
      <Select
        label={t("form.preset")}
        data={[{ value: FREE, label: t("form.presetNone") }, ...groups]}
        value={form.values.preset ?? FREE}
        onChange={(name) => {
          const chosen = presets?.find((entry) => entry.name === name);
          form.setValues(withPreset(form.getValues(), chosen));
          form.clearErrors();
        }}
        allowDeselect={false}
        searchable
        description={t("form.presetHelp")}
        inputWrapperOrder={["label", "input", "error", "description"]}
      />
      {preset && <About preset={preset} />}
    </Stack>
  );
}

function About({ preset }: { preset: Preset }) {
  const { t, i18n } = useTranslation("runs");
  const [opened, { toggle }] = useDisclosure(false);
  // The catalogue of laws is written in English.
  const lang = i18n.resolvedLanguage === "en" ? undefined : "en";
  return (
    <Box>
      <Text size="sm">
        {t("form.presetLaw", { law: preset.law })}{" "}
        <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={opened}>
          {t("form.presetNotes")}
        </Anchor>
      </Text>
      <Collapse expanded={opened}>
        <Stack gap="xs" pt="xs" lang={lang}>
          <List size="sm">
            {preset.notes.map((note) => (
              <List.Item key={note}>{note}</List.Item>
            ))}
          </List>
          <Text size="xs" c="dimmed">
            {t("form.presetSources")}:{" "}
            {preset.sources
              .map((source) => (source.from_memory ? `${source.text} (${t("form.fromMemory")})` : source.text))
              .join("; ")}
          </Text>
        </Stack>
      </Collapse>
    </Box>
  );
}
