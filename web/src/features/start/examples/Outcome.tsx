import { Alert, Button, Group } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { OtherCommunity } from "./load";
import { type ImportState, startRun } from "./useImport";

/** After an import: run its year or look at it; or what went wrong, and once more from where it stopped. */
export function Outcome({ state, onRetry }: { state: ImportState; onRetry: () => void }) {
  const { t } = useTranslation(["start", "common"]);
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  if (state.problem instanceof OtherCommunity)
    return (
      <Alert color="yellow" role="alert" title={t("example.other")}>
        {t("example.otherHelp", { count: state.problem.houses.length, house: state.problem.houses[0] })}
      </Alert>
    );
  if (state.problem !== null) return <ProblemNotice problem={state.problem} onRetry={onRetry} />;
  const { example, loaded } = state;
  if (example === null || loaded === null) return null;
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const runId = await startRun(example, loaded);
      await navigate({ to: "/runs/$runId", params: { runId } });
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return (
    <>
      {problem !== null && <ProblemNotice problem={problem} />}
      <Group gap="sm">
        <Button leftSection={<IconPlayerPlay size={18} />} loading={busy} onClick={() => void run()}>
          {t("example.run")}
        </Button>
        <LinkButton to="/communities/$gridId" params={{ gridId: loaded.gridId }} variant="light">
          {t("example.open")}
        </LinkButton>
      </Group>
    </>
  );
}
