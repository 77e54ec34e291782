import { Alert, List } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { $api } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { TextLink } from "@/shared/ui/LinkButton";
import { nodesQuery, type Summary } from "../queries";
import { type Warning, warningsOf } from "./warnings";

/** What went wrong in the run's world: load not served, transformers above their capacity, voltages outside the band. */
export function Warnings({ summary }: { summary: Summary }) {
  const { t } = useTranslation("results");
  const found = useWarnings(summary);
  if (found.length === 0) return null;
  const severe = found.some((warning) => warning.severity === "severe");
  return (
    <Alert
      color={severe ? "red" : "yellow"}
      icon={<IconAlertTriangle size={20} />}
      title={t("overview.warnings.title")}
      role="note"
    >
      <List size="sm" spacing={4}>
        {found.map((warning) => (
          <List.Item key={warning.kind}>
            <WarningText warning={warning} runId={summary.run_id} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function useWarnings(summary: Summary): Warning[] {
  const runId = summary.run_id;
  const overloaded = useQuery({
    ...nodesQuery(runId, "transformer"),
    select: (nodes) =>
      nodes.filter((node) => Number(node.indicators.hours_above_100_percent ?? 0) > 0).map((node) => node.name),
  });
  const network = useQuery({
    ...$api.queryOptions("get", "/api/v1/results/{run_id}/network", {
      params: { path: { run_id: runId }, query: { only: "violations", limit: 1 } },
    }),
    enabled: summary.parameters.network_check === true,
    staleTime: 600_000,
  });
  return warningsOf({ summary, overloaded: overloaded.data ?? [], network: network.data?.violations });
}

function WarningText({ warning, runId }: { warning: Warning; runId: number }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const { kind, page } = warning;
  const text = t(`overview.warnings.${kind}`, {
    energy: formats.quantity(warning.kwh, "kWh"),
    share: formats.percent(warning.share, 2),
    count: warning.count ?? 0,
    names: (warning.names ?? []).join(", ") + ((warning.count ?? 0) > (warning.names ?? []).length ? " …" : ""),
  });
  if (page === null) return <>{text}</>;
  const to = {
    transformers: "/runs/$runId/transformers",
    houses: "/runs/$runId/houses",
    details: "/runs/$runId/details",
  };
  return (
    <>
      {text}{" "}
      <TextLink underline="always" to={to[page] as "/runs/$runId/houses"} params={{ runId }} size="sm">
        {t(`overview.warnings.to.${page}`)}
      </TextLink>
    </>
  );
}
