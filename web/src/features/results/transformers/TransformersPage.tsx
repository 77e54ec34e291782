import { Stack } from "@mantine/core";
import { IconPlugOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAbilities } from "@/shared/session/me";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { Surface } from "@/shared/ui/Surface";
import { Section } from "../parts/Section";
import { type Header, headerQuery, nodesQuery, type ResultNode } from "../queries";
import { NetworkCheck } from "./NetworkCheck";
import { OneTransformer } from "./OneTransformer";
import { transformerRows } from "./rows";
import { TransformersTable } from "./TransformersTable";

const route = getRouteApi("/inside/runs/$runId/transformers");

/** What every transformer bore, and the network below it. */
export function TransformersPage() {
  const { t } = useTranslation("results");
  const { runId } = route.useParams();
  const { isHousehold } = useAbilities();
  const nodes = useQuery({ ...nodesQuery(runId), enabled: !isHousehold });
  const header = useQuery(headerQuery(runId));
  if (isHousehold)
    return (
      <Empty icon={<IconPlugOff size={28} />} title={t("transformers.hidden")}>
        {t("transformers.hiddenHelp")}
      </Empty>
    );
  return (
    <Awaited query={header} height={900}>
      {(run) => (
        <Awaited query={nodes} height={900}>
          {(found) => <Transformers run={run} nodes={found} />}
        </Awaited>
      )}
    </Awaited>
  );
}

function Transformers({ run, nodes }: { run: Header; nodes: ResultNode[] }) {
  const { t } = useTranslation("results");
  const wanted = route.useSearch();
  const navigate = route.useNavigate();
  const rows = useMemo(() => transformerRows(nodes), [nodes]);
  const chosen = rows.find((row) => row.id === wanted.node) ?? rows[0];
  const choose = (node: number) => void navigate({ search: { node }, replace: true, resetScroll: false });
  return (
    <Stack gap="xl">
      <Section title={t("transformers.title")} help={t("transformers.help")}>
        <Surface>
          <TransformersTable rows={rows} run={run} chosen={chosen?.id} onChoose={choose} />
        </Surface>
      </Section>
      {chosen && (
        <Section title={t("transformers.one", { name: chosen.name })} help={t("transformers.oneHelp")}>
          <OneTransformer run={run} row={chosen} />
        </Section>
      )}
      <Section title={t("transformers.network.title")} help={t("transformers.network.help")}>
        <NetworkCheck run={run} />
      </Section>
    </Stack>
  );
}
