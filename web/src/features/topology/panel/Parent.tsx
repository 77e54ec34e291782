import { Anchor } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { nodeAt, parentOf } from "../document/places";
import type { Key } from "../document/types";
import { useEditing, useEditor } from "../editor/context";

/** The way up: selects what a node hangs on. */
export function Parent({ nodeKey }: { nodeKey: Key }) {
  const editor = useEditor();
  const draft = useEditing((state) => state.draft);
  const parent = parentOf(draft, nodeKey);
  if (parent === null) return null;
  const name = (nodeAt(draft, parent) as { name: string }).name;
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      onClick={() => editor.select([parent], true)}
      style={{ display: "inline-flex", alignItems: "center", gap: 2, textAlign: "left" }}
    >
      <IconChevronLeft size={16} aria-hidden />
      {name}
    </Anchor>
  );
}
