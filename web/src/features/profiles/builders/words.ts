import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Builder } from "./calls";
import type { Field } from "./fields";
import type { Fault } from "./values";

/** Words for builders and their fields in the page's language where they are known, else the service's own. */
export function useBuildWords() {
  const { t, i18n } = useTranslation("profiles");
  const formats = useFormats();
  const known = (key: string, otherwise: string, values?: object): string =>
    i18n.exists(`profiles:${key}`) ? t(key as "build.title", values as undefined) : otherwise;
  return {
    builder: ({ name, title, description }: Builder) => ({
      title: known(`build.builder.${name}.title`, title),
      text: known(`build.builder.${name}.text`, description),
    }),
    label: (field: Field) => known(`build.field.${field.name}.label`, field.title),
    help: (field: Field) => {
      const ours = i18n.exists(`profiles:build.field.${field.name}.label`);
      return known(`build.field.${field.name}.help`, ours ? "" : field.description);
    },
    option: (field: Field, option: string) =>
      field.name === "profile_type"
        ? known(`type.${option}`, option)
        : known(`build.option.${field.name}.${option}`, option),
    item: (field: Field, number: number) => known(`build.field.${field.name}.item`, String(number), { number }),
    add: (field: Field) => known(`build.field.${field.name}.add`, t("common:action.add" as "build.title")),
    nobody: () => t("build.nobody"),
    remove: (what: string) => t("build.remove", { what }),
    fault: (fault: Fault) => {
      if (fault.kind === "needed" || fault.kind === "whole") return t(`build.fault.${fault.kind}`);
      if (fault.kind === "form")
        return fault.example ? t("build.fault.formLike", { example: fault.example }) : t("build.fault.form");
      return t(`build.fault.${fault.kind}`, { limit: formats.number(fault.limit, 6) });
    },
  };
}

export type BuildWords = ReturnType<typeof useBuildWords>;
