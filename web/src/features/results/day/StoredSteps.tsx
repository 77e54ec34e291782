import { Alert } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Header } from "../queries";

/** Says so where a run kept less than its own steps. */
export function StoredSteps({ run }: { run: Header }) {
  const { t } = useTranslation("results");
  if (run.stored_step_minutes <= run.step_minutes) return null;
  return (
    <Alert variant="light" color="yellow" icon={<IconInfoCircle size={20} />} role="note">
      {run.stored_step_minutes >= 1440 ? t("day.daysOnly") : t("day.hoursOnly")}
    </Alert>
  );
}
