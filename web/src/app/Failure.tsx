import { Box } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { LinkButton } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";

/** A page that could not be shown. */
export function Failure({ error, reset }: ErrorComponentProps) {
  return (
    <Box p="md">
      <ProblemNotice problem={error} onRetry={reset} />
    </Box>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Box p="md">
      <ProblemNotice problem={new ApiProblem({ status: 404 })} />
      <LinkButton to="/" mt="md" variant="light">
        {t("problem.home")}
      </LinkButton>
    </Box>
  );
}
