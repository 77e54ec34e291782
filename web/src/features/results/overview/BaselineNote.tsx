import { Alert, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { IconHomeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isWithoutCommunity, type useBaseline, useStartBaseline } from "@/shared/runs/baseline";
import type { Run } from "@/shared/runs/queries";
import { useAbilities } from "@/shared/session/me";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";

interface Props {
  run: Run;
  baseline: ReturnType<typeof useBaseline>;
}

/** What the changes in energy are measured by, or how to get it. */
export function BaselineNote({ run, baseline }: Props) {
  const { t } = useTranslation("results");
  const { mayOperate } = useAbilities();
  const start = useStartBaseline();
  if (isWithoutCommunity(run)) return <Note>{t("overview.baseline.itself")}</Note>;
  if (baseline.isError) return <ProblemNotice problem={baseline.error} onRetry={() => void baseline.refetch()} />;
  if (baseline.data === undefined) return <Note>{t("overview.baseline.looking")}</Note>;
  const { run: found, pending, sameInputs } = baseline.data;
  if (found) {
    return (
      <Note>
        {t("overview.baseline.by")}{" "}
        <TextLink underline="always" to="/runs/$runId" params={{ runId: found.id }} size="sm">
          {found.name ?? `#${found.id}`}
        </TextLink>
        {". "}
        {!sameInputs && t("overview.baseline.changed")}
      </Note>
    );
  }
  if (pending) {
    return (
      <Group gap="xs" role="status">
        <Loader size="xs" />
        <Note>{t("overview.baseline.pending")}</Note>
      </Group>
    );
  }
  return (
    <Alert variant="light" color="moss" icon={<IconHomeOff size={20} />} title={t("overview.baseline.missing")}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t(mayOperate ? "overview.baseline.make" : "overview.baseline.ask")}</Text>
        {mayOperate && (
          <Button size="sm" loading={start.isPending} onClick={() => start.mutate(run)}>
            {t("overview.baseline.start")}
          </Button>
        )}
        {start.isError && <ProblemNotice problem={start.error} />}
      </Stack>
    </Alert>
  );
}

function Note({ children }: { children: React.ReactNode }) {
  return (
    <Text size="sm" c="dimmed" component="div">
      {children}
    </Text>
  );
}
