/** Choices of time zones and currencies, as the browser knows them. */

export interface Choice {
  value: string;
  label: string;
}

/** All IANA zones, and what is set already even if this browser does not list it. */
export function timezones(current?: string): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...(current ? [current] : [])])].sort();
}

/** The zone of this computer. */
export function ownTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** ISO 4217 letters with their names in a language: `EUR – euro`. */
export function currencies(locale: string): Choice[] {
  const names = new Intl.DisplayNames([locale], { type: "currency" });
  return Intl.supportedValuesOf("currency").map((code) => ({
    value: code,
    label: `${code} – ${names.of(code) ?? code}`,
  }));
}

/** How a locale writes numbers, for number fields. */
export function numberMarks(locale: string): { decimalSeparator: string; allowedDecimalSeparators: string[] } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  const decimalSeparator = parts.find((part) => part.type === "decimal")?.value ?? ".";
  return { decimalSeparator, allowedDecimalSeparators: [".", ","] };
}
