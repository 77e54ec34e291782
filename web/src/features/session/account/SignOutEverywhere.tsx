import { Button, Text, Title } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { useLeave } from "./leave";

export function SignOutEverywhere() {
  const { t } = useTranslation(["session", "common"]);
  const leave = useLeave();
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const endAll = async () => {
    setBusy(true);
    setProblem(null);
    try {
      // Without a refresh token in the body all sessions of the caller end.
      await api.POST("/api/v1/auth/logout");
      await leave();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return (
    <Surface p="lg">
      <Title order={2} size="h4" mb="xs">
        {t("everywhere.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t("everywhere.description")}
      </Text>
      {problem !== null && <ProblemNotice problem={problem} />}
      <Button
        variant="default"
        leftSection={<IconLogout size={16} />}
        loading={busy}
        onClick={() => void endAll()}
        mt={problem === null ? 0 : "md"}
      >
        {t("everywhere.submit")}
      </Button>
    </Surface>
  );
}
