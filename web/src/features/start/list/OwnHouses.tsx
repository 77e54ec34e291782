import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconHome } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { allItems, api, dataOf } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import { useMe } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";
import { Surface } from "@/shared/ui/Surface";
import { type OwnHouse, ownHouses } from "./ownHouses";

/** Where a household begins: its own houses, and the newest results of each. */
export function OwnHouses() {
  const { t } = useTranslation(["start", "common"]);
  const username = useMe().data?.username;
  const query = useQuery({
    queryKey: ["get", "/api/v1/houses", "own"],
    queryFn: async () => {
      const [houses, runs] = await Promise.all([
        allItems((cursor) => dataOf(api.GET("/api/v1/houses", { params: { query: { limit: 1000, cursor } } }))),
        dataOf(api.GET("/api/v1/runs", { params: { query: { status: "succeeded", limit: 100 } } })),
      ]);
      return ownHouses(houses, runs.items);
    },
  });
  return (
    <Page title={t("own.title")} description={t("own.description")}>
      <Awaited query={query} height={180}>
        {(houses) =>
          houses.length > 0 ? (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
              {houses.map((entry) => (
                <HouseCard key={entry.house.id} {...entry} />
              ))}
            </SimpleGrid>
          ) : (
            <Empty icon={<IconHome size={28} />} title={t("own.nothing")}>
              {t("own.nothingHelp", { name: username })}
            </Empty>
          )
        }
      </Awaited>
    </Page>
  );
}

function HouseCard({ house, run }: OwnHouse) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  return (
    <Surface p="lg">
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h4">
          {house.name}
        </Title>
        {run === null ? (
          <Text c="dimmed">{t("own.noRun")}</Text>
        ) : (
          <>
            <Text c="dimmed">
              {t("own.newest", { name: run.name ?? run.id, ago: formats.ago(run.finished_at ?? run.created_at) })}
            </Text>
            <LinkButton to="/runs/$runId/houses/$houseId" params={{ runId: run.id, houseId: house.id }}>
              {t("own.open")}
            </LinkButton>
          </>
        )}
      </Stack>
    </Surface>
  );
}
