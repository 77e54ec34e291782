import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconDownload, IconPencil, IconTrash, IconUserPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/shared/api/download";
import { notifyFailed } from "@/shared/ui/notify";
import type { Grid } from "../queries";
import { fileName } from "./fileName";

const EditDialog = lazy(async () => ({ default: (await import("./EditDialog")).EditDialog }));
const InviteDialog = lazy(async () => ({ default: (await import("./InviteDialog")).InviteDialog }));
const DeleteDialog = lazy(async () => ({ default: (await import("./DeleteDialog")).DeleteDialog }));

interface Props {
  grid: Grid;
  operates: boolean;
  /** Whether the caller may give the community to others. */
  invites: boolean;
}

/** What can be done with a community as a whole. */
export function Actions({ grid, operates, invites }: Props) {
  const { t } = useTranslation(["start", "common"]);
  const [dialog, setDialog] = useState<"edit" | "invite" | "delete" | null>(null);
  const close = () => setDialog(null);
  const save = () =>
    download(`/api/v1/grids/${grid.id}/topology`, fileName(grid.name)).catch((problem: unknown) =>
      notifyFailed(t("community.downloadFailed"), problem instanceof Error ? problem.message : null),
    );
  return (
    <>
      {invites && (
        <Button variant="default" leftSection={<IconUserPlus size={18} />} onClick={() => setDialog("invite")}>
          {t("community.invite")}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("community.more")}>
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {operates && (
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setDialog("edit")}>
              {t("community.edit")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => void save()}>
            {t("community.download")}
          </Menu.Item>
          {operates && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDialog("delete")}>
              {t("community.delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {dialog === "edit" && <EditDialog grid={grid} onClose={close} />}
        {dialog === "invite" && <InviteDialog grid={grid} onClose={close} />}
        {dialog === "delete" && <DeleteDialog grid={grid} onClose={close} />}
      </Suspense>
    </>
  );
}
