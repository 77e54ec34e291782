import { ActionIcon, Popover, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { IndicatorName } from "./indicators";

/** A small button that opens an explanation beside what it explains. */
export function Explanation({ of, children }: { of: string; children: ReactNode }) {
  const { t } = useTranslation("results");
  return (
    <Popover width={300} position="bottom" withArrow shadow="md" withinPortal trapFocus={false}>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          className="no-print"
          aria-label={t("overview.explain", { name: of })}
        >
          <IconInfoCircle size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" component="div">
          {children}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Name of an indicator with its explanation on demand. */
export function IndicatorLabel({ name }: { name: IndicatorName }) {
  const { t } = useTranslation("results");
  const label = t(`indicator.${name}.name`);
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
      {label}
      <Explanation of={label}>{t(`indicator.${name}.help`)}</Explanation>
    </span>
  );
}
