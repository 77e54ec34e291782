import { Badge, Box, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Inspection } from "./draft";

const MOST_COLUMNS = 40;

/** The file's first rows as they were understood, with what each column seems to hold. */
export function FirstRows({ inspection }: { inspection: Inspection }) {
  const { t } = useTranslation("profiles");
  const columns = inspection.columns.slice(0, MOST_COLUMNS);
  const hidden = inspection.columns.length - columns.length;
  return (
    <>
      <Box mah={300} style={{ overflow: "auto" }} tabIndex={0} role="region" aria-label={t("import.rows.label")}>
        <Table stickyHeader fz="sm" verticalSpacing={4} withColumnBorders>
          <Table.Thead bg="var(--hygge-surface)">
            <Table.Tr>
              <Table.Th ta="right">{t("import.rows.line")}</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column.name} style={{ whiteSpace: "nowrap" }}>
                  {column.name}
                  <br />
                  <Badge size="sm" variant="light" color={column.kind === "timestamp" ? "moss" : "gray"} tt="none">
                    {t(`import.kind.${column.kind}`)}
                  </Badge>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {inspection.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name than their place
              <Table.Tr key={index}>
                <Table.Td ta="right" c="dimmed">
                  {inspection.first_line + index}
                </Table.Td>
                {columns.map((column, place) => (
                  <Table.Td
                    key={column.name}
                    ta={column.kind === "number" ? "right" : "left"}
                    style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}
                  >
                    {row[place]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          {t("import.rows.hidden", { count: hidden })}
        </Text>
      )}
    </>
  );
}
