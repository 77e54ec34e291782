import { Button, Stack, Text } from "@mantine/core";
import { IconListNumbers, IconPlus } from "@tabler/icons-react";
import { getRouteApi, useBlocker } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Awaited } from "@/shared/ui/Awaited";
import { Empty } from "@/shared/ui/Empty";
import { notifyDone } from "@/shared/ui/notify";
import { Page } from "@/shared/ui/Page";
import { ListCard } from "./priorities/ListCard";
import { NameDialog } from "./priorities/NameDialog";
import { type PriorityList, useGrid, useListChanges, useLists, useNodes } from "./priorities/queries";
import { useFlags } from "./queries";

const route = getRouteApi("/inside/communities/$gridId/priorities");

/** Who is served first when capacity is short. */
export function PrioritiesPage() {
  const { t } = useTranslation(["topology", "common"]);
  const { gridId } = route.useParams();
  const lists = useLists(gridId);
  const grid = useGrid(gridId).data;
  const nodes = useNodes(gridId).data;
  const vocabulary = useFlags();
  const readOnly = grid?.access !== "operate";
  const houses = useMemo(
    () => (nodes?.houses ?? []).map((house) => ({ value: `house:${house.id}`, label: house.name })),
    [nodes],
  );
  const [making, setMaking] = useState(false);
  const changed = useRef(new Set<number>());
  useBlocker({
    shouldBlockFn: () => changed.current.size > 0 && !window.confirm(`${t("leave.title")} ${t("leave.help")}`),
    enableBeforeUnload: () => changed.current.size > 0,
  });
  const make = (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)}>
      {t("priorities.create")}
    </Button>
  );
  return (
    <Page
      title={t("priorities.title")}
      description={t("priorities.description")}
      crumbs={[
        { label: t("common:navigation.communities"), link: { to: "/communities" } },
        { label: grid?.name ?? "…", link: { to: "/communities/$gridId", params: { gridId } } },
      ]}
      actions={!readOnly && (lists.data?.length ?? 0) > 0 && make}
    >
      <Awaited query={lists} height={260}>
        {(all: PriorityList[]) =>
          all.length === 0 ? (
            <Empty icon={<IconListNumbers size={30} />} title={t("priorities.empty.title")} actions={!readOnly && make}>
              {t("priorities.empty.help")}
            </Empty>
          ) : (
            <Stack gap="md" maw={820}>
              {all.map((list) => (
                <ListCard
                  key={list.id}
                  gridId={gridId}
                  list={list}
                  flags={flagChoices(
                    vocabulary.map((flag) => flag.name),
                    list,
                  )}
                  houses={houses}
                  readOnly={readOnly}
                  onDirty={(dirty) => {
                    if (dirty) changed.current.add(list.id);
                    else changed.current.delete(list.id);
                  }}
                />
              ))}
              <Text size="sm" c="dimmed">
                {t("priorities.ties")}
              </Text>
            </Stack>
          )
        }
      </Awaited>
      {making && <NewList gridId={gridId} onClose={() => setMaking(false)} />}
    </Page>
  );
}

/** The vocabulary, and what a list of somebody else names beside it. */
function flagChoices(vocabulary: string[], list: PriorityList) {
  const names = new Set([...vocabulary, ...list.configuration.flatMap((rank) => rank.flags)]);
  return [...names].map((name) => ({ value: `flag:${name}`, label: name }));
}

function NewList({ gridId, onClose }: { gridId: number; onClose: () => void }) {
  const { t } = useTranslation(["topology", "common"]);
  const { create } = useListChanges(gridId);
  return (
    <NameDialog
      title={t("priorities.create")}
      name=""
      submit={t("common:action.create")}
      busy={create.isPending}
      problem={create.error}
      onClose={onClose}
      onSubmit={(name) =>
        create.mutate(
          { name, configuration: [] },
          {
            onSuccess: () => {
              notifyDone(t("priorities.created"));
              onClose();
            },
          },
        )
      }
    />
  );
}
