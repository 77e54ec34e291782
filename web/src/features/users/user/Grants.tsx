import { ActionIcon, Badge, Group, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { TextLink } from "@/shared/ui/LinkButton";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { accessesOf, type NamedGrant, named } from "../grants";
import { type User, useGrants, useGrids, useTakeGrant } from "../queries";
import { GiveGrant } from "./GiveGrant";

/** Which communities somebody was given. */
export function Grants({ user }: { user: User }) {
  const { t } = useTranslation(["users", "common"]);
  const grants = useGrants(user.id);
  const grids = useGrids();
  const take = useTakeGrant(user.id);
  const rows = useMemo(() => named(grants.data ?? [], grids.data ?? []), [grants.data, grids.data]);
  const waiting = grants.data === undefined || grids.data === undefined;
  const failure = grants.error ?? grids.error ?? take.error;
  return (
    <Stack gap="sm">
      <div>
        <Title order={3} size="h5">
          {t("grants.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t(`grants.about.${user.role}`)}
        </Text>
      </div>
      {failure ? (
        <ProblemNotice problem={failure} />
      ) : waiting ? (
        <Skeleton h={36} />
      ) : (
        rows.map((grant) => (
          <Row
            key={grant.id}
            grant={grant}
            busy={take.isPending}
            onTake={() => take.mutate({ params: { path: { user_id: user.id, grid_id: grant.grid_id } } })}
          />
        ))
      )}
      {!waiting && accessesOf(user.role).length > 0 && (
        <GiveGrant user={user} grids={grids.data} given={new Set(rows.map((row) => row.grid_id))} />
      )}
    </Stack>
  );
}

function Row({ grant, busy, onTake }: { grant: NamedGrant; busy: boolean; onTake: () => void }) {
  const { t } = useTranslation(["users", "common"]);
  const name = grant.name ?? t("grants.gone", { id: grant.grid_id });
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      {grant.name === null ? (
        <Text size="sm" c="dimmed">
          {name}
        </Text>
      ) : (
        <TextLink
          to="/communities/$gridId"
          params={{ gridId: grant.grid_id }}
          size="sm"
          style={{ overflowWrap: "anywhere" }}
        >
          {name}
        </TextLink>
      )}
      <Group gap="xs" wrap="nowrap">
        <Badge variant="default" tt="none">
          {t(`grants.access.${grant.access}`)}
        </Badge>
        <Tooltip label={t("grants.take")}>
          <ActionIcon
            variant="subtle"
            color="red"
            disabled={busy}
            aria-label={t("grants.takeFrom", { name })}
            onClick={onTake}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}
