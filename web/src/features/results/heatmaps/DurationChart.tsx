import { useTranslation } from "react-i18next";
import { Surface } from "@/shared/ui/Surface";
import { DurationCurve } from "../parts/DurationCurve";
import type { Header, ResultNode } from "../queries";
import { factsOf, type Shown } from "./measures";

interface Props {
  run: Header;
  node: ResultNode;
  shown: Shown;
}

/** How long the measure was at least so large. */
export function DurationChart({ run, node, shown }: Props) {
  const { t } = useTranslation("results");
  return (
    <Surface>
      <DurationCurve
        runId={run.run_id}
        nodeId={node.node_id}
        measure={factsOf(shown).measure}
        label={t("heatmaps.duration", { measure: t(`heatmaps.measures.${shown}`), node: node.name })}
      />
    </Surface>
  );
}
