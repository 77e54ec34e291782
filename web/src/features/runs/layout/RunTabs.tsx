import { Box } from "@mantine/core";
import { Link, type LinkProps, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAbilities } from "@/shared/session/me";
import classes from "./RunTabs.module.css";

const TABS = [
  { key: "overview", path: "", household: true },
  { key: "day", path: "/day", household: true },
  { key: "heatmaps", path: "/heatmaps", household: true },
  { key: "transformers", path: "/transformers", household: false },
  { key: "houses", path: "/houses", household: true },
  { key: "trades", path: "/trades", household: true },
  { key: "report", path: "/report", household: false },
  { key: "details", path: "/details", household: true },
] as const;

/** The pages of a run's results. Households are shown those that concern their own houses. */
export function RunTabs({ runId }: { runId: number }) {
  const { t } = useTranslation("runs");
  const { isHousehold } = useAbilities();
  const { pathname } = useLocation();
  const base = `/runs/${runId}`;
  const here = pathname.replace(/\/$/, "");
  const row = useRef<HTMLDivElement>(null);
  // On a phone the present tab may lie outside; only the row moves, never the page.
  useEffect(() => {
    const box = row.current;
    const current = box?.querySelector<HTMLElement>(`[href="${here}"]`);
    if (box && current) box.scrollLeft = current.offsetLeft - (box.clientWidth - current.clientWidth) / 2;
  }, [here]);
  return (
    <Box component="nav" aria-label={t("tabs.label")} className="no-print">
      <div ref={row} className={classes.row}>
        {TABS.filter((tab) => tab.household || !isHousehold).map(({ key, path }) => {
          const isHere = path === "" ? here === base : here === base + path || here.startsWith(`${base}${path}/`);
          return (
            <Link
              key={key}
              to={`/runs/$runId${path}` as LinkProps["to"]}
              params={{ runId } as never}
              className={classes.tab}
              data-here={isHere || undefined}
              aria-current={isHere ? "page" : undefined}
            >
              {t(`tabs.${key}`)}
            </Link>
          );
        })}
      </div>
    </Box>
  );
}
