import { Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconHome } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import { type IndicatorName, written } from "../parts/indicators";
import { headerQuery, nodesQuery, type ResultNode } from "../queries";

const SHOWN: IndicatorName[] = [
  "bill_eur",
  "saving_eur",
  "load_kwh",
  "generation_kwh",
  "self_sufficiency_rate",
  "imported_kwh",
];

/** What a household sees of a run: its own houses. */
export function HouseholdOverview({ runId }: { runId: number }) {
  const { t } = useTranslation("results");
  const houses = useQuery(nodesQuery(runId, "house"));
  const header = useQuery(headerQuery(runId));
  return (
    <Stack gap="md">
      <Text c="dimmed">{t("overview.household.note")}</Text>
      <Awaited query={houses} height={260}>
        {(found) =>
          found.length === 0 ? (
            <Empty icon={<IconHome size={28} />} title={t("overview.household.none")} />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {found.map((house) => (
                <HouseCard key={house.node_id} house={house} runId={runId} currency={header.data?.currency ?? "EUR"} />
              ))}
            </SimpleGrid>
          )
        }
      </Awaited>
    </Stack>
  );
}

function HouseCard({ house, runId, currency }: { house: ResultNode; runId: number; currency: string }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const unit = (name: string) => (name.endsWith("_eur") ? currency : name.endsWith("_kwh") ? "kWh" : "1");
  return (
    <Surface>
      <Title order={2} size="h4" mb="sm">
        {house.name}
      </Title>
      <SimpleGrid cols={2} spacing="xs">
        {SHOWN.map((name) => (
          <div key={name}>
            <Text size="sm" c="dimmed">
              {t(`indicator.${name}.name`)}
            </Text>
            <Text fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
              {written(formats, name, house.indicators[name], unit(name), "UTC")}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Group mt="md">
        <LinkButton
          to="/runs/$runId/houses/$houseId"
          params={{ runId, houseId: house.node_id }}
          variant="light"
          size="sm"
        >
          {t("overview.household.open")}
        </LinkButton>
      </Group>
    </Surface>
  );
}
