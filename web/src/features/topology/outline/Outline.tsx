import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { parentOf } from "../document/places";
import { GRID, type Key } from "../document/types";
import { useEditing, useEditor } from "../editor/context";
import { OutlineRow } from "./OutlineRow";
import classes from "./outline.module.css";
import { rowsOf } from "./rows";
import { useTreeKeys } from "./useTreeKeys";

const ROW_PX = 44;
const domId = (key: Key) => `outline-${key}`;

/** The community as a tree of rows: the same as the graph, for the keyboard, for screen readers, for small screens. */
export function Outline() {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const draft = useEditing((state) => state.draft);
  const selected = useEditing((state) => state.selected);
  const unfolded = useEditing((state) => state.unfolded);
  const sought = useEditing((state) => state.sought);
  const [houses, setHouses] = useState<ReadonlySet<Key>>(new Set([GRID]));
  const expanded = useMemo(() => new Set([...unfolded, ...houses]), [unfolded, houses]);
  const rows = useMemo(() => rowsOf(draft, expanded), [draft, expanded]);
  const [current, setCurrent] = useState<Key>(GRID);

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const expand = (key: Key, open: boolean) => {
    if (key.startsWith("transformer-")) editor.unfold([key], open);
    else setHouses((before) => new Set(open ? [...before, key] : [...before].filter((other) => other !== key)));
  };
  const goTo = (key: Key) => {
    setCurrent(key);
    const at = rows.findIndex((row) => row.key === key);
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  };
  const { onKeyDown, onClick } = useTreeKeys({ rows, current, goTo, expand });

  // What is asked for by search or address: open its parents, then go there.
  const done = useRef(0);
  useEffect(() => {
    if (sought === null || done.current === sought.count) return;
    const parent = parentOf(draft, sought.key);
    if (parent !== null && !expanded.has(parent)) {
      if (parent.startsWith("transformer-")) editor.unfold([parent], true);
      else setHouses((before) => new Set([...before, parent]));
      return;
    }
    const at = rows.findIndex((row) => row.key === sought.key);
    if (at < 0) return;
    done.current = sought.count;
    setCurrent(sought.key);
    virtual.scrollToIndex(at, { align: "center" });
  }, [sought, draft, expanded, rows, editor, virtual]);

  const active = rows.some((row) => row.key === current) ? current : GRID;
  return (
    <div
      ref={scroller}
      className={classes.tree}
      role="tree"
      tabIndex={0}
      aria-label={t("outline.label", { name: draft.name })}
      aria-multiselectable="true"
      aria-activedescendant={domId(active)}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="none">
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <OutlineRow
              key={row.key}
              id={domId(row.key)}
              row={row}
              top={item.start}
              height={ROW_PX}
              selected={selected.has(row.key)}
              active={row.key === active}
              onClick={onClick}
              onExpand={expand}
            />
          );
        })}
      </div>
    </div>
  );
}
