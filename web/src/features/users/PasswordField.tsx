import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { generatePassword } from "./generate";

interface Props {
  label: string;
  value?: string;
  onChange: (value: string) => void;
  error?: ReactNode;
}

/** A password that an administrator hands over: readable, and made anew by a button. */
export function PasswordField({ label, value, onChange, error }: Props) {
  const { t } = useTranslation(["users", "common"]);
  return (
    <TextInput
      label={label}
      description={t("create.passwordHelp")}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      rightSection={
        <Tooltip label={t("create.generate")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("create.generate")}
            onClick={() => onChange(generatePassword())}
          >
            <IconRefresh size={18} />
          </ActionIcon>
        </Tooltip>
      }
    />
  );
}
