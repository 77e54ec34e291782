import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { NodeKind, ResultNode } from "../queries";

interface Props {
  nodes: ResultNode[];
  value: number;
  onChange: (nodeId: number) => void;
  label: string;
}

const KINDS: NodeKind[] = ["grid", "transformer", "house"];
/** More are found by typing. */
const LISTED = 100;

/** Chooses the grid, a transformer or a house by name. */
export function NodePicker({ nodes, value, onChange, label }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const data = useMemo(
    () =>
      KINDS.map((kind) => ({
        group: t(`common:node.${kind}`),
        items: nodes
          .filter((node) => node.kind === kind)
          .map((node) => ({ value: String(node.node_id), label: node.name })),
      })).filter((group) => group.items.length > 0),
    [nodes, t],
  );
  return (
    <Select
      label={label}
      data={data}
      value={String(value)}
      onChange={(chosen) => chosen !== null && onChange(Number(chosen))}
      searchable
      limit={LISTED}
      allowDeselect={false}
      nothingFoundMessage={t("common:state.noMatch")}
      maxDropdownHeight={320}
      w={{ base: "100%", xs: 260 }}
    />
  );
}

/** The node that an address names, else the grid, else (for a household) its first house. */
export function chosenNode(nodes: ResultNode[], wanted: number | undefined): ResultNode | undefined {
  return nodes.find((node) => node.node_id === wanted) ?? nodes.find((node) => node.kind === "grid") ?? nodes[0];
}
