import { Button, Group, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { accessesOf, choicesOf } from "../grants";
import { type Access, type User, useGiveGrant } from "../queries";

interface Props {
  user: User;
  grids: { id: number; name: string; created_by: number }[];
  given: Set<number>;
}

export function GiveGrant({ user, grids, given }: Props) {
  const { t } = useTranslation(["users", "common"]);
  const give = useGiveGrant(user.id);
  const accesses = accessesOf(user.role);
  const [gridId, setGridId] = useState<string | null>(null);
  const [access, setAccess] = useState<Access>(accesses.includes("operate") ? "operate" : "view");
  // What somebody has made is theirs already.
  const choices = choicesOf(grids.filter((grid) => !given.has(grid.id) && grid.created_by !== user.id));
  const submit = async () => {
    if (gridId === null) return;
    await give
      .mutateAsync({ params: { path: { user_id: user.id } }, body: { grid_id: Number(gridId), access } })
      .then(() => setGridId(null))
      .catch(() => undefined);
  };
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <Select
          label={t("grants.community")}
          placeholder={t(choices.length === 0 ? "grants.noneLeft" : "grants.choose")}
          data={choices}
          value={gridId}
          onChange={setGridId}
          disabled={choices.length === 0}
          searchable
          flex={1}
          miw={180}
        />
        <Select
          label={t("grants.as")}
          data={accesses.map((value) => ({ value, label: t(`grants.access.${value}`) }))}
          value={access}
          onChange={(value) => setAccess(value === "operate" ? "operate" : "view")}
          allowDeselect={false}
          w={130}
        />
        <Button variant="default" disabled={gridId === null} loading={give.isPending} onClick={() => void submit()}>
          {t("grants.give")}
        </Button>
      </Group>
      {give.error && <ProblemNotice problem={give.error} />}
    </Stack>
  );
}
