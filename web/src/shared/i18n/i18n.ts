import i18next from "i18next";
import resourcesToBackend from "i18next-resources-to-backend";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "hygge.language";

/** One file for each feature (namespace) and language, loaded when a page of the feature is. */
const FILES = import.meta.glob<{ default: Record<string, unknown> }>([
  "../../features/*/locales/*.json",
  "./locales/*.json",
]);

function load(language: string, namespace: string) {
  const folder = namespace === "common" ? "./locales" : `../../features/${namespace}/locales`;
  const file = FILES[`${folder}/${language}.json`];
  if (file === undefined) throw new Error(`There are no texts ${namespace} in ${language}.`);
  return file();
}

/** The language chosen before, else the first of the browser's that we speak. */
function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((tag): tag is Language => LANGUAGES.some((language) => language === tag)) ?? "en";
}

export async function startI18n(language: Language = firstLanguage()): Promise<void> {
  i18next.on("languageChanged", (chosen) => {
    document.documentElement.lang = chosen;
  });
  await i18next
    .use(resourcesToBackend(load))
    .use(initReactI18next)
    .init({
      lng: language,
      supportedLngs: LANGUAGES,
      fallbackLng: "en",
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
    });
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await i18next.changeLanguage(language);
}
