import { Alert, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Awaited } from "@/shared/ui/Awaited";
import { Surface } from "@/shared/ui/Surface";
import type { Header } from "../queries";
import { LinesTable, VoltagesTable } from "./NetworkTables";
import { type NetworkPage, networkQuery } from "./queries";
import { VoltageChart } from "./VoltageChart";

/** Voltages at the houses and loadings of lines, where the run computed them. */
export function NetworkCheck({ run }: { run: Header }) {
  const { t } = useTranslation("results");
  const wasChecked = run.parameters.network_check === true;
  const network = useQuery({ ...networkQuery(run.run_id), enabled: wasChecked });
  if (!wasChecked) return <Text c="dimmed">{t("transformers.network.none")}</Text>;
  return (
    <Awaited query={network} height={640}>
      {(found) => <Checked run={run} network={found} />}
    </Awaited>
  );
}

function Checked({ run, network }: { run: Header; network: NetworkPage }) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const { violations, checked } = network;
  const isFine = violations.houses === 0 && violations.lines === 0;
  return (
    <Stack gap="md">
      <Alert
        variant="light"
        color={isFine ? "moss" : "red"}
        role="status"
        icon={isFine ? <IconCircleCheck size={20} /> : <IconAlertTriangle size={20} />}
        title={isFine ? t("transformers.network.fine") : t("transformers.network.broken")}
      >
        {t("transformers.network.summary", {
          houses: formats.number(violations.houses, 0),
          ofHouses: formats.number(checked.houses, 0),
          lines: formats.number(violations.lines, 0),
          ofLines: formats.number(checked.lines, 0),
          low: formats.number(network.band.low_pu, 3),
          high: formats.number(network.band.high_pu, 3),
          losses: formats.quantity(network.losses_kwh, "kWh"),
        })}
      </Alert>
      <Surface>
        <VoltageChart network={network} />
      </Surface>
      <SimpleGrid cols={{ base: 1, xl: 2 }}>
        <Surface>
          <VoltagesTable houses={network.houses} run={run} />
        </Surface>
        <Surface>
          <LinesTable lines={network.lines} run={run} />
        </Surface>
      </SimpleGrid>
    </Stack>
  );
}
