import { Box, Drawer, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/shared/api/client";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { draftOf } from "../document/types";
import { Outline } from "../outline/Outline";
import { Panel } from "../panel/Panel";
import { useLoads, useRuns } from "../queries";
import { Blank } from "./Blank";
import { ConflictDialog } from "./ConflictDialog";
import { EditorContext, useEditing, useEditor } from "./context";
import { useDialogs } from "./dialogs";
import classes from "./editor.module.css";
import { LeaveDialog } from "./LeaveDialog";
import { LoadsContext } from "./loads";
import { MoveDialog } from "./MoveDialog";
import { RunChoice } from "./RunChoice";
import { SaveButtons } from "./SaveButtons";
import { makeEditor } from "./store";
import { Toolbar } from "./Toolbar";
import { useAddress } from "./useAddress";
import { useSaving } from "./useSaving";
import { useShortcuts } from "./useShortcuts";

const route = getRouteApi("/inside/communities/$gridId/topology");
const GraphView = lazy(() => import("../graph/GraphView").then(({ GraphView: view }) => ({ default: view })));

interface Props {
  document: Schemas["Document"];
  gridId: number;
}

/** One community in its editor; the editor lives as long as the page. */
export function EditorPage({ document, gridId }: Props) {
  const [editor] = useState(() => makeEditor(draftOf(document), document.access !== "operate"));
  return (
    <EditorContext value={editor}>
      <Workspace gridId={gridId} />
    </EditorContext>
  );
}

function Workspace({ gridId }: { gridId: number }) {
  const { t } = useTranslation(["topology", "common"]);
  const editor = useEditor();
  const name = useEditing((state) => state.base.name);
  const timezone = useEditing((state) => state.draft.timezone);
  const isEmpty = useEditing((state) => state.draft.transformers.length === 0);
  const { view: wanted, run: wantedRun } = route.useSearch();
  const navigate = route.useNavigate();
  const isNarrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const view = wanted ?? (isNarrow ? "outline" : "graph");
  const runs = useRuns(gridId).data?.items ?? [];
  const run = wantedRun ?? runs[0]?.id;
  const loads = useLoads(run).data;
  const { save, busy, problem, conflict } = useSaving(editor, gridId);
  useAddress();
  useShortcuts(() => void save());

  return (
    <LoadsContext value={loads}>
      <Page
        title={t("title")}
        crumbs={[
          { label: t("common:navigation.communities"), link: { to: "/communities" } },
          { label: name, link: { to: "/communities/$gridId", params: { gridId } } },
        ]}
        actions={<SaveButtons busy={busy} onSave={() => void save()} />}
      >
        {problem !== null && <ProblemNotice problem={problem} />}
        <Toolbar
          view={view}
          onView={(next) => void navigate({ search: (old) => ({ ...old, view: next }), replace: true })}
        >
          {run !== undefined && runs.length > 0 && (
            <RunChoice
              runs={runs}
              value={run}
              timezone={timezone}
              onChange={(next) => void navigate({ search: (old) => ({ ...old, run: next }), replace: true })}
            />
          )}
        </Toolbar>
        <div className={classes.workspace}>
          <Surface p={4} className={classes.stage}>
            {isEmpty ? (
              <Blank />
            ) : view === "graph" ? (
              <Suspense fallback={null}>
                <GraphView />
              </Suspense>
            ) : (
              <Outline />
            )}
          </Surface>
          <Surface className={classes.panel}>
            <section aria-label={t("panel.label")}>
              <Panel />
            </section>
          </Surface>
        </div>
        <Text size="xs" c="dimmed">
          {t("common:timezone", { zone: timezone })}
        </Text>
      </Page>
      <FormDrawer />
      <MoveDialog />
      <ConflictDialog {...conflict} loadTheirs={() => void conflict.loadTheirs()} />
      <LeaveDialog save={save} />
    </LoadsContext>
  );
}

/** The form on screens that have no room for it beside the tree. */
function FormDrawer() {
  const { t } = useTranslation("topology");
  const { editing, close } = useDialogs();
  const isWide = useMediaQuery("(min-width: 62em)", undefined, { getInitialValueInEffect: false });
  return (
    <Drawer
      opened={editing && !isWide}
      onClose={close}
      position="right"
      size="min(420px, 100%)"
      title={t("panel.label")}
    >
      <Box pb="xl">{editing && <Panel />}</Box>
    </Drawer>
  );
}
