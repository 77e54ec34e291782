import { Anchor, Collapse, Stack } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { busOf, connect, patch } from "../document/edits";
import { faultsOf } from "../document/findings";
import { nodeAt } from "../document/places";
import { type AnyNode, type Draft, type House, type Key, kindOf } from "../document/types";
import { useEditing, useEditor } from "../editor/context";
import { standing } from "../editor/store";
import { useFaultWords } from "../editor/words";
import { commonValue, flagsAfter, sharedFlags, VARIOUS, type Values } from "../fields/common";
import { FieldInput } from "../fields/FieldInput";
import type { FlagsValue } from "../fields/FlagsInput";
import { type Field, plainFields } from "../fields/fields";

interface Props {
  keys: readonly Key[];
  fields: readonly Field[];
}

/** The fields of a node, or of several of one kind at once; what is typed is checked and is part of the draft at once. */
export function NodeForm({ keys, fields }: Props) {
  const { t } = useTranslation("topology");
  const draft = useEditing((state) => state.draft);
  const nodes = useMemo(
    () => keys.map((key) => nodeAt(draft, key)).filter((node) => node !== undefined),
    [draft, keys],
  );
  const errors = useErrors(keys, nodes);
  const shown = fields.filter((field) => nodes.length === 1 || !field.single);
  const few = shown.filter((field) => !field.more);
  const more = shown.filter((field) => field.more);
  const [wanted, setWanted] = useState(false);
  const open = wanted || more.some((field) => plainFields([field]).some(({ name }) => errors.has(name)));
  if (nodes.length === 0) return null;

  const input = (field: Field) => (
    <Cell
      key={`${field.name} ${keys[0]}`}
      field={field}
      keys={keys}
      value={valueIn(draft, nodes, field)}
      error={errors.get(field.name)}
      moreErrors={field.type === "either" ? field.options.map(({ name }) => errors.get(name) ?? "") : undefined}
      currency={draft.currency}
    />
  );
  return (
    <Stack gap="sm">
      {few.map(input)}
      {more.length > 0 && (
        <>
          <Anchor
            component="button"
            type="button"
            size="sm"
            aria-expanded={open}
            onClick={() => setWanted(!open)}
            style={{ display: "flex", alignItems: "center", gap: 4 }}
          >
            {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
            {t(open ? "form.less" : "form.more")}
          </Anchor>
          <Collapse expanded={open}>
            <Stack gap="sm">{open && more.map(input)}</Stack>
          </Collapse>
        </>
      )}
    </Stack>
  );
}

interface CellProps {
  field: Field;
  keys: readonly Key[];
  value: unknown;
  error: string | undefined;
  /** Of the fields of which one is given. */
  moreErrors: string[] | undefined;
  currency: string;
}

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

/** One input; drawn again only if something about its own field changed. */
const Cell = memo(
  function Cell({ field, keys, value, error, moreErrors, currency }: CellProps) {
    const editor = useEditor();
    return (
      <FieldInput
        field={field}
        value={value}
        onChange={(values) =>
          editor.edit((old) => changed(old, keys, field, values, value), `${keys.join()} ${Object.keys(values).join()}`)
        }
        error={error ?? moreErrors?.find(Boolean)}
        currency={currency}
        disabled={editor.readOnly}
        inputWrapperOrder={ORDER}
      />
    );
  },
  (one, other) =>
    one.field === other.field &&
    one.keys === other.keys &&
    one.error === other.error &&
    one.currency === other.currency &&
    `${one.moreErrors}` === `${other.moreErrors}` &&
    (one.value === other.value || (one.value !== VARIOUS && textOf(one.value) === textOf(other.value))),
);

/** Symbols have no JSON of their own. */
const textOf = (value: unknown) => JSON.stringify(value, (_, part: unknown) => (part === VARIOUS ? "various" : part));

function valueIn(draft: Draft, nodes: readonly AnyNode[], field: Field): unknown {
  const values = nodes as unknown as Values[];
  if (field.type === "either")
    return Object.fromEntries(field.options.map(({ name }) => [name, commonValue(values, name)]));
  if (field.type === "flags") return sharedFlags(values);
  if (field.type === "bus")
    return commonValue(
      nodes.map((node) => ({ bus: busOf(draft, node as House) })),
      "bus",
    );
  if (field.type === "location" && nodes.length > 1) return VARIOUS;
  return commonValue(values, field.name);
}

function changed(draft: Draft, keys: readonly Key[], field: Field, values: Values, before: unknown): Draft {
  if (field.type === "bus") {
    const houses = keys.map((key) => (nodeAt(draft, key) as House).id);
    return connect(draft, new Set(houses), values.bus as string | null);
  }
  if (field.type !== "flags") return patch(draft, keys, values);
  const { all } = before as FlagsValue;
  return patch(draft, keys, (node) => ({
    flags: flagsAfter(node.flags as string[], all, values.flags as string[]),
  }));
}

/** The first fault of each field, over all nodes that are edited. */
function useErrors(keys: readonly Key[], nodes: readonly AnyNode[]): Map<string, string> {
  const words = useFaultWords();
  const draft = useEditing((state) => state.draft);
  const findings = useEditing((state) => state.findings);
  return useMemo(() => {
    const errors = new Map<string, string>();
    const own = new Set(keys);
    nodes.forEach((node, at) => {
      for (const finding of faultsOf(kindOf(keys[at] as Key), node))
        if (!errors.has(finding.field)) errors.set(finding.field, words(finding, draft.currency));
    });
    for (const finding of standing({ draft, findings }))
      if (own.has(finding.key) && !errors.has(finding.field)) errors.set(finding.field, finding.message);
    return errors;
  }, [keys, nodes, words, draft, findings]);
}
