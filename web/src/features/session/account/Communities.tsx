import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { allItems, api, dataOf } from "@/shared/api/client";
import type { Me } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { TextLink } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";

const LONGEST_LIST = 20;

/** The communities that somebody may see here, and what they may do with each. */
export function Communities({ me }: { me: Me }) {
  const { t } = useTranslation(["session", "common"]);
  const query = useQuery({
    queryKey: ["get", "/api/v1/grids", "all"],
    queryFn: () =>
      allItems((cursor) => dataOf(api.GET("/api/v1/grids", { params: { query: { limit: 1000, cursor } } }))),
  });
  return (
    <Surface p="lg">
      <Title order={2} size="h4" mb="xs">
        {t("account.communities")}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t(me.role === "admin" ? "account.allCommunities" : "account.yourCommunities")}
      </Text>
      <Awaited query={query} height={80}>
        {(grids) => (
          <Stack gap="xs">
            {grids.length === 0 && <Text size="sm">{t("account.noCommunities")}</Text>}
            {grids.slice(0, LONGEST_LIST).map((grid) => (
              <Group key={grid.id} justify="space-between" gap="xs" wrap="nowrap">
                <TextLink
                  to="/communities/$gridId"
                  params={{ gridId: grid.id }}
                  size="sm"
                  style={{ overflowWrap: "anywhere" }}
                >
                  {grid.name}
                </TextLink>
                <Badge variant="default" tt="none" style={{ flexShrink: 0 }}>
                  {t(grid.created_by === me.id ? "account.access.own" : `account.access.${grid.access}`)}
                </Badge>
              </Group>
            ))}
            {grids.length > LONGEST_LIST && (
              <TextLink to="/communities" size="sm">
                {t("account.moreCommunities", { count: grids.length - LONGEST_LIST })}
              </TextLink>
            )}
          </Stack>
        )}
      </Awaited>
    </Surface>
  );
}
