import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";

interface Props {
  title: string;
  name: string;
  submit: string;
  busy: boolean;
  problem: unknown;
  onSubmit: (name: string) => void;
  onClose: () => void;
}

/** Asks for a list's name. */
export function NameDialog({ title, name, submit, busy, problem, onSubmit, onClose }: Props) {
  const { t } = useTranslation(["topology", "common"]);
  const schema = z.object({ name: z.string().trim().min(1, t("fault.required")).max(200, t("fault.tooLong")) });
  const form = useForm({ initialValues: { name }, validate: schemaResolver(schema, { sync: true }) });
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={form.onSubmit((values) => onSubmit(values.name.trim()))}>
        <Stack>
          {problem != null && <ProblemNotice problem={problem} />}
          <TextInput
            label={t("priorities.name")}
            placeholder={t("priorities.namePlaceholder")}
            data-autofocus
            withAsterisk
            {...form.getInputProps("name")}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={busy}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
