import { Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconPlus, IconRouteSquare } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/shared/ui/LinkButton";
import { DEVICE_KINDS, type House, type Key, keyOf } from "../document/types";
import { useEditing, useEditor } from "../editor/context";
import { useActions } from "../editor/useActions";
import { HOUSE_FIELDS } from "../fields/fields";
import { KindIcon, useKindName } from "../kinds";
import { NodeForm } from "./NodeForm";
import classes from "./panel.module.css";
import { useSize } from "./useSize";

export function HousePanel({ nodeKey, house }: { nodeKey: Key; house: House }) {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const gridId = useEditing((state) => Number(state.draft.id));
  const serverId = Number(editor.addressOf(nodeKey).slice("house-".length));
  const keys = useMemo(() => [nodeKey], [nodeKey]);
  return (
    <>
      <Devices house={house} />
      <NodeForm keys={keys} fields={HOUSE_FIELDS} />
      {Number.isInteger(serverId) && (
        <LinkButton
          to="/communities/$gridId/assignments"
          params={{ gridId }}
          search={{ house: serverId }}
          variant="default"
          size="xs"
          leftSection={<IconRouteSquare size={16} />}
          style={{ alignSelf: "flex-start" }}
        >
          {t("panel.assignments")}
        </LinkButton>
      )}
    </>
  );
}

function Devices({ house }: { house: House }) {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const kindName = useKindName();
  const size = useSize();
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Title order={3} size="h6">
          {t("panel.devices")}
        </Title>
        {!editor.readOnly && <AddDevice />}
      </Group>
      {house.devices.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("panel.noDevices")}
        </Text>
      )}
      {house.devices.map((device) => (
        <button
          key={device.id}
          type="button"
          className={classes.device}
          onClick={() => editor.select([keyOf("device", device.id)])}
        >
          <KindIcon kind="device" device={device.kind} />
          <span className={classes.name}>{device.name || kindName(device.kind)}</span>
          <span className={classes.size}>{size(device)}</span>
        </button>
      ))}
    </Stack>
  );
}

export function AddDevice() {
  const { t } = useTranslation("topology");
  const kindName = useKindName();
  const actions = useActions();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="light" size="compact-sm" leftSection={<IconPlus size={14} />}>
          {t("panel.addDevice")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {DEVICE_KINDS.map((kind) => (
          <Menu.Item
            key={kind}
            leftSection={<KindIcon kind="device" device={kind} />}
            onClick={() => actions.addDevice(kind)}
          >
            {kindName(kind)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
