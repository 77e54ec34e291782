import { Box, Button, Group, Modal, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { authorized } from "@/shared/api/client";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  path: string;
}

/** The bill as it is printed. The page comes from the service and may run nothing: its frame allows no scripts. */
export function PrintedBill({ opened, onClose, title, path }: Props) {
  const { t } = useTranslation(["results", "common"]);
  const isNarrow = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  const frame = useRef<HTMLIFrameElement>(null);
  const page = useQuery({
    queryKey: ["results", "printed-bill", path],
    queryFn: async ({ signal }) => (await authorized(path, { signal })).text(),
    enabled: opened,
    staleTime: 600_000,
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={880}
      fullScreen={isNarrow ?? false}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
    >
      <Group justify="flex-end" mb="sm">
        <Button
          size="sm"
          leftSection={<IconPrinter size={16} />}
          disabled={page.data === undefined}
          onClick={() => frame.current?.contentWindow?.print()}
        >
          {t("bill.printNow")}
        </Button>
      </Group>
      {page.isError && <ProblemNotice problem={page.error} onRetry={() => void page.refetch()} />}
      {page.data === undefined && !page.isError && <Skeleton h="70vh" />}
      {page.data !== undefined && (
        <Box
          component="iframe"
          ref={frame}
          title={title}
          srcDoc={page.data}
          sandbox="allow-same-origin allow-modals"
          w="100%"
          h="70vh"
          bg="white"
          style={{ border: "1px solid var(--hygge-line)", borderRadius: "var(--mantine-radius-sm)" }}
        />
      )}
    </Modal>
  );
}
