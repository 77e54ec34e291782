import { Combobox, Group, ScrollArea, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { find } from "../document/find";
import { KindIcon, useKindName } from "../kinds";
import { useEditing, useEditor } from "./context";

const SHOWN = 40;
const ALL = "all";

/** Finds nodes by name, flag, type, owner or kind; goes to one, or selects all that were found. */
export function SearchBox() {
  const { t } = useTranslation(["topology", "common"]);
  const editor = useEditor();
  const kindName = useKindName();
  const [words, setWords] = useState("");
  const [settled] = useDebouncedValue(words, 120);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  // Without a search what changes in the community does not matter here.
  const draft = useEditing((state) => (settled.trim() === "" ? null : state.draft));
  const matches = useMemo(() => (draft ? find(draft, settled, kindName) : []), [draft, settled, kindName]);
  const choose = (value: string) => {
    const keys = value === ALL ? matches.map((match) => match.key) : [value];
    editor.select(keys, true);
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} width={320} position="bottom-end" withinPortal>
      <Combobox.Target>
        <TextInput
          size="sm"
          w={{ base: "100%", xs: 200 }}
          leftSection={<IconSearch size={16} />}
          placeholder={t("search.placeholder")}
          aria-label={t("search.label")}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={settled.trim() === ""}>
        <Combobox.Options>
          <ScrollArea.Autosize mah={360} type="scroll">
            {matches.length === 0 && <Combobox.Empty>{t("common:state.noMatch")}</Combobox.Empty>}
            {matches.length > 1 && (
              <Combobox.Option value={ALL}>
                <Text size="sm" fw={600}>
                  {t("search.all", { count: matches.length })}
                </Text>
              </Combobox.Option>
            )}
            {matches.slice(0, SHOWN).map((match) => (
              <Combobox.Option key={match.key} value={match.key}>
                <Group gap="xs" wrap="nowrap">
                  <KindIcon kind={match.kind} device={match.deviceKind} size={16} />
                  <Text size="sm" truncate>
                    {match.name}
                  </Text>
                  <Text size="xs" c="dimmed" truncate>
                    {match.hint}
                  </Text>
                </Group>
              </Combobox.Option>
            ))}
            {matches.length > SHOWN && (
              <Text size="xs" c="dimmed" px="sm" py={4}>
                {t("search.rest", { count: matches.length - SHOWN })}
              </Text>
            )}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
