import { Button, Group, Modal, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Profile, ProfileType } from "../queries";
import { yearlyKwh } from "../units";

export interface Editing {
  houseId: number;
  houseName: string;
  type: ProfileType;
  /** Absent while a new one is made. */
  key?: number;
  profileId?: number;
  scale: number;
}

interface Props {
  editing: Editing | null;
  profiles: Profile[];
  onClose: () => void;
  onDone: (profileId: number, scale: number) => void;
  onRemove: () => void;
}

/** One house's profile and scale. */
export function EditDialog({ editing, ...props }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const title = editing ? t("assign.edit.title", { type: t(`type.${editing.type}`), name: editing.houseName }) : "";
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      opened={editing !== null}
      onClose={props.onClose}
      title={title}
      centered
    >
      {editing && <EditForm key={editing.key ?? "new"} editing={editing} {...props} />}
    </Modal>
  );
}

function EditForm({ editing, profiles, onClose, onDone, onRemove }: Props & { editing: Editing }) {
  const { t } = useTranslation(["profiles", "common"]);
  const formats = useFormats();
  const [id, setId] = useState(editing.profileId ? String(editing.profileId) : null);
  const [scale, setScale] = useState<number | "">(editing.scale);
  const fits = profiles.filter((profile) => profile.profile_type === editing.type);
  const profile = fits.find((one) => String(one.id) === id);
  const year = profile ? yearlyKwh(profile) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (profile && Number(scale) > 0) onDone(profile.id, Number(scale));
      }}
    >
      <Stack>
        <Select
          label={t("one")}
          data={fits.map((one) => ({ value: String(one.id), label: one.name }))}
          value={id}
          onChange={setId}
          searchable
          limit={100}
          openOnFocus={false}
          data-autofocus
          nothingFoundMessage={t("build.nobody")}
        />
        <NumberInput
          label={t("field.scale")}
          description={profile?.unit === "pu" ? t("assign.edit.nominal") : t("assign.edit.factor")}
          min={0}
          value={scale}
          onChange={(value) => setScale(value as number)}
        />
        {year !== null && Number(scale) > 0 && (
          <Text size="sm" c="dimmed">
            {t("assign.edit.energy", { energy: formats.quantity(year * Number(scale), "kWh", 0) })}
          </Text>
        )}
        <Group justify="space-between">
          {editing.key === undefined ? (
            <span />
          ) : (
            <Button variant="subtle" color="red" onClick={onRemove}>
              {t("common:action.remove")}
            </Button>
          )}
          <Group>
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={!profile || !(Number(scale) > 0)}>
              {t("assign.edit.done")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
