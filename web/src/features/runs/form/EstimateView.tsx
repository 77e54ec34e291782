import { Alert, Button, List, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { useFormats } from "@/shared/format/formats";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { bytes } from "../bytes";
import type { Estimate } from "./estimate";
import { FiguresTable } from "./FiguresTable";
import type { Findings } from "./findings";
import type { RunEditor } from "./useRunEditor";

interface Props {
  editor: RunEditor;
  onShowFirst: () => void;
}

/** Duration, memory and size of what would be started, or what is still missing. */
export function EstimateView({ editor, onShowFirst }: Props) {
  const { t } = useTranslation("runs");
  const { problems, request, estimation, findings } = editor;
  const open = Object.keys(problems).length;
  if (open > 0)
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t("estimate.incomplete", { count: open })}</Text>
        <Button size="xs" variant="light" onClick={onShowFirst}>
          {t("estimate.show")}
        </Button>
      </Stack>
    );
  if (request === null)
    return (
      <Text size="sm" c="dimmed">
        {t("estimate.waiting")}
      </Text>
    );
  const { problem, estimate, isUpdating } = estimation;
  if (problem instanceof ApiProblem && problem.status === 422)
    return <Refusal findings={findings} gridId={request.grid_id} onShowFirst={onShowFirst} />;
  if (problem) return <ProblemNotice problem={problem} onRetry={() => estimation.refetch()} />;
  if (estimate === undefined) return <Skeleton h={150} aria-busy="true" />;
  return <Figures estimate={estimate} isUpdating={isUpdating} />;
}

function Figures({ estimate, isUpdating }: { estimate: Estimate; isUpdating: boolean }) {
  const { t } = useTranslation("runs");
  const { number, duration, locale } = useFormats();
  const rows: [string, string][] = [
    [t("estimate.duration"), `≈ ${duration(estimate.seconds)}`],
    [t("estimate.memory"), bytes(estimate.peak_memory_bytes, locale)],
    [t("estimate.storage"), bytes(estimate.storage_bytes, locale)],
    ["", t("estimate.rows", { number: number(estimate.storage_rows) })],
    [t("estimate.size"), t("estimate.sizeValue", { houses: number(estimate.houses), steps: number(estimate.steps) })],
    ...(estimate.shards > 1 ? ([[t("estimate.parts"), number(estimate.shards)]] as [string, string][]) : []),
  ];
  return (
    <Stack gap="xs" aria-busy={isUpdating} opacity={isUpdating ? 0.55 : 1}>
      <FiguresTable rows={rows} />
      {!estimate.fits && (
        <Alert color="red" role="alert">
          {t("estimate.tooLarge", { memory: bytes(estimate.memory_bytes, locale) })}
        </Alert>
      )}
      {estimate.workers === 0 && <Alert color="yellow">{t("estimate.noWorkers")}</Alert>}
      <Text size="xs" c="dimmed">
        {estimate.basis.startsWith("measured") ? t("estimate.measured") : t("estimate.defaults")}
      </Text>
    </Stack>
  );
}

function Refusal({ findings, gridId, onShowFirst }: { findings: Findings; gridId: number; onShowFirst: () => void }) {
  const { t } = useTranslation("runs");
  const fields = Object.keys(findings.fields).length;
  const has = (kind: "profiles" | "topology") => findings.inputs.some((input) => input.kind === kind);
  return (
    <Alert color="red" role="alert" title={t("estimate.refused")}>
      <Stack gap="xs" align="flex-start">
        <List size="sm">
          {findings.inputs.map((input) => (
            <List.Item key={`${input.kind}${input.message}`}>
              {input.kind === "profiles"
                ? t("estimate.profiles", { count: input.count, message: input.message })
                : input.kind === "topology"
                  ? t("estimate.topology", { message: input.message })
                  : input.message}
            </List.Item>
          ))}
          {Object.entries(findings.fields).map(([field, message]) => (
            <List.Item key={field}>{message}</List.Item>
          ))}
        </List>
        {fields > 0 && (
          <Button size="xs" variant="light" color="red" onClick={onShowFirst}>
            {t("estimate.show")}
          </Button>
        )}
        {has("profiles") && (
          <TextLink size="sm" to="/communities/$gridId/assignments" params={{ gridId }}>
            {t("estimate.toAssignments")}
          </TextLink>
        )}
        {has("topology") && (
          <TextLink size="sm" to="/communities/$gridId/topology" params={{ gridId }}>
            {t("estimate.toTopology")}
          </TextLink>
        )}
      </Stack>
    </Alert>
  );
}
