import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import { IconBraces, IconFileTypePdf, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/shared/api/download";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { PrintedBill } from "./PrintedBill";
import { billPath } from "./queries";

interface Props {
  runId: number;
  houseId: number;
  houseName: string;
  period: string;
}

/** The bill on paper and as files, in the language that is spoken. */
export function BillActions({ runId, houseId, houseName, period }: Props) {
  const { t, i18n } = useTranslation("results");
  const [busy, setBusy] = useState<"pdf" | "json" | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [isOpen, setOpen] = useState(false);
  const language = (i18n.resolvedLanguage ?? "en") === "de" ? "de" : "en";
  const fetchAs = async (format: "pdf" | "json") => {
    setBusy(format);
    setProblem(null);
    try {
      const path = billPath(runId, houseId, period, format, language);
      await download(path, `hygge-bill-${runId}-${houseId}-${period}.${format}`);
    } catch (failure) {
      setProblem(failure);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Group gap="xs" className="no-print">
      <Button variant="light" size="sm" leftSection={<IconPrinter size={16} />} onClick={() => setOpen(true)}>
        {t("bill.print")}
      </Button>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconFileTypePdf size={16} />}
        loading={busy === "pdf"}
        onClick={() => void fetchAs("pdf")}
      >
        {t("bill.pdf")}
      </Button>
      <Tooltip label={t("bill.json")}>
        <ActionIcon
          variant="default"
          size={36}
          aria-label={t("bill.json")}
          loading={busy === "json"}
          onClick={() => void fetchAs("json")}
        >
          <IconBraces size={18} />
        </ActionIcon>
      </Tooltip>
      {problem !== null && <ProblemNotice problem={problem} />}
      <PrintedBill
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t("bill.of", { house: houseName })}
        path={billPath(runId, houseId, period, "html", language)}
      />
    </Group>
  );
}
