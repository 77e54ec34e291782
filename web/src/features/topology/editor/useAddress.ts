import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { useEditor } from "./context";

const route = getRouteApi("/inside/communities/$gridId/topology");

/** Keeps the address and the selection together: a link opens on its node, and what is selected can be linked to. */
export function useAddress(): void {
  const editor = useEditor();
  const navigate = route.useNavigate();
  const node = route.useSearch({ select: (search) => search.node });

  // First what the address asks for; the other way round it would be overwritten.
  useEffect(() => {
    const { selected } = editor.store.getState();
    const current = [...selected].at(-1);
    if (node === undefined || (current !== undefined && editor.addressOf(current) === node)) return;
    const key = editor.keyAt(node);
    if (key !== null) editor.select([key], true);
  }, [node, editor]);
  useEffect(
    () =>
      editor.store.subscribe((now, before) => {
        if (now.selected === before.selected && now.aliases === before.aliases) return;
        const current = [...now.selected].at(-1);
        const address = current === undefined ? undefined : editor.addressOf(current);
        void navigate({
          search: (old) => (old.node === address ? old : { ...old, node: address }),
          replace: true,
          resetScroll: false,
        });
      }),
    [editor, navigate],
  );
}
