/** The editor of one community: its draft with undo and redo, what is selected, what is unfolded. */
import { temporal } from "zundo";
import { createStore, useStore } from "zustand";
import type { ServerFinding } from "../document/findings";
import { countHouses, nodeAt, placesOf, transformerOf } from "../document/places";
import { type Aliases, aliasesAfter, idsOf } from "../document/saving";
import { type Draft, type Id, type Key, keyOf, kindOf } from "../document/types";

/** With more houses than this, transformers are folded at first. */
export const FOLD_ABOVE = 300;

export interface EditorState {
  draft: Draft;
  /** What is stored: equal to the draft when nothing is unsaved. */
  base: Draft;
  version: number;
  aliases: Aliases;
  known: ReadonlySet<number>;
  /** In the order of selecting: the last one is what the address names. */
  selected: ReadonlySet<Key>;
  /** Transformers whose houses are shown in the graph. */
  unfolded: ReadonlySet<Key>;
  /** What the service said about the last attempt to save. */
  findings: readonly ServerFinding[];
  /** Counts the asks to bring something into view. */
  sought: { key: Key; count: number } | null;
}

export interface Editor {
  readonly store: ReturnType<typeof makeStore>;
  readonly readOnly: boolean;
  /** Changes the draft. Changes of one `burst` in a row (the letters of a name) are undone together. */
  edit: (change: (draft: Draft) => Draft, burst?: string) => void;
  undo: () => void;
  redo: () => void;
  select: (keys: Iterable<Key>, seek?: boolean) => void;
  toggle: (key: Key) => void;
  unfold: (keys: Iterable<Key>, open: boolean) => void;
  newId: () => string;
  found: (findings: ServerFinding[]) => void;
  /** After saving `sent`: what the service made of it. */
  stored: (sent: Draft, answer: Draft) => void;
  /** Replaces all by what is stored, without a way back. */
  replace: (document: Draft) => void;
  /** The name of a node in addresses: the service's id where it has one. */
  addressOf: (key: Key) => string;
  keyAt: (address: string) => Key | null;
}

function stateOf(document: Draft): EditorState {
  return {
    draft: document,
    base: document,
    version: document.version ?? 0,
    aliases: new Map(),
    known: new Set(idsOf(document).map(Number)),
    selected: new Set(),
    unfolded: new Set(
      countHouses(document) > FOLD_ABOVE ? [] : document.transformers.map((node) => keyOf("transformer", node.id)),
    ),
    findings: [],
    sought: null,
  };
}

function makeStore(document: Draft) {
  return createStore<EditorState>()(
    temporal(() => stateOf(document), {
      partialize: ({ draft }) => ({ draft }),
      equality: (past, now) => past.draft === now.draft,
      limit: 200,
    }),
  );
}

export function makeEditor(document: Draft, readOnly: boolean): Editor {
  const store = makeStore(document);
  const history = () => store.temporal.getState();
  let burst: string | null = null;
  let count = 0;
  /** After undo and the like: what is gone can't stay selected. */
  const settle = () => {
    burst = null;
    const { draft, selected } = store.getState();
    const there = [...selected].filter((key) => placesOf(draft).has(key));
    if (there.length < selected.size) store.setState({ selected: new Set(there) });
  };
  return {
    store,
    readOnly,
    edit(change, ofBurst) {
      if (readOnly) return;
      const { draft } = store.getState();
      const next = change(draft);
      if (next === draft) return;
      const goesOn = ofBurst !== undefined && ofBurst === burst;
      if (goesOn) history().pause();
      store.setState({ draft: next });
      if (goesOn) history().resume();
      settle();
      burst = ofBurst ?? null;
    },
    undo() {
      history().undo();
      settle();
    },
    redo() {
      history().redo();
      settle();
    },
    select(keys, seek = false) {
      burst = null;
      const { draft, unfolded, sought } = store.getState();
      const selected = new Set([...keys].filter((key) => placesOf(draft).has(key)));
      const last = [...selected].at(-1);
      if (!seek || last === undefined) {
        store.setState({ selected });
        return;
      }
      const transformer = kindOf(last) === "house" || kindOf(last) === "device" ? transformerOf(draft, last) : null;
      store.setState({
        selected,
        sought: { key: last, count: (sought?.count ?? 0) + 1 },
        unfolded: transformer && !unfolded.has(transformer) ? new Set([...unfolded, transformer]) : unfolded,
      });
    },
    toggle(key) {
      burst = null;
      const selected = new Set(store.getState().selected);
      if (!selected.delete(key)) selected.add(key);
      store.setState({ selected });
    },
    unfold(keys, open) {
      const unfolded = new Set(store.getState().unfolded);
      for (const key of keys) {
        if (open) unfolded.add(key);
        else unfolded.delete(key);
      }
      store.setState({ unfolded });
    },
    newId: () => `new-${++count}`,
    found: (findings) => store.setState({ findings }),
    stored(sent, answer) {
      burst = null;
      const { known, aliases } = store.getState();
      store.setState({
        base: sent,
        version: answer.version ?? 0,
        aliases: aliasesAfter(sent, answer, known, aliases),
        known: new Set(idsOf(answer).map(Number)),
        findings: [],
      });
    },
    replace(next) {
      burst = null;
      history().pause();
      store.setState(stateOf(next));
      history().resume();
      history().clear();
    },
    addressOf(key) {
      const kind = kindOf(key);
      if (kind === "grid") return key;
      const id = key.slice(kind.length + 1);
      const { aliases } = store.getState();
      return `${kind}-${aliases.get(id) ?? aliases.get(Number(id)) ?? id}`;
    },
    keyAt(address) {
      const { draft, aliases } = store.getState();
      if (placesOf(draft).has(address)) return address;
      const kind = kindOf(address);
      const id: Id = Number(address.slice(kind.length + 1));
      const alias = [...aliases].find(([, real]) => real === id);
      const key = alias ? keyOf(kind, alias[0]) : null;
      return key !== null && placesOf(draft).has(key) ? key : null;
    },
  };
}

/** Findings of the service that still hold: their nodes are as they were when it looked. */
export function standing(state: Pick<EditorState, "draft" | "findings">): ServerFinding[] {
  return state.findings.filter((finding) => nodeAt(state.draft, finding.key) === finding.node);
}

export function useEditorState<T>(editor: Editor, pick: (state: EditorState) => T): T {
  return useStore(editor.store, pick);
}

export function useHistory(editor: Editor): { canUndo: boolean; canRedo: boolean } {
  const canUndo = useStore(editor.store.temporal, (state) => state.pastStates.length > 0);
  const canRedo = useStore(editor.store.temporal, (state) => state.futureStates.length > 0);
  return { canUndo, canRedo };
}
