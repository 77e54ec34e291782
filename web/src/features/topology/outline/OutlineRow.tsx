import { IconAlertTriangle, IconCheck, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type MouseEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { faultsOf } from "../document/findings";
import { nodeAt } from "../document/places";
import type { Device, Draft, House, Key, Transformer } from "../document/types";
import { useEditing } from "../editor/context";
import { useLoadOf } from "../editor/loads";
import { LoadBar } from "../graph/LoadBar";
import { isFaulty } from "../graph/nodes";
import { KindIcon, useKindName } from "../kinds";
import { useSize } from "../panel/useSize";
import classes from "./outline.module.css";
import type { Row } from "./rows";

interface Props {
  id: string;
  row: Row;
  top: number;
  height: number;
  selected: boolean;
  active: boolean;
  onClick: (key: Key, event: MouseEvent) => void;
  onExpand: (key: Key, open: boolean) => void;
}

export const OutlineRow = memo(function OutlineRow(props: Props) {
  const { id, row, top, height, selected, active, onClick, onExpand } = props;
  const draft = useEditing((state) => state.draft);
  const node = nodeAt(draft, row.key);
  const { name, detail, faulty } = useWords(row, node);
  if (node === undefined) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys for its rows
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={selected}
      aria-expanded={row.expanded ?? undefined}
      className={classes.row}
      data-selected={selected || undefined}
      data-active={active || undefined}
      style={{ top, height, paddingInlineStart: 8 + (row.level - 1) * 20 }}
      onClick={(event) => onClick(row.key, event)}
    >
      {/* For the pointer; keys open and close with the arrows. */}
      <span
        className={classes.twist}
        aria-hidden="true"
        onClick={(event) => {
          if (row.expanded === null) return;
          event.stopPropagation();
          onExpand(row.key, !row.expanded);
        }}
      >
        {row.expanded !== null && (row.expanded ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />)}
      </span>
      <span className={classes.icon}>
        <KindIcon kind={row.kind} device={row.deviceKind} />
      </span>
      <span className={classes.name}>{name}</span>
      {faulty && <Fault />}
      <span className={classes.detail}>{detail}</span>
      {row.kind === "transformer" && <Bar transformer={row.key} />}
      {selected && <IconCheck size={16} className={classes.check} aria-hidden />}
    </div>
  );
});

function Fault() {
  const { t } = useTranslation("topology");
  return <IconAlertTriangle size={15} className={classes.fault} role="img" aria-label={t("fault.some")} />;
}

function Bar({ transformer }: { transformer: Key }) {
  const load = useLoadOf(transformer);
  return load ? (
    <span className={classes.bar}>
      <LoadBar load={load} />
    </span>
  ) : null;
}

function useWords(row: Row, node: unknown): { name: string; detail: string; faulty: boolean } {
  const { t } = useTranslation("topology");
  const kindName = useKindName();
  const size = useSize();
  if (node === undefined) return { name: "", detail: "", faulty: false };
  if (row.kind === "device") {
    const device = node as Device;
    const kind = kindName(device.kind);
    return {
      name: device.name || kind,
      detail: [device.name ? kind : "", size(device)].filter(Boolean).join(" · "),
      faulty: faultsOf("device", device).length > 0,
    };
  }
  if (row.kind === "house") {
    const house = node as House;
    const devices = house.devices.length > 0 ? [t("count.devices", { count: house.devices.length })] : [];
    return {
      name: house.name,
      detail: [house.house_type, ...house.flags, ...devices].join(" · "),
      faulty: isFaulty(house),
    };
  }
  if (row.kind === "transformer") {
    const transformer = node as Transformer;
    return {
      name: transformer.name,
      detail: t("count.some", { count: transformer.houses.length }),
      faulty: faultsOf("transformer", transformer).length > 0,
    };
  }
  return { name: (node as Draft).name, detail: "", faulty: faultsOf("grid", node as Draft).length > 0 };
}
