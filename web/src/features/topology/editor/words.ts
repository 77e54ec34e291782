import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Finding } from "../fields/checks";

/** A fault in words, with its limit in the unit that the form shows. */
export function useFaultWords(): (finding: Finding, currency: string) => string {
  const { t } = useTranslation("topology");
  const { number, percent } = useFormats();
  return useCallback(
    (finding: Finding, currency: string) => {
      if (finding.message !== undefined) return finding.message;
      const { limit, unit } = finding;
      const shown =
        limit === undefined
          ? ""
          : unit === "1"
            ? percent(limit)
            : `${number(limit, 3)} ${unit ? t(`unit.${unit}`, { currency }) : ""}`.trim();
      return t(`fault.${finding.code}`, { limit: shown });
    },
    [t, number, percent],
  );
}
