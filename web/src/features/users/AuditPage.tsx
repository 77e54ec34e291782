import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { AdminOnly } from "./AdminOnly";
import { AuditTable } from "./audit/AuditTable";
import { EVENTS, isEvent } from "./audit/words";
import { useAudit } from "./queries";

export function AuditPage() {
  const { t } = useTranslation(["users", "common"]);
  return (
    <AdminOnly title={t("audit.title")}>
      <Audit />
    </AdminOnly>
  );
}

const route = getRouteApi("/inside/audit");
const TYPING_MS = 400;

function Audit() {
  const { t } = useTranslation(["users", "common"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [actor, setActor] = useState(search.actor ?? "");
  const event = isEvent(search.event) ? search.event : undefined;
  const find = useDebouncedCallback((name: string) => {
    void navigate({ search: { ...search, actor: name.trim() || undefined }, replace: true });
  }, TYPING_MS);
  const query = useAudit({ event, actor_name: search.actor });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Page title={t("audit.title")} description={`${t("audit.description")} ${t("common:timezone", { zone })}.`}>
      <Surface>
        <Stack>
          <Group align="flex-end" gap="sm">
            <Select
              label={t("audit.event")}
              placeholder={t("audit.allEvents")}
              data={EVENTS.map((value) => ({ value, label: t(`event.${value}`) }))}
              value={event ?? null}
              onChange={(value) => void navigate({ search: { ...search, event: value ?? undefined }, replace: true })}
              clearable
              clearButtonProps={{ "aria-label": t("audit.clearEvent") }}
              searchable
              w={280}
            />
            <TextInput
              label={t("audit.actor")}
              placeholder={t("audit.actorPlaceholder")}
              leftSection={<IconSearch size={16} />}
              value={actor}
              onChange={({ currentTarget: { value } }) => {
                setActor(value);
                find(value);
              }}
              w={240}
            />
          </Group>
          <Awaited query={query} height={480}>
            {(entries) => (
              <>
                <AuditTable entries={entries} zone={zone} />
                {query.isFetchNextPageError && <ProblemNotice problem={query.error} />}
                {query.hasNextPage && (
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                    style={{ alignSelf: "center" }}
                  >
                    {t("audit.more")}
                  </Button>
                )}
              </>
            )}
          </Awaited>
        </Stack>
      </Surface>
    </Page>
  );
}
