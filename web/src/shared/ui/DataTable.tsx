import { ActionIcon, Box, Group, Table, Text, TextInput, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconFileTypeCsv, IconSearch } from "@tabler/icons-react";
import {
  type ColumnDef,
  columnFilteringFeature,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { save } from "@/shared/api/download";
import { csvOf } from "./csv";

/** One column: its value sorts, is searched and goes into the CSV; `render` is what people see. */
export interface Column<Row> {
  id: string;
  header: string;
  value: (row: Row) => string | number | null;
  render?: (row: Row) => ReactNode;
  /** Unit or explanation, shown under the header. */
  unit?: string;
  numeric?: boolean;
  hideable?: boolean;
  /** Buttons of a row: not sorted by, not saved. */
  isAction?: boolean;
}

interface Props<Row> {
  /** What the rows are; read out, and the name of the CSV file. */
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string | number;
  sortBy?: { id: string; desc: boolean };
  searchable?: boolean;
  height?: number | string;
  actions?: ReactNode;
  empty?: ReactNode;
}

const features = tableFeatures({
  columnFilteringFeature,
  globalFilteringFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  filterFns: { includesString: filterFn_includesString },
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});
const ROW_PX = 40;

/** A table that sorts, searches, saves as CSV and stays quick with thousands of rows: only those in sight are drawn. */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { label, rows, columns, rowKey, searchable = rows.length > 12, height = 560, actions, empty } = props;
  const { t } = useTranslation();
  const [sorting, setSorting] = useState<SortingState>(props.sortBy ? [props.sortBy] : []);
  const [search, setSearch] = useState("");
  const definitions = useMemo(() => columns.map(definitionOf), [columns]);
  const table = useTable({
    features,
    data: rows,
    columns: definitions,
    getRowId: (row: Row) => String(rowKey(row)),
    state: { sorting, globalFilter: search },
    onSortingChange: setSorting,
    onGlobalFilterChange: setSearch,
    globalFilterFn: "includesString",
  });
  const shown = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const saveCsv = () =>
    save(
      csvOf(
        columns.filter((column) => !column.isAction),
        shown.map((row) => row.original),
      ),
      `${label}.csv`,
    );

  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <Box>
      <Group justify="space-between" mb="xs" className="no-print">
        {searchable ? (
          <TextInput
            size="sm"
            leftSection={<IconSearch size={16} />}
            placeholder={t("action.search")}
            aria-label={`${t("table.search")}: ${label}`}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        ) : (
          <span />
        )}
        <Group gap="xs">
          <Text size="xs" c="dimmed" aria-live="polite">
            {t("table.caption", { count: shown.length })}
          </Text>
          {actions}
          <Tooltip label={t("table.csv")}>
            <ActionIcon variant="subtle" color="gray" onClick={saveCsv} aria-label={`${t("table.csv")}: ${label}`}>
              <IconFileTypeCsv size={20} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Box
        ref={scroller}
        mah={height}
        style={{ overflow: "auto" }}
        tabIndex={0}
        role="region"
        aria-label={label}
        className="print-all"
      >
        <Table stickyHeader highlightOnHover verticalSpacing={6} aria-rowcount={shown.length}>
          <Table.Thead bg="var(--hygge-surface)">
            <Table.Tr>
              {columns.map((column) => {
                const order = sorting.find((entry) => entry.id === column.id);
                return (
                  <Table.Th
                    key={column.id}
                    ta={column.numeric ? "right" : "left"}
                    aria-sort={order ? (order.desc ? "descending" : "ascending") : "none"}
                    style={{ whiteSpace: "nowrap" }}
                  >
                    {column.isAction ? (
                      column.header
                    ) : (
                      <UnstyledButton
                        fw={600}
                        fz="sm"
                        onClick={() => table.getColumn(column.id)?.toggleSorting()}
                        title={t("table.sortBy", { column: column.header })}
                      >
                        <Group gap={4} wrap="nowrap" justify={column.numeric ? "flex-end" : "flex-start"}>
                          {column.header}
                          {order ? (
                            order.desc ? (
                              <IconArrowDown size={14} />
                            ) : (
                              <IconArrowUp size={14} />
                            )
                          ) : (
                            <IconArrowsSort size={14} opacity={0.35} />
                          )}
                        </Group>
                      </UnstyledButton>
                    )}
                    {column.unit && (
                      <Text size="xs" c="dimmed" fw={400}>
                        {column.unit}
                      </Text>
                    )}
                  </Table.Th>
                );
              })}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {above > 0 && <Spacer height={above} columns={columns.length} />}
            {items.map((item) => {
              const row = shown[item.index];
              if (row === undefined) return null;
              return (
                <Table.Tr
                  key={row.id}
                  data-index={item.index}
                  aria-rowindex={item.index + 1}
                  ref={virtual.measureElement}
                >
                  {columns.map((column) => (
                    <Table.Td
                      key={column.id}
                      ta={column.numeric ? "right" : "left"}
                      style={column.numeric ? { fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" } : undefined}
                    >
                      {column.render ? column.render(row.original) : column.value(row.original)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
            {below > 0 && <Spacer height={below} columns={columns.length} />}
          </Table.Tbody>
        </Table>
        {shown.length === 0 && (
          <Text c="dimmed" ta="center" py="lg">
            {t("state.noMatch")}
          </Text>
        )}
      </Box>
    </Box>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function definitionOf<Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id: column.id,
    accessorFn: (row: Row) => column.value(row) ?? undefined,
    sortFn: column.numeric ? "basic" : "alphanumeric",
    sortUndefined: "last",
    enableGlobalFilter: true,
  } as ColumnDef<typeof features, Row>;
}
