import { ActionIcon, Button, Fieldset, Group, SimpleGrid, Stack, Text, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { FieldInput, type InputProps } from "./FieldInput";
import { initialOf, type Values } from "./values";
import { useBuildWords } from "./words";

/** Entries of the same kind, each with its fields; more can be added. */
export function ListInput({ field, path, form, profiles }: InputProps) {
  const words = useBuildWords();
  if (field.kind !== "list") return null;
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
              {field.fields.map((inner) => (
                <FieldInput
                  key={inner.name}
                  field={inner}
                  path={`${path}.${index}.${inner.name}`}
                  form={form}
                  profiles={profiles}
                />
              ))}
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
