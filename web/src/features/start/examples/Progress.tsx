import { Group, List, Loader, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheckFilled, IconCircleDashed } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { STEPS, type Step } from "./load";
import type { ImportState } from "./useImport";

/** The steps of an import: what is done, what is on its way, what comes. */
export function Progress({ state }: { state: ImportState }) {
  const { t } = useTranslation(["start", "common"]);
  return (
    <List listStyleType="none" spacing={6} aria-live="polite" aria-label={t("example.steps")}>
      {STEPS.map((step) => {
        const done = state.done.find((result) => result.step === step);
        return (
          <List.Item key={step}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Sign state={stateOf(state, step)} />
              <Text size="sm" c={done === undefined && state.current !== step ? "dimmed" : undefined}>
                {t(`example.step.${step}`)}
                {done && (
                  <Text span size="sm" c="dimmed">
                    {" – "}
                    {done.made > 0
                      ? t(`example.made.${step}`, { count: done.made })
                      : t("example.allPresent", { count: done.present })}
                  </Text>
                )}
              </Text>
            </Group>
          </List.Item>
        );
      })}
    </List>
  );
}

type Sign = "done" | "busy" | "failed" | "waiting";

function stateOf({ done, current, problem }: ImportState, step: Step): Sign {
  if (done.some((result) => result.step === step)) return "done";
  if (current !== step) return "waiting";
  return problem === null ? "busy" : "failed";
}

function Sign({ state }: { state: Sign }) {
  const { t } = useTranslation(["start", "common"]);
  const label = t(`example.sign.${state}`);
  if (state === "busy") return <Loader size={18} role="img" aria-label={label} />;
  if (state === "done")
    return (
      <IconCircleCheckFilled size={20} color="var(--mantine-primary-color-filled)" aria-label={label} role="img" />
    );
  if (state === "failed")
    return <IconAlertTriangle size={20} color="var(--mantine-color-error)" aria-label={label} role="img" />;
  return <IconCircleDashed size={20} opacity={0.5} aria-label={label} role="img" />;
}
