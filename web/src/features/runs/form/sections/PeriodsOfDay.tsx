import { ActionIcon, Box, Button, Group, MultiSelect, Stack, Text, TextInput } from "@mantine/core";
import { randomId } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEntry, useRunFormContext } from "../context";
import { PriceEntry } from "../entries";
import type { DayName, Num } from "../values";

const DAYS: DayName[] = ["0", "1", "2", "3", "4", "5", "6", "holiday"];

/** Periods of the local day with a retail price of their own. */
export function PeriodsOfDay() {
  const { t } = useTranslation("runs");
  const form = useRunFormContext();
  const { error } = useEntry("tariff.periods");
  const { periods, retail_eur_per_kwh } = form.values.tariff;
  const add = () =>
    form.insertListItem("tariff.periods", {
      key: randomId(),
      from: "22:00",
      to: "06:00",
      weekdays: [] as DayName[],
      retail_eur_per_kwh: retail_eur_per_kwh as Num,
    });
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={500}>
          {t("form.periods")}
        </Text>
        <Text size="xs" c="dimmed">
          {t("form.periodsHelp")}
        </Text>
      </div>
      {periods.map((period, index) => (
        <PeriodOfDay key={period.key} index={index} />
      ))}
      {error && (
        <Text size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
      <Button variant="light" size="sm" leftSection={<IconPlus size={16} />} onClick={add} w="fit-content">
        {t("form.addPeriod")}
      </Button>
    </Stack>
  );
}

function PeriodOfDay({ index }: { index: number }) {
  const { t } = useTranslation("runs");
  const form = useRunFormContext();
  const place = `tariff.periods.${index}`;
  const days = useEntry<DayName[]>(`${place}.weekdays`);
  const whole = useEntry(place);
  const number = index + 1;
  return (
    <Box role="group" aria-label={t("form.periodName", { number })}>
      <Group align="flex-start" gap="sm">
        <ClockEntry path={`${place}.from`} label={t("form.from")} />
        <ClockEntry path={`${place}.to`} label={t("form.to")} />
        <Box w={170}>
          <PriceEntry path={`${place}.retail_eur_per_kwh`} label={t("form.price")} min={0} required />
        </Box>
        <MultiSelect
          label={t("form.days")}
          placeholder={days.value.length === 0 ? t("form.daysEmpty") : undefined}
          data={DAYS.map((day) => ({ value: day, label: t(`form.day.${day}`) }))}
          value={days.value}
          onChange={(next) => days.set(DAYS.filter((day) => next.includes(day)))}
          clearable
          flex="1 1 200px"
        />
        <ActionIcon
          mt={26}
          size="lg"
          variant="subtle"
          color="gray"
          aria-label={t("form.removePeriod", { number })}
          onClick={() => form.removeListItem("tariff.periods", index)}
        >
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
      {whole.error && (
        <Text size="sm" c="red" role="alert">
          {whole.error}
        </Text>
      )}
    </Box>
  );
}

/** Hours and minutes; 24:00 is written, because a field of type time doesn't know it. */
function ClockEntry({ path, label }: { path: string; label: string }) {
  const { value, set, error, onBlur, onFocus } = useEntry<string>(path);
  return (
    <TextInput
      w={92}
      label={label}
      required
      value={value}
      placeholder="00:00"
      inputMode="numeric"
      onChange={(event) => set(event.currentTarget.value)}
      onBlur={(event) => {
        set(clock(event.currentTarget.value));
        onBlur?.(event);
      }}
      onFocus={onFocus}
      error={error}
    />
  );
}

/** "6" and "630" mean 06:00 and 06:30; what is no time becomes empty. */
export function clock(text: string): string {
  const found = /^(\d{1,2})(?::?(\d{2}))?$/.exec(text.trim());
  if (found === null) return "";
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)];
  if (hours > 24 || minutes > 59 || (hours === 24 && minutes > 0)) return "";
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
