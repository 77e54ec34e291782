import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { memo, useContext } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { figuresOf } from "../document/figures";
import type { Transformer } from "../document/types";
import { useEditor } from "../editor/context";
import { useLoadOf } from "../editor/loads";
import { KindIcon } from "../kinds";
import { Dots } from "./Dots";
import { DropContext, isFar, useDistance } from "./distance";
import classes from "./graph.module.css";
import { LoadBar } from "./LoadBar";
import type { FrameNode } from "./nodes";

/** A transformer: its tile, and below it the field on which its houses stand. */
export const TransformerFrame = memo(function TransformerFrame({ id, data, selected }: NodeProps<FrameNode>) {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const distance = useDistance();
  const target = useContext(DropContext) === id;
  const { transformer, frame } = data;
  const load = useLoadOf(id);
  const label = t(frame.unfolded ? "action.fold" : "action.unfold", { name: transformer.name });
  return (
    <div
      className={classes.frame}
      data-selected={selected || undefined}
      data-target={target || undefined}
      data-folded={!frame.unfolded || undefined}
      style={{ width: frame.width, height: frame.height }}
    >
      {frame.unfolded && <Dots {...data} dots={isFar(distance)} />}
      <div className={classes.head} data-distance={distance} data-wide={frame.width > 800 || undefined}>
        <div className={classes.headName}>
          <KindIcon kind="transformer" size={18} />
          <span title={transformer.name}>{transformer.name}</span>
          <Tooltip label={label}>
            <ActionIcon
              className="nodrag nopan"
              size="sm"
              variant="subtle"
              color="gray"
              tabIndex={-1}
              aria-label={label}
              aria-expanded={frame.unfolded}
              onClick={(event) => {
                event.stopPropagation();
                editor.unfold([id], !frame.unfolded);
              }}
            >
              {frame.unfolded ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
            </ActionIcon>
          </Tooltip>
        </div>
        <Counts transformer={transformer} />
        {load && (
          <div className={classes.load}>
            <LoadBar load={load} />
          </div>
        )}
      </div>
      {frame.unfolded && transformer.houses.length === 0 && <div className={classes.empty}>{t("graph.noHouses")}</div>}
    </div>
  );
});

function Counts({ transformer }: { transformer: Transformer }) {
  const { t } = useTranslation("topology");
  const { number } = useFormats();
  const { houses, solar_kwp, storage_kwh } = figuresOf(transformer);
  const parts = [
    t("count.some", { count: houses }),
    ...(solar_kwp > 0 ? [`${number(solar_kwp, 0)} kWp`] : []),
    ...(storage_kwh > 0 ? [`${number(storage_kwh, 0)} kWh`] : []),
    ...(transformer.capacity_kw != null ? [t("count.capacity", { capacity: number(transformer.capacity_kw) })] : []),
  ];
  return <div className={classes.counts}>{parts.join(" · ")}</div>;
}
