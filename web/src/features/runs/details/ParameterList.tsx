import { SimpleGrid, Table, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/shared/api/client";
import { useFormats } from "@/shared/format/formats";
import type { Run } from "@/shared/runs/queries";
import { useAbilities } from "@/shared/session/me";
import { Surface } from "@/shared/ui/Surface";
import { useChoices } from "../words";
import { type ParameterRow, parameterRows } from "./parameterRows";

/** Everything that a run was asked for with. */
export function ParameterList({ run, currency }: { run: Run; currency: string }) {
  const { t } = useTranslation(["runs", "common"]);
  const formats = useFormats();
  const choices = useChoices();
  const { isHousehold } = useAbilities();
  const lists = useQuery({
    queryKey: ["runs", "priority-lists", run.grid_id],
    enabled: run.parameters.priority_list_id != null && !isHousehold,
    queryFn: async () =>
      (await dataOf(api.GET("/api/v1/priority-lists", { params: { query: { grid_id: run.grid_id, limit: 1000 } } })))
        .items,
  }).data;
  const groups = parameterRows(run.parameters, { t, formats, choices, currency, priorityLists: lists ?? [] });
  return (
    <SimpleGrid cols={{ base: 1, md: 2, lg: 3 }} spacing="md">
      {(["rules", "money", "computing"] as const).map((group) => (
        <Surface key={group} p="lg">
          <Title order={2} size="h4" mb="sm">
            {t(`details.${group}`)}
          </Title>
          <Rows rows={groups[group]} />
        </Surface>
      ))}
    </SimpleGrid>
  );
}

export function Rows({ rows }: { rows: ParameterRow[] }) {
  return (
    <Table variant="vertical" verticalSpacing={6} horizontalSpacing={0} fz="sm">
      <Table.Tbody>
        {rows.map(({ name, value }) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" bg="transparent" fw={400} c="dimmed" pr="md" style={{ verticalAlign: "top" }}>
              {name}
            </Table.Th>
            <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" }}>
              {value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
