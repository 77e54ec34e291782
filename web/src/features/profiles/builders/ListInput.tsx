import { ActionIcon, Button, Fieldset, Group, SimpleGrid, Stack, Text, Tooltip } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Field, ListField } from "./fields";
import type { BuildForm } from "./request";
import { initialOf, type Values } from "./values";
import { useBuildWords } from "./words";

interface Props {
  field: ListField;
  path: string;
  form: UseFormReturnType<BuildForm>;
  /** Draws the input of a field of an entry. */
  inputOf: (field: Field, path: string) => ReactNode;
}

/** Entries of the same kind, each with its fields; more can be added. */
export function ListInput({ field, path, form, inputOf }: Props) {
  const words = useBuildWords();
  const items = form.getInputProps(path).value as Values[];
  return (
    <Stack gap="sm" style={{ gridColumn: "1 / -1" }}>
      <Text size="sm" fw={600}>
        {words.label(field)}
      </Text>
      {items.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other name than their place
        <Fieldset key={index} legend={words.item(field, index + 1)} p="sm" bg="transparent">
          <Group wrap="nowrap" align="flex-start">
            <SimpleGrid cols={{ base: 1, sm: Math.min(field.fields.length, 4) }} flex={1} spacing="sm">
              {field.fields.map((inner) => inputOf(inner, `${path}.${index}.${inner.name}`))}
            </SimpleGrid>
            {items.length > field.leastItems && (
              <Tooltip label={words.remove(words.item(field, index + 1))}>
                <ActionIcon
                  variant="subtle"
                  color="red"
                  aria-label={words.remove(words.item(field, index + 1))}
                  onClick={() => form.removeListItem(path, index)}
                >
                  <IconTrash size={18} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        </Fieldset>
      ))}
      {items.length < field.mostItems && (
        <Button
          variant="light"
          size="xs"
          leftSection={<IconPlus size={16} />}
          onClick={() => form.insertListItem(path, initialOf(field.fields))}
          style={{ alignSelf: "flex-start" }}
        >
          {words.add(field)}
        </Button>
      )}
      {form.errors[path] && (
        <Text size="xs" c="red">
          {form.errors[path]}
        </Text>
      )}
    </Stack>
  );
}
