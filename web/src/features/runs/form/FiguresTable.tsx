import { Table } from "@mantine/core";

/** Names and their figures below each other; a row that only goes on with the one before has no name. */
export function FiguresTable({ rows }: { rows: [name: string, value: string][] }) {
  return (
    <Table variant="vertical" withRowBorders={false} verticalSpacing={2} horizontalSpacing={0} fz="sm">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name || "rows"}>
            <Table.Th bg="transparent" fw={400} c="dimmed">
              {name}
            </Table.Th>
            <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
              {value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
