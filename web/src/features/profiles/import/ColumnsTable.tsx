import { Autocomplete, Box, Group, Pagination, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PROFILE_TYPES, type ProfileType } from "../queries";
import { type ColumnDraft, UNITS, type Use, withType } from "./draft";

interface Props {
  columns: ColumnDraft[];
  onChange: (columns: ColumnDraft[]) => void;
  /** What the service had against a column's unit or name, by column. */
  errors: Record<string, string>;
}

const USES: Use[] = ["timestamp", "series", "skip"];
const PER_PAGE = 20;

/** What becomes of each column: the stamps, a series with name, type and unit, or nothing. */
export function ColumnsTable({ columns, onChange, errors }: Props) {
  const { t } = useTranslation("profiles");
  const [page, setPage] = useState(1);
  const pages = Math.ceil(columns.length / PER_PAGE);
  const shown = columns.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const change = (changed: ColumnDraft) =>
    onChange(columns.map((column) => (column.column === changed.column ? changed : column)));
  const series = columns.filter((column) => column.use === "series");
  const forAll = (alter: (column: ColumnDraft) => ColumnDraft) =>
    onChange(columns.map((column) => (column.use === "series" ? alter(column) : column)));
  const types = PROFILE_TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }));
  return (
    <Stack gap="sm">
      {series.length > 1 && (
        <Group align="flex-end" gap="sm">
          <Select
            label={t("import.columns.typeOfAll")}
            placeholder={t("import.columns.asBelow")}
            data={types}
            value={null}
            onChange={(type) => type && forAll((column) => withType(column, type as ProfileType))}
          />
          <Autocomplete
            label={t("import.columns.unitOfAll")}
            placeholder={t("import.columns.asBelow")}
            data={[...new Set(series.flatMap((column) => UNITS[column.type]))]}
            onOptionSubmit={(unit) => forAll((column) => ({ ...column, unit }))}
          />
        </Group>
      )}
      <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label={t("import.columns.label")}>
        <Table verticalSpacing={4} miw={760}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("import.columns.column")}</Table.Th>
              <Table.Th w={160}>{t("import.columns.use")}</Table.Th>
              <Table.Th>{t("field.name")}</Table.Th>
              <Table.Th w={160}>{t("field.type")}</Table.Th>
              <Table.Th w={140}>{t("field.unit")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((column) => (
              <Row key={column.column} column={column} types={types} error={errors[column.column]} onChange={change} />
            ))}
          </Table.Tbody>
        </Table>
      </Box>
      {pages > 1 && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t("import.columns.count", { count: columns.length })}
          </Text>
          <Pagination
            total={pages}
            value={page}
            onChange={setPage}
            size="sm"
            getControlProps={(control) => ({ "aria-label": t(`import.columns.${control as "next"}`) })}
          />
        </Group>
      )}
    </Stack>
  );
}

interface RowProps {
  column: ColumnDraft;
  types: { value: string; label: string }[];
  error?: string;
  onChange: (column: ColumnDraft) => void;
}

function Row({ column, types, error, onChange }: RowProps) {
  const { t } = useTranslation("profiles");
  const isSeries = column.use === "series";
  const named = (word: string) => `${word}: ${column.column}`;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
        {column.column}
      </Table.Th>
      <Table.Td>
        <Select
          size="sm"
          aria-label={named(t("import.columns.use"))}
          data={USES.map((use) => ({ value: use, label: t(`import.use.${use}`) }))}
          value={column.use}
          allowDeselect={false}
          onChange={(use) => onChange({ ...column, use: use as Use })}
        />
      </Table.Td>
      <Table.Td>
        {isSeries && (
          <TextInput
            size="sm"
            aria-label={named(t("field.name"))}
            value={column.name}
            maxLength={200}
            onChange={(event) => onChange({ ...column, name: event.currentTarget.value })}
          />
        )}
      </Table.Td>
      <Table.Td>
        {isSeries && (
          <Select
            size="sm"
            aria-label={named(t("field.type"))}
            data={types}
            value={column.type}
            allowDeselect={false}
            onChange={(type) => onChange(withType(column, type as ProfileType))}
          />
        )}
      </Table.Td>
      <Table.Td>
        {isSeries && (
          <Autocomplete
            size="sm"
            aria-label={named(t("field.unit"))}
            data={UNITS[column.type]}
            value={column.unit}
            error={error}
            onChange={(unit) => onChange({ ...column, unit })}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
