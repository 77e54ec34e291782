import { Alert, Box, List, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { differing, doubts } from "../parts/parameters";
import { useParameterWords } from "../parts/parameterWords";
import type { Summary } from "../queries";
import { runTitle } from "./titles";

/** Why these runs may not be comparable. */
export function Doubts({ runs }: { runs: Summary[] }) {
  const { t } = useTranslation("results");
  const found = doubts(runs);
  if (found.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle size={20} />} title={t("compare.doubts.title")} role="note">
      <List size="sm">
        {found.map((doubt) => (
          <List.Item key={doubt}>{t(`compare.doubts.${doubt}`)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** The parameters in which the runs differ, and no others. */
export function Differences({ runs }: { runs: Summary[] }) {
  const { t } = useTranslation("results");
  const words = useParameterWords();
  const found = differing(runs.map((run) => run.parameters)).sort((a, b) => words.order(a.path) - words.order(b.path));
  if (found.length === 0) return <Text c="dimmed">{t("compare.parameters.same")}</Text>;
  return (
    <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label={t("compare.parameters.title")}>
      <Table verticalSpacing={6} miw={240 + runs.length * 150}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("compare.parameters.parameter")}</Table.Th>
            {runs.map((run) => (
              <Table.Th key={run.run_id} scope="col">
                {runTitle(run)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.map(({ path, values }) => (
            <Table.Tr key={path}>
              <Table.Th scope="row" fw={500}>
                {words.name(path)}
              </Table.Th>
              {runs.map((run, index) => (
                <Table.Td key={run.run_id} style={{ overflowWrap: "anywhere" }}>
                  {words.value(path, values[index], run.currency)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
