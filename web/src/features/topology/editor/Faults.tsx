import { Anchor, Button, List, Popover, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { faultsOfAll, type NodeFinding } from "../document/findings";
import { nodeAt } from "../document/places";
import { type Device, type Draft, kindOf } from "../document/types";
import { fieldNamed } from "../fields/fields";
import { useKindName } from "../kinds";
import { nameOf } from "./actions";
import { useEditing, useEditor } from "./context";
import { standing } from "./store";
import { useFaultWords } from "./words";

const SHOWN = 20;

/** All that stands in the way of saving: found here, and by the service at the last attempt. */
function useFaults(): NodeFinding[] {
  const draft = useEditing((state) => state.draft);
  const base = useEditing((state) => state.base);
  const findings = useEditing((state) => state.findings);
  const settled = useDeferredValue(draft);
  const own = useMemo(() => (settled === base ? [] : faultsOfAll(settled)), [settled, base]);
  return useMemo(() => [...own, ...standing({ draft, findings })], [own, draft, findings]);
}

/** Each fault leads to its node. */
export function Faults() {
  const faults = useFaults();
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const draft = useEditing((state) => state.draft);
  const kindName = useKindName();
  const words = useFaultWords();
  const fieldName = (of: Draft, { key, field }: NodeFinding) => {
    const found = fieldNamed(kindOf(key), (nodeAt(of, key) as Device | undefined)?.kind, field);
    return found ? `${t(`field.${found.text}.label`)}: ` : field ? `${field}: ` : "";
  };
  if (faults.length === 0) return null;
  return (
    <Popover position="bottom-end" width={360} withinPortal shadow="md">
      <Popover.Target>
        <Button color="red" variant="light" leftSection={<IconAlertTriangle size={18} />}>
          {t("faults.title", { count: faults.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <List size="sm" spacing={2} mah={320} style={{ overflowY: "auto" }}>
          {faults.slice(0, SHOWN).map((fault) => (
            <List.Item key={`${fault.key} ${fault.field} ${fault.message ?? fault.code}`}>
              <Anchor component="button" type="button" size="sm" onClick={() => editor.select([fault.key], true)}>
                {nameOf(draft, fault.key, kindName)}
              </Anchor>
              {`: ${fieldName(draft, fault)}${words(fault, draft.currency)}`}
            </List.Item>
          ))}
        </List>
        {faults.length > SHOWN && (
          <Text size="sm" mt={4}>
            {t("faults.rest", { count: faults.length - SHOWN })}
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
