import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { type Grid, type Profile, useForgetProfiles } from "../queries";

interface Props {
  profile: Profile | null;
  usedIn: Grid[];
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before a profile is gone; one that houses follow can't be deleted. */
export function DeleteProfile({ profile, usedIn, onClose, onDeleted }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const forget = useForgetProfiles();
  const removal = useMutation({
    mutationFn: (profileId: number) =>
      api.DELETE("/api/v1/profiles/{profile_id}", { params: { path: { profile_id: profileId } } }),
    onSuccess: async (_, goneId) => {
      notifyDone(t("delete.done", { name: profile?.name }));
      onDeleted?.();
      close();
      await forget(goneId);
    },
  });
  const close = () => {
    removal.reset();
    onClose();
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      opened={profile !== null}
      onClose={close}
      title={t("delete.title")}
      centered
    >
      {profile && (
        <Stack>
          <Text>{t("delete.question", { name: profile.name })}</Text>
          {usedIn.length > 0 && (
            <Text c="dimmed" size="sm">
              {t("delete.used", { names: usedIn.map((grid) => grid.name).join(", ") })}
            </Text>
          )}
          {removal.isError && <ProblemNotice problem={removal.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {t("common:action.cancel")}
            </Button>
            <Button color="red" loading={removal.isPending} onClick={() => removal.mutate(profile.id)}>
              {t("common:action.delete")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
