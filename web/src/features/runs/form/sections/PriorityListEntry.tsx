import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TextLink } from "@/shared/ui/LinkButton";
import { useEntry, useRunFormContext, useSurroundings } from "../context";

/** Which of the community's lists holds; needed by the allocation that follows ranks. */
export function PriorityListEntry() {
  const { t } = useTranslation("runs");
  const { facts } = useSurroundings();
  const { allocation, grid_id } = useRunFormContext().values;
  const { value, set, error, onBlur, onFocus } = useEntry<number | null>("priority_list_id");
  const needed = allocation === "priority";
  const lists = facts?.priorityLists ?? [];
  return (
    <Select
      label={t("form.priorityList")}
      required={needed}
      placeholder={needed ? undefined : t("form.priorityNone")}
      clearable={!needed}
      data={lists.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={value === null ? null : String(value)}
      onChange={(next) => set(next === null ? null : Number(next))}
      onBlur={onBlur}
      onFocus={onFocus}
      error={error}
      description={
        lists.length === 0 && grid_id !== null ? (
          <>
            {t("form.priorityMissing")}{" "}
            <TextLink underline="always" size="xs" to="/communities/$gridId/priorities" params={{ gridId: grid_id }}>
              {t("form.priorityMake")}
            </TextLink>
          </>
        ) : needed ? (
          t("form.priorityListAllocation")
        ) : (
          t("form.priorityListHelp")
        )
      }
      inputWrapperOrder={["label", "input", "error", "description"]}
    />
  );
}
