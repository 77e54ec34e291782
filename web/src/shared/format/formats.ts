import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** A value in the unit that reads best, and that unit: 525020 kWh → 525.0 MWh. */
export interface Quantity {
  value: number;
  unit: string;
}

const LADDERS: Record<string, [factor: number, unit: string][]> = {
  kWh: [
    [1e9, "TWh"],
    [1e6, "GWh"],
    [1e3, "MWh"],
    [1, "kWh"],
  ],
  kW: [
    [1e6, "GW"],
    [1e3, "MW"],
    [1, "kW"],
  ],
  kg: [
    [1e6, "kt"],
    [1e3, "t"],
    [1, "kg"],
  ],
};

/** Climbs to the next unit at ten thousand, so that numbers keep at least two digits before the point. */
export function scaled(value: number, unit: string): Quantity {
  const ladder = LADDERS[unit];
  if (ladder === undefined) return { value, unit };
  const [factor, name] = ladder.find(([step]) => step === 1 || Math.abs(value) >= step * 10) ?? [1, unit];
  return { value: value / factor, unit: name };
}

const KNOWN_CURRENCIES = /^[A-Z]{3}$/;

export interface Formats {
  locale: string;
  /** A plain number; digits after the point at the most. */
  number: (value: number, digits?: number) => string;
  /** With its unit, in the unit that reads best. Shares (unit "1") are shown as they are, `percent` shows them as such. */
  quantity: (value: number | null | undefined, unit: string, digits?: number) => string;
  percent: (share: number | null | undefined, digits?: number) => string;
  money: (value: number | null | undefined, currency: string, digits?: number) => string;
  price: (eurPerKwh: number | null | undefined, currency: string) => string;
  date: (instant: string | number | Date, timezone: string) => string;
  month: (instant: string | number | Date, timezone: string) => string;
  time: (instant: string | number | Date, timezone: string) => string;
  moment: (instant: string | number | Date, timezone?: string) => string;
  duration: (seconds: number) => string;
  /** "3 minutes ago" */
  ago: (instant: string | Date, now?: Date) => string;
}

const NOTHING = "–";

export function formatsFor(locale: string): Formats {
  // signDisplay "negative": what is rounded to nothing has no minus.
  const number = (value: number, digits = 1) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits, signDisplay: "negative" }).format(value);
  const day = (options: Intl.DateTimeFormatOptions) => (instant: string | number | Date, timezone?: string) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone }).format(new Date(instant));
  const formats: Formats = {
    locale,
    number,
    quantity(value, unit, digits) {
      if (value === null || value === undefined) return NOTHING;
      if (unit === "1") return number(value, digits ?? 3);
      if (unit === "%") return formats.percent(value / 100, digits);
      if (KNOWN_CURRENCIES.test(unit)) return formats.money(value, unit, digits);
      const best = scaled(value, unit);
      return `${number(best.value, digits ?? 1)} ${best.unit}`;
    },
    percent: (share, digits = 1) =>
      share === null || share === undefined
        ? NOTHING
        : new Intl.NumberFormat(locale, {
            style: "percent",
            maximumFractionDigits: digits,
            signDisplay: "negative",
          }).format(share),
    money: (value, currency, digits = 2) =>
      value === null || value === undefined
        ? NOTHING
        : new Intl.NumberFormat(locale, {
            style: "currency",
            currency,
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
            signDisplay: "negative",
          }).format(value),
    price: (value, currency) =>
      value === null || value === undefined ? NOTHING : `${formats.money(value, currency, 4)}/kWh`,
    date: day({ dateStyle: "medium" }),
    month: day({ month: "long", year: "numeric" }),
    time: day({ hour: "2-digit", minute: "2-digit" }),
    moment: day({ dateStyle: "medium", timeStyle: "short" }),
    duration: (seconds) => duration(locale, seconds),
    ago: (instant, now = new Date()) => ago(locale, (new Date(instant).getTime() - now.getTime()) / 1000),
  };
  return formats;
}

/** The formats of the language that is chosen. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const language = i18n.resolvedLanguage ?? i18n.language;
  return useMemo(() => formatsFor(localeOf(language)), [language]);
}

/** The browser's regional form of the chosen language (de-AT for German, say), else the language's usual one. */
export function localeOf(language: string): string {
  const regional = navigator.languages.find((candidate) => candidate.startsWith(`${language}-`));
  return regional ?? (language === "de" ? "de-DE" : "en-GB");
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

function ago(locale: string, seconds: number): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? format.format(Math.round(seconds / step[1]), step[0]) : format.format(Math.round(seconds), "second");
}

function duration(locale: string, seconds: number): string {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(value);
  if (seconds < 60) return unit(seconds, "second", seconds < 10 ? 1 : 0);
  if (seconds < 3600) return `${unit(Math.floor(seconds / 60), "minute")} ${unit(Math.round(seconds % 60), "second")}`;
  return `${unit(Math.floor(seconds / 3600), "hour")} ${unit(Math.round((seconds % 3600) / 60), "minute")}`;
}
