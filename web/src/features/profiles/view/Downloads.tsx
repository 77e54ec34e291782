import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { authorized } from "@/shared/api/client";
import { save } from "@/shared/api/download";
import { ApiProblem } from "@/shared/api/problems";
import { notifyFailed } from "@/shared/ui/notify";
import type { Profile, Resolution } from "../queries";

const RESOLUTIONS = ["native", "1h", "1d", "1mo"] as const satisfies Resolution[];

/** The values as CSV: as they are, or as means of hours, days or months of the zone. */
export function Downloads({ profile, timezone }: { profile: Profile; timezone: string }) {
  const { t } = useTranslation(["profiles", "common"]);
  const [busy, setBusy] = useState(false);
  const fetchCsv = async (resolution: Resolution) => {
    setBusy(true);
    try {
      const query = new URLSearchParams({ resolution, timezone });
      const answer = await authorized(`/api/v1/profiles/${profile.id}/series?${query}`, {
        headers: { Accept: "text/csv" },
      });
      save(await answer.blob(), `${profile.name}-${resolution}.csv`);
    } catch (problem) {
      notifyFailed(t("download.failed"), problem instanceof ApiProblem ? problem.message : null);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={18} />} loading={busy}>
          {t("download.csv")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {RESOLUTIONS.map((resolution) => (
          <Menu.Item key={resolution} onClick={() => fetchCsv(resolution)}>
            {t(`download.${resolution}`, { minutes: profile.step_minutes })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
