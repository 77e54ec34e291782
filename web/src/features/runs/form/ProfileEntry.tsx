import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { allItems, api, dataOf, type Schemas } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { TextLink } from "@/shared/ui/LinkButton";
import { useEntry, useSurroundings } from "./context";

interface Props {
  path: string;
  label: string;
  type: Schemas["ProfileType"];
  description?: string;
  required?: boolean;
  clearable?: boolean;
}

/** A profile of one type, by name; read when it is first needed. */
export function ProfileEntry({ path, label, type, description, required, clearable }: Props) {
  const { t } = useTranslation("runs");
  const { date } = useFormats();
  const { facts } = useSurroundings();
  const { value, set, error, onBlur, onFocus } = useEntry<number | null>(path);
  const profiles = useQuery({
    queryKey: ["runs", "profiles", type],
    staleTime: 60_000,
    queryFn: () =>
      allItems((cursor) =>
        dataOf(api.GET("/api/v1/profiles", { params: { query: { profile_type: type, limit: 1000, cursor } } })),
      ),
  });
  const zone = facts?.timezone ?? "UTC";
  const none = profiles.data?.length === 0;
  return (
    <Select
      label={label}
      required={required}
      clearable={clearable}
      searchable
      disabled={none}
      data={(profiles.data ?? []).map((profile) => ({
        value: String(profile.id),
        label: `${profile.name} (${date(profile.start, zone)} – ${date(Date.parse(profile.end) - 1, zone)})`,
      }))}
      value={value === null ? null : String(value)}
      onChange={(next) => set(next === null ? null : Number(next))}
      onBlur={onBlur}
      onFocus={onFocus}
      error={error}
      description={
        none ? (
          <>
            {t("form.noProfiles")}{" "}
            <TextLink underline="always" size="xs" to="/profiles/import">
              {t("form.addProfile")}
            </TextLink>
          </>
        ) : (
          description
        )
      }
      inputWrapperOrder={["label", "input", "error", "description"]}
    />
  );
}
