import { beforeEach, describe, expect, it } from "vitest";
import { patch } from "../document/edits";
import { nodeAt } from "../document/places";
import type { House } from "../document/types";
import { community, house, transformer } from "../testing";
import { type Actions, actionsOf } from "./actions";
import { type Editor, makeEditor, standing } from "./store";

let editor: Editor;
let actions: Actions;
const now = () => editor.store.getState();
const houses = () => now().draft.transformers.map((node) => node.houses.map((one) => one.name));

beforeEach(() => {
  editor = makeEditor(community([transformer(2, [house(3), house(4)]), transformer(5, [house(6)])]), false);
  actions = actionsOf(editor, { transformer: "Transformer", house: "House" });
});

describe("actions", () => {
  it("duplicate selects the copies", () => {
    editor.select(["house-3"]);
    actions.duplicate();
    expect(houses()[0]).toEqual(["House 3", "House 4", "House 3 (2)"]);
    expect([...now().selected]).toEqual(["house-new-1"]);
  });

  it("add a house to the transformer of what is selected", () => {
    editor.select(["house-6"]);
    actions.addHouse();
    expect(houses()).toEqual([
      ["House 3", "House 4"],
      ["House 6", "House 7"],
    ]);
    expect([...now().selected]).toEqual(["house-new-1"]);
  });

  it("give a device to each selected house", () => {
    editor.select(["house-3", "house-6"]);
    actions.addDevice("battery");
    expect([...now().selected]).toEqual(["device-new-1", "device-new-2"]);
    expect((nodeAt(now().draft, "house-6") as House).devices).toEqual([{ id: "new-2", kind: "battery" }]);
  });

  it("remove selects a neighbour", () => {
    editor.select(["house-3"]);
    actions.remove();
    expect([...now().selected]).toEqual(["house-4"]);
    actions.remove();
    expect([...now().selected]).toEqual(["transformer-2"]);
  });

  it("never remove the community", () => {
    editor.select(["grid"]);
    actions.remove();
    expect(now().draft).toBe(now().base);
  });

  it("paste what was copied into another transformer", () => {
    editor.select(["house-3"]);
    expect(actions.copy()).toBe(1);
    editor.select(["transformer-5"]);
    expect(actions.paste()).toBe(1);
    expect(houses()[1]).toEqual(["House 6", "House 3 (2)"]);
  });
});

describe("history", () => {
  it("undoes letters of one name together", () => {
    const type = (name: string) => editor.edit((draft) => patch(draft, ["house-3"], { name }), "house-3 name");
    type("A");
    type("Ab");
    type("Abc");
    expect(houses()[0]?.[0]).toBe("Abc");
    editor.undo();
    expect(houses()[0]?.[0]).toBe("House 3");
    expect(now().draft).toBe(now().base);
    editor.redo();
    expect(houses()[0]?.[0]).toBe("Abc");
  });

  it("keeps bursts apart when something was selected in between", () => {
    editor.edit((draft) => patch(draft, ["house-3"], { name: "A" }), "house-3 name");
    editor.select(["house-4"]);
    editor.edit((draft) => patch(draft, ["house-3"], { name: "B" }), "house-3 name");
    editor.undo();
    expect(houses()[0]?.[0]).toBe("A");
  });

  it("forgets the selection of what is gone", () => {
    editor.select(["transformer-5"]);
    actions.addHouse();
    editor.undo();
    expect(now().selected.size).toBe(0);
  });

  it("selecting is not a step", () => {
    actions.addTransformer();
    editor.select(["house-3"]);
    editor.undo();
    expect(now().draft).toBe(now().base);
  });
});

describe("saving", () => {
  it("lets undo go back over it, with the service's ids for what was made", () => {
    editor.select(["transformer-5"]);
    actions.addHouse();
    const sent = now().draft;
    const answer = community([transformer(2, [house(3), house(4)]), transformer(5, [house(6), house(20)])], {
      version: 4,
    });
    editor.stored(sent, answer);
    expect(now().draft).toBe(now().base);
    expect(now().version).toBe(4);
    expect(editor.addressOf("house-new-1")).toBe("house-20");
    expect(editor.keyAt("house-20")).toBe("house-new-1");
    editor.undo();
    expect(houses()[1]).toEqual(["House 6"]);
    expect(now().draft).not.toBe(now().base);
  });

  it("drops a finding when its node is changed", () => {
    const node = nodeAt(now().draft, "house-3");
    editor.found([{ key: "house-3", field: "name", code: "server", message: "no", node }]);
    expect(standing(now())).toHaveLength(1);
    editor.edit((draft) => patch(draft, ["house-3"], { name: "B" }));
    expect(standing(now())).toHaveLength(0);
  });

  it("starts anew with what somebody else stored", () => {
    actions.addTransformer();
    editor.replace(community([], { version: 9 }));
    expect(now().version).toBe(9);
    editor.undo();
    expect(now().draft.transformers).toEqual([]);
  });
});

describe("looking only", () => {
  it("changes nothing", () => {
    const reader = makeEditor(community([transformer(2)]), true);
    reader.edit((draft) => patch(draft, ["transformer-2"], { name: "X" }));
    expect(reader.store.getState().draft).toBe(reader.store.getState().base);
  });
});
