import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";

interface Props {
  problem: unknown;
  onRetry?: () => void;
}

/** What went wrong, in words that say what to do; the service's own detail where it is about the request. */
export function ProblemNotice({ problem, onRetry }: Props) {
  const { t } = useTranslation();
  const { title, help, details, trace } = useProblemWords(problem);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        {help && <Text size="sm">{help}</Text>}
        {details.length > 0 && (
          <List size="sm">
            {details.map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
        )}
        {trace && (
          <Text size="xs" c="dimmed">
            {t("problem.trace", { id: trace })}
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="light" color="red" onClick={onRetry}>
            {t("action.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export interface ProblemWords {
  title: string;
  help: string | null;
  details: string[];
  trace: string | null;
}

export function useProblemWords(problem: unknown): ProblemWords {
  const { t } = useTranslation();
  if (!(problem instanceof ApiProblem)) {
    return {
      title: t("problem.unexpected.title"),
      help: problem instanceof Error ? problem.message : null,
      details: [],
      trace: null,
    };
  }
  const { status, body } = problem;
  const details = (body.errors ?? []).map((error) =>
    error.field ? `${error.field}: ${error.message}` : error.message,
  );
  const words = (title: string, help: string | null, trace: string | null = null) => ({ title, help, details, trace });
  if (status === 0) return words(t("problem.unreachable.title"), t("problem.unreachable.help"));
  if (status === 429)
    return words(t("problem.busy.title"), t("problem.busy.help", { seconds: problem.retryAfterSeconds ?? 10 }));
  if (status === 502 || status === 503 || status === 504)
    return words(t("problem.unavailable.title"), t("problem.unavailable.help"));
  if (status === 403) return words(t("problem.forbidden.title"), body.detail ?? t("problem.forbidden.help"));
  if (status === 404) return words(t("problem.missing.title"), t("problem.missing.help"));
  if (status === 409 || status === 412)
    return words(t("problem.conflict.title"), body.detail ?? t("problem.conflict.help"));
  if (status === 413) return words(t("problem.large.title"), t("problem.large.help"));
  if (status === 400 || status === 422) return words(t("problem.invalid.title"), body.detail ?? null);
  if (status >= 500) return words(t("problem.unexpected.title"), t("problem.unexpected.help"), body.trace_id ?? null);
  return words(body.title ?? t("problem.title"), body.detail ?? null);
}
