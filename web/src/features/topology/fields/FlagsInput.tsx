import { Button, Group, TagsInput, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFlags } from "../queries";
import type { SpecialField } from "./fields";
import type { FieldProps } from "./props";

export interface FlagsValue {
  all: string[];
  some: [flag: string, count: number][];
}

/** Flags as chips, from the vocabulary or new. Of several houses: those that all have, and a button for the others. */
export function FlagsInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const { all, some } = value as FlagsValue;
  const flags = useFlags();
  const meaning = new Map(flags.map((flag) => [flag.name, flag.description]));
  return (
    <div>
      <TagsInput
        label={t("field.flags.label")}
        description={t("field.flags.help")}
        data={[...new Set([...meaning.keys(), ...some.map(([flag]) => flag)])]}
        value={all}
        error={error}
        maxTags={100}
        acceptValueOnBlur
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.value}</Text>
            {meaning.get(option.value) && (
              <Text size="xs" c="dimmed">
                {meaning.get(option.value)}
              </Text>
            )}
          </div>
        )}
        onChange={(next) => onChange({ [field.name]: next.map((flag) => flag.trim()).filter(Boolean) })}
        {...rest}
      />
      {some.length > 0 && (
        <Group gap={6} mt={6}>
          <Text size="xs" c="dimmed">
            {t("form.someHave")}
          </Text>
          {some.map(([flag, count]) => (
            <Button
              key={flag}
              size="compact-xs"
              variant="default"
              radius="xl"
              leftSection={<IconPlus size={12} />}
              disabled={rest.disabled}
              aria-label={t("form.giveAll", { flag, count })}
              onClick={() => onChange({ [field.name]: [...all, flag] })}
            >
              {flag} ({count})
            </Button>
          ))}
        </Group>
      )}
    </div>
  );
}
