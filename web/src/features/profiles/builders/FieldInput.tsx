import { Box, Chip, Group, NumberInput, Select, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useFormats } from "@/shared/format/formats";
import type { Profile } from "../queries";
import type { Field, NumberField, SubsetField } from "./fields";
import { ListInput } from "./ListInput";
import type { BuildForm } from "./request";
import { initialOf } from "./values";
import { type BuildWords, useBuildWords } from "./words";

/** Help below the input, so that the inputs of a row stand on one line. */
const BELOW: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

export interface InputProps {
  field: Field;
  /** Where in the form: `parameters.holidays.country`. */
  path: string;
  form: UseFormReturnType<BuildForm>;
  profiles: Profile[];
}

/** The input of one field, whatever its kind. */
export function FieldInput({ field, path, form, profiles }: InputProps) {
  const words = useBuildWords();
  const label = words.label(field);
  const common = {
    label,
    description: words.help(field) || undefined,
    required: field.required,
    inputWrapperOrder: BELOW,
  };
  switch (field.kind) {
    case "number":
      return <NumberInput {...common} {...form.getInputProps(path)} {...limits(field)} suffix={suffix(field)} />;
    case "text":
      return (
        <TextInput {...common} {...form.getInputProps(path)} maxLength={field.maxLength} placeholder={field.example} />
      );
    case "flag":
      return (
        <Box pt="lg">
          <Switch label={label} description={common.description} {...form.getInputProps(path, { type: "checkbox" })} />
        </Box>
      );
    case "choice":
      return (
        <Select
          {...common}
          {...form.getInputProps(path)}
          data={field.options.map((option) => ({ value: option, label: words.option(field, option) }))}
          allowDeselect={false}
          clearable={!field.required && field.initial === null}
        />
      );
    case "profile":
      return <ProfileInput field={field} path={path} form={form} profiles={profiles} />;
    case "numbers":
      return <MonthsInput field={field} path={path} form={form} profiles={profiles} />;
    case "subset":
      return <WeekdaysInput field={field} path={path} form={form} words={words} />;
    case "group":
      return <GroupInput field={field} path={path} form={form} profiles={profiles} />;
    case "list":
      return (
        <ListInput
          field={field}
          path={path}
          form={form}
          inputOf={(inner, place) => (
            <FieldInput key={inner.name} field={inner} path={place} form={form} profiles={profiles} />
          )}
        />
      );
  }
}

function limits(field: NumberField) {
  return { min: field.least, max: field.most, allowDecimal: !field.whole, clampBehavior: "none" as const };
}

function suffix(field: NumberField): string | undefined {
  return field.unit ? ` ${field.unit}` : undefined;
}

function ProfileInput({ field, path, form, profiles }: InputProps) {
  const words = useBuildWords();
  if (field.kind !== "profile") return null;
  const fits = profiles.filter(
    (profile) =>
      (field.profileType === undefined || profile.profile_type === field.profileType) &&
      (field.unit === undefined || profile.unit === field.unit),
  );
  return (
    <Select
      label={words.label(field)}
      description={words.help(field) || undefined}
      required={field.required}
      inputWrapperOrder={BELOW}
      {...form.getInputProps(path)}
      data={fits.map((profile) => ({ value: String(profile.id), label: profile.name }))}
      searchable
      clearable={!field.required}
      limit={60}
      nothingFoundMessage={words.nobody()}
    />
  );
}

/** A number for each month, offered by a switch. */
function MonthsInput({ field, path, form }: InputProps) {
  const words = useBuildWords();
  const formats = useFormats();
  if (field.kind !== "numbers") return null;
  const values = form.getInputProps(path).value as (number | "")[] | null;
  const name = (index: number) => monthName(formats.locale, index);
  return (
    <Stack gap="xs" style={{ gridColumn: "1 / -1" }}>
      <Switch
        label={words.label(field)}
        description={words.help(field)}
        checked={values !== null}
        onChange={(event) => form.setFieldValue(path, event.currentTarget.checked ? Array(field.count).fill(1) : null)}
      />
      {values && (
        <SimpleGrid cols={{ base: 2, sm: 4, lg: 6 }} spacing="xs">
          {values.map((_, index) => (
            <NumberInput
              key={name(index)}
              size="xs"
              label={name(index)}
              step={0.05}
              {...limits(field.item)}
              {...form.getInputProps(`${path}.${index}`)}
            />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

/** Days of the week as chips. */
function WeekdaysInput({ field, path, form, words }: Omit<InputProps, "profiles"> & { words: BuildWords }) {
  const formats = useFormats();
  const { value, onChange, error } = form.getInputProps(path);
  const { least, most } = field as SubsetField;
  const days = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  return (
    <Stack gap={4} role="group" aria-label={words.label(field)}>
      <Text size="sm" fw={500}>
        {words.label(field)}
      </Text>
      <Chip.Group
        multiple
        value={(value as number[]).map(String)}
        onChange={(chosen) => onChange(chosen.map(Number).sort())}
      >
        <Group gap={6}>
          {days.map((day) => (
            <Chip key={day} value={String(day)} size="xs">
              {dayName(formats.locale, day)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {error && (
        <Text size="xs" c="red">
          {error}
        </Text>
      )}
    </Stack>
  );
}

/** Some fields that belong together; if they are optional, behind a switch. */
function GroupInput({ field, path, form, profiles }: InputProps) {
  const words = useBuildWords();
  if (field.kind !== "group") return null;
  const used = form.getInputProps(path).value !== null;
  const error = form.errors[path];
  return (
    <Stack gap="xs" style={{ gridColumn: "1 / -1" }}>
      <Switch
        label={words.label(field)}
        description={words.help(field) || undefined}
        checked={used}
        onChange={(event) => form.setFieldValue(path, event.currentTarget.checked ? initialOf(field.fields) : null)}
      />
      {error && (
        <Text size="xs" c="red" role="alert">
          {error}
        </Text>
      )}
      {used && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {field.fields.map((inner) => (
            <FieldInput key={inner.name} field={inner} path={`${path}.${inner.name}`} form={form} profiles={profiles} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

/** Monday is 0: the first of January 2024 was one. */
function dayName(locale: string, day: number): string {
  const format = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  return format.format(Date.UTC(2024, 0, 1 + day));
}

function monthName(locale: string, month: number): string {
  return new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" }).format(Date.UTC(2024, month, 1));
}
