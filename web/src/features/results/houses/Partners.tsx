import { Progress, SimpleGrid, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { Awaited } from "@/shared/ui/Awaited";
import { TextLink } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import { flowsQuery, type Header, type ResultNode } from "../queries";
import { type Partner, partnersOf } from "./partners";
import type { HouseRow } from "./rows";

const MOST = 8;

/** Who gave this house most energy, and who got most of it. */
export function Partners({ run, house, nodes }: { run: Header; house: HouseRow; nodes: ResultNode[] }) {
  const flows = useQuery(flowsQuery(run.run_id, house.id));
  const { t } = useTranslation("results");
  const byId = useMemo(() => new Map(nodes.map((node) => [node.node_id, node])), [nodes]);
  return (
    <Awaited query={flows} height={280}>
      {(found) => {
        const { from, to } = partnersOf(found, house.id, MOST);
        return (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <PartnerTable run={run} title={t("houses.partners.from")} partners={from} byId={byId} />
            <PartnerTable run={run} title={t("houses.partners.to")} partners={to} byId={byId} />
          </SimpleGrid>
        );
      }}
    </Awaited>
  );
}

interface TableProps {
  run: Header;
  title: string;
  partners: Partner[];
  byId: Map<number, ResultNode>;
}

function PartnerTable({ run, title, partners, byId }: TableProps) {
  const { t } = useTranslation("results");
  const formats = useFormats();
  const largest = partners[0]?.kwh ?? 0;
  return (
    <Surface>
      <Text fw={600} size="sm" mb="xs">
        {title}
      </Text>
      {partners.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("houses.partners.nobody")}
        </Text>
      ) : (
        <Table withRowBorders={false} verticalSpacing={4} fz="sm" aria-label={title}>
          <Table.Tbody>
            {partners.map((partner) => (
              <Table.Tr key={partner.id}>
                <Table.Td>
                  <PartnerName run={run} id={partner.id} node={byId.get(partner.id)} />
                </Table.Td>
                <Table.Td w="40%">
                  <Progress value={largest > 0 ? (100 * partner.kwh) / largest : 0} size="sm" aria-hidden />
                </Table.Td>
                <Table.Td ta="right" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
                  {formats.quantity(partner.kwh, "kWh")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Surface>
  );
}

function PartnerName({ run, id, node }: { run: Header; id: number; node: ResultNode | undefined }) {
  const { t } = useTranslation("results");
  if (node === undefined) return <>{`#${id}`}</>;
  if (node.kind !== "house") return <>{t("houses.partners.supplier")}</>;
  return (
    <TextLink to="/runs/$runId/houses/$houseId" params={{ runId: run.run_id, houseId: id }} size="sm">
      {node.name}
    </TextLink>
  );
}
