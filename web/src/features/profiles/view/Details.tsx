import { Button, Group, Stack, Table, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { forgetProfiles, type Profile, profileQuery } from "../queries";
import { detailLines, notesText, withNotes } from "./details";

interface Props {
  profile: Profile;
  timezone: string;
  mayChange: boolean;
}

/** Where the profile comes from, and its name and notes to change. */
export function Details({ profile, timezone, mayChange }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const formats = useFormats();
  const facts: [string, string][] = [
    [t("field.source"), t(`source.${profile.source_type}`)],
    [t("field.period"), `${formats.moment(profile.start, timezone)} – ${formats.moment(profile.end, timezone)}`],
    [t("field.step"), t("minutes", { count: profile.step_minutes })],
    [t("details.created"), formats.moment(profile.created_at)],
    [t("details.hash"), profile.hash],
  ];
  const lines = detailLines(profile.config_details);
  return (
    <Surface>
      <Stack>
        <Title order={2} size="h4">
          {t("details.title")}
        </Title>
        <Table withRowBorders={false} verticalSpacing={4} fz="sm" layout="fixed">
          <Table.Tbody>
            {[...facts, ...lines.map(({ path, text }): [string, string] => [path, text])].map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w="36%" fw={500} c="dimmed" style={{ overflowWrap: "anywhere" }}>
                  {name}
                </Table.Th>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {mayChange ? <NotesForm profile={profile} /> : <Text size="sm">{notesText(profile.config_details)}</Text>}
      </Stack>
    </Surface>
  );
}

function NotesForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation(["profiles", "common"]);
  const queries = useQueryClient();
  const stored = { name: profile.name, notes: notesText(profile.config_details) };
  const form = useForm({
    initialValues: stored,
    validate: { name: (name) => (name.trim() === "" ? t("details.nameNeeded") : null) },
  });
  const { setInitialValues, setValues } = form;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another profile, or what was stored, fills the form anew
  useEffect(() => {
    setInitialValues(stored);
    setValues(stored);
  }, [profile.id, stored.name, stored.notes]);
  const change = useMutation({
    mutationFn: ({ name, notes }: typeof stored) =>
      dataOf(
        api.PATCH("/api/v1/profiles/{profile_id}", {
          params: { path: { profile_id: profile.id } },
          body: { name: name.trim(), config_details: withNotes(profile.config_details, notes) },
        }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(profileQuery(profile.id).queryKey, changed);
      notifyDone(t("common:state.saved"));
      return forgetProfiles(queries);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack gap="sm">
        <TextInput label={t("field.name")} maxLength={200} required {...form.getInputProps("name")} />
        <Textarea label={t("details.notes")} autosize minRows={2} maxRows={8} {...form.getInputProps("notes")} />
        {change.isError && <ProblemNotice problem={change.error} />}
        <Group justify="flex-end">
          <Button type="submit" variant="light" disabled={!form.isDirty()} loading={change.isPending}>
            {t("common:action.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
