import { Alert, Button, Checkbox, Code, CopyButton, Group, MultiSelect, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { LIVES, MAX_GRIDS, useCreateApiKey, useOwnGrids } from "./apiKeys";

/** Makes a key and shows it, this once. */
export function NewApiKey({ role }: { role: string }) {
  const { t } = useTranslation(["session", "common"]);
  const create = useCreateApiKey();
  const [made, setMade] = useState<string | null>(null);
  const form = useForm({
    initialValues: { name: "", days: "90", grids: [] as string[], readOnly: false },
    validate: { name: (value) => (value.trim() === "" ? t("apiKeys.nameMissing") : null) },
  });
  // A household's rights are by house: its keys are not bound to communities.
  const byGrid = role !== "participant";
  const grids = useOwnGrids(byGrid);
  const bound = form.values.grids.length > 0;
  const submit = form.onSubmit(async ({ name, days, grids, readOnly }) => {
    setMade(null);
    const body = {
      name: name.trim(),
      expires_in_days: Number(days),
      grids: bound ? grids.map(Number) : null,
      role: bound && readOnly ? ("viewer" as const) : null,
    };
    // What went wrong is shown from the mutation's own state.
    const answer = await create.mutateAsync({ body }).catch(() => null);
    if (answer === null) return;
    setMade(answer.key);
    form.reset();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {made !== null && <Made apiKey={made} />}
        {create.error && <ProblemNotice problem={create.error} />}
        <Group align="flex-start">
          <TextInput label={t("apiKeys.name")} maxLength={100} required flex={1} {...form.getInputProps("name")} />
          <Select
            label={t("apiKeys.life")}
            data={LIVES.map((days) => ({ value: days, label: t("apiKeys.days", { count: Number(days) }) }))}
            allowDeselect={false}
            w={130}
            {...form.getInputProps("days")}
          />
        </Group>
        {byGrid && (
          <MultiSelect
            label={t("apiKeys.grids")}
            description={t("apiKeys.gridsHelp")}
            data={grids.data?.map((grid) => ({ value: String(grid.id), label: grid.name })) ?? []}
            maxValues={MAX_GRIDS}
            searchable
            {...form.getInputProps("grids")}
          />
        )}
        {bound && role !== "viewer" && (
          <Checkbox label={t("apiKeys.readOnly")} {...form.getInputProps("readOnly", { type: "checkbox" })} />
        )}
        <Button type="submit" loading={create.isPending} style={{ alignSelf: "flex-start" }}>
          {t("apiKeys.submit")}
        </Button>
      </Stack>
    </form>
  );
}

function Made({ apiKey }: { apiKey: string }) {
  const { t } = useTranslation(["session", "common"]);
  return (
    <Alert icon={<IconKey size={18} />} color="yellow" title={t("apiKeys.once")} role="status">
      <Stack gap="xs" align="flex-start">
        <Code style={{ overflowWrap: "anywhere" }}>{apiKey}</Code>
        <CopyButton value={apiKey}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {copied ? t("apiKeys.copied") : t("apiKeys.copy")}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </Alert>
  );
}
