import { Select, TagsInput, TextInput } from "@mantine/core";
import { startTransition, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Grid } from "../../queries";
import { useEntry, useSurroundings } from "../context";
import { PeriodEntry } from "./PeriodEntry";
import { PresetEntry } from "./PresetEntry";
import { Row, Section } from "./Section";

interface Props {
  grids: Grid[];
  onGrid: (gridId: number) => void;
  /** A sweep has a name of its own, its runs are called after it. */
  named: boolean;
}

/** Which community, which time, and by whose law. */
export function WhatSection({ grids, onGrid, named }: Props) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  const { facts } = useSurroundings();
  const grid = useEntry<number | null>("grid_id");
  const tags = useEntry<string[]>("tags");
  return (
    <Section title={t("form.section.what")}>
      <Row>
        <Select
          label={t("form.community")}
          data={grids.map(({ id, name, access }) => ({
            value: String(id),
            label: name,
            disabled: access === "view",
          }))}
          value={grid.value === null ? null : String(grid.value)}
          onChange={(next) => next !== null && onGrid(Number(next))}
          error={grid.error}
          allowDeselect={false}
          searchable={grids.length > 8}
          description={
            facts &&
            [
              t("form.houses", { count: facts.houses, number: number(facts.houses) }),
              t("form.transformers", { count: facts.transformers, number: number(facts.transformers) }),
            ].join(", ")
          }
          inputWrapperOrder={["label", "input", "error", "description"]}
        />
        {named && <NameEntry />}
      </Row>
      <PeriodEntry />
      <PresetEntry />
      <TagsInput
        label={t("form.tags")}
        description={t("form.tagsHelp")}
        value={tags.value}
        onChange={tags.set}
        error={tags.error}
        maxTags={20}
        inputWrapperOrder={["label", "input", "error", "description"]}
      />
    </Section>
  );
}

/** Letters appear at once; the rest of the form, which the name does not change, follows when there is time. */
function NameEntry() {
  const { t } = useTranslation("runs");
  const name = useEntry<string>("name");
  const [typed, setTyped] = useState(name.value);
  const change = (next: string) => {
    setTyped(next);
    startTransition(() => name.set(next));
  };
  return (
    <TextInput
      label={t("form.name")}
      description={t("form.nameHelp")}
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      error={name.error}
      maxLength={200}
      inputWrapperOrder={["label", "input", "error", "description"]}
    />
  );
}
