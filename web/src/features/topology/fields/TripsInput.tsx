import { ActionIcon, Button, Chip, Group, Input, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { VARIOUS } from "./common";
import type { SpecialField } from "./fields";
import { NumberBox } from "./NumberBox";
import type { FieldProps } from "./props";
import { nextTrip, type Trip } from "./trips";

/** A car's trips of a week: days, times by the local clock, energy for driving. */
export function TripsInput({ field, value, onChange, error, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const trips = value === VARIOUS ? [] : ((value ?? []) as Trip[]);
  const set = (next: Trip[]) => onChange({ [field.name]: next });
  const change = (at: number, part: Partial<Trip>) =>
    set(trips.map((trip, position) => (position === at ? { ...trip, ...part } : trip)));
  return (
    <Input.Wrapper
      label={t(`field.${field.text}.label`)}
      labelElement="div"
      description={t(`field.${field.text}.help`)}
      error={error}
    >
      <Stack gap="xs" mt={4}>
        {value === VARIOUS && (
          <Text size="sm" c="dimmed">
            {t("form.various")}
          </Text>
        )}
        {trips.map((trip, at) => (
          <OneTrip
            // Trips have no names; their order is their identity.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={at}
            trip={trip}
            number={at + 1}
            disabled={rest.disabled}
            onBlur={rest.onBlur}
            onChange={(part) => change(at, part)}
            onRemove={() => set(trips.filter((_, position) => position !== at))}
          />
        ))}
        {!rest.disabled && (
          <Button
            variant="light"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => set([...trips, nextTrip(trips)])}
            style={{ alignSelf: "flex-start" }}
          >
            {t("trip.add")}
          </Button>
        )}
      </Stack>
    </Input.Wrapper>
  );
}

interface TripProps extends Pick<FieldProps, "disabled" | "onBlur"> {
  trip: Trip;
  number: number;
  onChange: (part: Partial<Trip>) => void;
  onRemove: () => void;
}

function OneTrip({ trip, number, disabled, onBlur, onChange, onRemove }: TripProps) {
  const { t } = useTranslation("topology");
  const { locale } = useFormats();
  const dayName = (day: number, weekday: "narrow" | "long") =>
    // 1 January 2024 was a Monday.
    new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day));
  return (
    <Stack
      gap={6}
      component="fieldset"
      p="xs"
      m={0}
      style={{ border: "1px solid var(--hygge-line)", borderRadius: "var(--mantine-radius-md)" }}
    >
      <Group justify="space-between" wrap="nowrap">
        <Text component="legend" size="sm" fw={600}>
          {t("trip.title", { number })}
        </Text>
        {!disabled && (
          <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={t("trip.remove", { number })}>
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </Group>
      <Chip.Group
        multiple
        value={trip.weekdays.map(String)}
        onChange={(days) => onChange({ weekdays: days.map(Number).sort() })}
      >
        <Group gap={4}>
          {[0, 1, 2, 3, 4, 5, 6].map((day) => (
            <Chip
              key={day}
              value={String(day)}
              size="xs"
              disabled={disabled}
              aria-label={dayName(day, "long")}
              icon={null}
              styles={{ iconWrapper: { display: "none" }, label: { paddingInline: 9 } }}
            >
              {dayName(day, "narrow")}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group gap="xs" grow align="flex-start" wrap="nowrap">
        {(["departs", "returns"] as const).map((name) => (
          <TextInput
            key={name}
            type="time"
            size="xs"
            label={t(`trip.${name}`)}
            value={trip[name]}
            disabled={disabled}
            onBlur={onBlur}
            onChange={(event) => onChange({ [name]: event.currentTarget.value })}
          />
        ))}
        <NumberBox
          size="xs"
          label={t("trip.energy")}
          unit="kWh"
          value={trip.energy_kwh}
          disabled={disabled}
          onBlur={onBlur}
          onChange={(energy) => onChange({ energy_kwh: energy as number })}
        />
      </Group>
    </Stack>
  );
}
