import {
  ActionIcon,
  Button,
  Collapse,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  Text,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { MOST_ENTRIES, range, type Varied } from "./combining";
import type { Value, Variable } from "./variables";
import { variableOf } from "./variables";

interface Props {
  variables: Variable[];
  varied: Varied[];
  onChange: (varied: Varied[]) => void;
}

/** Which entries are varied, and the values of each. */
export function VaryEditor({ variables, varied, onChange }: Props) {
  const { t } = useTranslation("runs");
  const free = variables.filter(({ path }) => !varied.some((entry) => entry.path === path));
  const replace = (index: number, entry: Varied) =>
    onChange(varied.map((old, place) => (place === index ? entry : old)));
  return (
    <Stack gap="md">
      {varied.map((entry, index) => {
        const variable = variableOf(variables, entry.path);
        return (
          <Group key={entry.path} align="flex-start" gap="sm" role="group" aria-label={variable.name}>
            <Select
              label={t("sweeps.form.what")}
              data={[variable, ...free].map(({ path, name }) => ({ value: path, label: name }))}
              value={entry.path}
              onChange={(path) => path && path !== entry.path && replace(index, { path, values: [] })}
              allowDeselect={false}
              searchable
              flex="1 1 200px"
            />
            <Stack gap={4} flex="2 1 260px">
              {variable.choices ? (
                <Choices
                  variable={variable}
                  values={entry.values}
                  onChange={(values) => replace(index, { ...entry, values })}
                />
              ) : (
                <Numbers
                  variable={variable}
                  values={entry.values}
                  onChange={(values) => replace(index, { ...entry, values })}
                />
              )}
            </Stack>
            <ActionIcon
              mt={26}
              size="lg"
              variant="subtle"
              color="gray"
              aria-label={t("sweeps.form.remove", { name: variable.name })}
              onClick={() => onChange(varied.filter((_, place) => place !== index))}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        );
      })}
      {varied.length < MOST_ENTRIES && free[0] && (
        <Button
          variant="light"
          w="fit-content"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...varied, { path: free[0]?.path ?? "", values: [] }])}
        >
          {t("sweeps.form.add")}
        </Button>
      )}
    </Stack>
  );
}

interface ValuesProps {
  variable: Variable;
  values: Value[];
  onChange: (values: Value[]) => void;
}

function Choices({ variable, values, onChange }: ValuesProps) {
  const { t } = useTranslation("runs");
  const choices = variable.choices ?? [];
  return (
    <MultiSelect
      label={t("sweeps.form.values")}
      placeholder={values.length === 0 ? t("sweeps.form.valuesChoose") : undefined}
      data={choices.map(({ value, name }) => ({ value: String(value), label: name }))}
      value={values.map(String)}
      onChange={(next) => onChange(choices.map(({ value }) => value).filter((value) => next.includes(String(value))))}
      clearable
    />
  );
}

function Numbers({ variable, values, onChange }: ValuesProps) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const [opened, { toggle }] = useDisclosure(false);
  const read = (text: string) => Number(text.replace(",", "."));
  return (
    <>
      <TagsInput
        label={`${t("sweeps.form.list")}${variable.unit ? ` (${variable.unit})` : ""}`}
        description={t("sweeps.form.listHelp")}
        value={values.map((value) => number(value as number, 9))}
        onChange={(next) => {
          const numbers = next.map(read).filter((value) => Number.isFinite(value));
          onChange([...new Set(numbers)].sort((a, b) => a - b));
        }}
        splitChars={[";", " "]}
        clearable
        inputWrapperOrder={["label", "input", "error", "description"]}
      />
      <Button variant="subtle" size="compact-sm" w="fit-content" onClick={toggle} aria-expanded={opened}>
        {t("sweeps.form.range")}
      </Button>
      <Collapse expanded={opened}>
        <Range onFill={onChange} />
      </Collapse>
    </>
  );
}

function Range({ onFill }: { onFill: (values: number[]) => void }) {
  const { t } = useTranslation("runs");
  const [ends, setEnds] = useState<{ from: number | string; to: number | string; by: number | string }>({
    from: "",
    to: "",
    by: "",
  });
  const numbers = (["from", "to", "by"] as const).map((key) => (ends[key] === "" ? Number.NaN : Number(ends[key])));
  const found = numbers.every(Number.isFinite) ? range(numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0) : [];
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed">
        {t("sweeps.form.rangeHelp")}
      </Text>
      <Group gap="xs" align="flex-end">
        {(["from", "to", "by"] as const).map((key) => (
          <NumberInput
            key={key}
            w={96}
            size="sm"
            label={t(`sweeps.form.${key}`)}
            value={ends[key]}
            onChange={(value) => setEnds({ ...ends, [key]: value })}
            hideControls
            allowedDecimalSeparators={[".", ","]}
          />
        ))}
        <Button size="sm" variant="light" disabled={found.length === 0} onClick={() => onFill(found)}>
          {t("sweeps.form.fill")}
        </Button>
      </Group>
    </Stack>
  );
}
