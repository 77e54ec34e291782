import { Alert, Button, Menu, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/shared/api/download";
import { useProblemWords } from "@/shared/ui/ProblemNotice";

const TABLES = ["nodes", "bills", "flows", "trades", "days", "series", "network"] as const;
type Table = (typeof TABLES)[number];
const FORMATS = ["csv", "parquet"] as const;

interface Props {
  runId: number;
  parameters: Record<string, unknown>;
}

/** Whole tables of the run as files. */
export function Downloads({ runId, parameters }: Props) {
  const { t } = useTranslation("results");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const tables = TABLES.filter((table) => isKept(table, parameters));
  const fetchTable = async (table: Table, format: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await download(`/api/v1/results/${runId}/export?table=${table}&format=${format}`);
    } catch (failure) {
      setProblem(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Menu position="bottom-end" width={340} withinPortal>
        <Menu.Target>
          <Button variant="default" size="sm" leftSection={<IconDownload size={16} />} loading={busy}>
            {t("overview.downloads.open")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          {tables.map((table) => (
            <div key={table}>
              <Menu.Label>
                {t(`overview.downloads.${table}.name`)}
                <Text size="xs" c="dimmed">
                  {t(`overview.downloads.${table}.help`)}
                </Text>
              </Menu.Label>
              {FORMATS.map((format) => (
                <Menu.Item key={format} onClick={() => void fetchTable(table, format)}>
                  {t("overview.downloads.as", {
                    table: t(`overview.downloads.${table}.name`),
                    format: format === "csv" ? "CSV" : "Parquet",
                  })}
                </Menu.Item>
              ))}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
      {problem !== null && <Failed problem={problem} onClose={() => setProblem(null)} />}
    </>
  );
}

function Failed({ problem, onClose }: { problem: unknown; onClose: () => void }) {
  const { title, help } = useProblemWords(problem);
  const { t } = useTranslation("common");
  return (
    <Alert
      color="red"
      title={title}
      role="alert"
      withCloseButton
      closeButtonLabel={t("action.close")}
      onClose={onClose}
      w="100%"
    >
      {help}
    </Alert>
  );
}

/** A run that keeps days has no steps to export, one without a network check no voltages. */
function isKept(table: Table, parameters: Record<string, unknown>): boolean {
  if (table === "network") return parameters.network_check === true;
  if (table === "series" || table === "trades") return parameters.detail !== "day";
  return true;
}
