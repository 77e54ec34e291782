import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { type ApiKey, useApiKeys, useRevokeApiKey } from "./apiKeys";
import { NewApiKey } from "./NewApiKey";

/** Keys for programs of one's own. */
export function ApiKeys({ role }: { role: string }) {
  const { t } = useTranslation(["session", "common"]);
  const keys = useApiKeys();
  const revoke = useRevokeApiKey();
  const failure = keys.error ?? revoke.error;
  return (
    <Surface p="lg">
      <Title order={2} size="h4" mb="xs">
        {t("apiKeys.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t("apiKeys.description")}
      </Text>
      <Stack>
        {failure && <ProblemNotice problem={failure} />}
        {keys.isPending && <Skeleton h={36} />}
        {keys.data?.map((key) => (
          <Row
            key={key.id}
            apiKey={key}
            busy={revoke.isPending}
            onRevoke={() => revoke.mutate({ params: { path: { key_id: key.id } } })}
          />
        ))}
        <NewApiKey role={role} />
      </Stack>
    </Surface>
  );
}

function Row({ apiKey, busy, onRevoke }: { apiKey: ApiKey; busy: boolean; onRevoke: () => void }) {
  const { t } = useTranslation(["session", "common"]);
  const formats = useFormats();
  const [asking, setAsking] = useState(false);
  const ended = new Date(apiKey.expires_at) <= new Date();
  const facts = [
    `hygge_${apiKey.public_id}_…`,
    apiKey.role && t(`common:role.${apiKey.role}`),
    t(ended ? "apiKeys.ended" : "apiKeys.ends", { moment: formats.moment(apiKey.expires_at) }),
    apiKey.last_used_at ? t("apiKeys.used", { moment: formats.moment(apiKey.last_used_at) }) : t("apiKeys.unused"),
  ];
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {apiKey.name}
        </Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {facts.filter(Boolean).join(" · ")}
        </Text>
      </div>
      {asking ? (
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" color="red" loading={busy} onClick={onRevoke} data-autofocus>
            {t("apiKeys.revoke")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsking(false)}>
            {t("common:action.cancel")}
          </Button>
        </Group>
      ) : (
        <Button
          size="compact-sm"
          variant="light"
          color="red"
          aria-label={t("apiKeys.revokeNamed", { name: apiKey.name })}
          onClick={() => setAsking(true)}
        >
          {t("apiKeys.revoke")}
        </Button>
      )}
    </Group>
  );
}
