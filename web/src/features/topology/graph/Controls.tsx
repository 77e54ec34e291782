import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconFold, IconMinus, IconPlus } from "@tabler/icons-react";
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "../document/types";
import { useEditor } from "../editor/context";
import type { Layout } from "./layout";

/** Zoom, the whole picture, and folding many transformers at once. */
export const Controls = memo(function Controls({ layout }: { layout: Layout }) {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const flow = useStoreApi();
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const keys = () => editor.store.getState().draft.transformers.map((node) => keyOf("transformer", node.id));
  const inView = () => {
    const { transform, width, height } = flow.getState();
    const [x, y, zoom] = transform;
    return keys().filter((_, position) => {
      const frame = layout.frames[position];
      if (frame === undefined) return false;
      const [left, top] = [frame.x * zoom + x, frame.y * zoom + y];
      return left < width && top < height && left + frame.width * zoom > 0 && top + frame.height * zoom > 0;
    });
  };
  const buttons = [
    { label: t("graph.zoomIn"), icon: <IconPlus size={16} />, press: () => zoomIn() },
    { label: t("graph.zoomOut"), icon: <IconMinus size={16} />, press: () => zoomOut() },
    {
      label: t("graph.fit"),
      icon: <IconArrowsMaximize size={16} />,
      press: () => fitView({ padding: 0.08, maxZoom: 1 }),
    },
  ];
  return (
    <ActionIcon.Group orientation="vertical">
      {buttons.map(({ label, icon, press }) => (
        <Tooltip key={label} label={label} position="right">
          <ActionIcon variant="default" size="lg" aria-label={label} onClick={() => void press()}>
            {icon}
          </ActionIcon>
        </Tooltip>
      ))}
      <Menu position="right-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t("graph.folding")} title={t("graph.folding")}>
            <IconFold size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => editor.unfold(inView(), true)}>{t("graph.unfoldInView")}</Menu.Item>
          <Menu.Item onClick={() => editor.unfold(keys(), true)}>{t("graph.unfoldAll")}</Menu.Item>
          <Menu.Item onClick={() => editor.unfold(keys(), false)}>{t("graph.foldAll")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </ActionIcon.Group>
  );
});
