import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { countHouses } from "../document/places";
import { KindIcon } from "../kinds";
import { useDistance } from "./distance";
import classes from "./graph.module.css";
import type { TopNode } from "./nodes";

/** The community itself, and what it may exchange with the network upstream. */
export const GridTile = memo(function GridTile({ data: { draft }, selected }: NodeProps<TopNode>) {
  const { t } = useTranslation("topology");
  const { number } = useFormats();
  const distance = useDistance();
  const { import_limit_kw, export_limit_kw } = draft;
  const parts = [
    t("count.some", { count: countHouses(draft) }),
    ...(import_limit_kw != null ? [t("graph.importLimit", { limit: number(import_limit_kw) })] : []),
    ...(export_limit_kw != null ? [t("graph.exportLimit", { limit: number(export_limit_kw) })] : []),
  ];
  return (
    <div className={classes.top} data-selected={selected || undefined} data-distance={distance}>
      <div className={classes.headName}>
        <KindIcon kind="grid" size={20} />
        <span title={draft.name}>{draft.name}</span>
      </div>
      <div className={classes.counts}>{parts.join(" · ")}</div>
    </div>
  );
});
