import { describe, expect, it } from "vitest";

const files = import.meta.glob<{ default: object }>(["./locales/*.json", "../../features/*/locales/*.json"], {
  eager: true,
});
const folders = [...new Set(Object.keys(files).map((path) => path.slice(0, path.lastIndexOf("/"))))];

function entries(value: object, prefix = ""): [string, string][] {
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "string"
      ? [[`${prefix}${key}`, item] as [string, string]]
      : entries(item as object, `${prefix}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map((match) => match[1]).sort();

describe.each(folders)("texts in %s", (folder) => {
  const english = new Map(entries(files[`${folder}/en.json`]?.default ?? {}));
  const german = new Map(entries(files[`${folder}/de.json`]?.default ?? {}));

  it("are there in both languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("are not empty, and name the same values", () => {
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe("");
      expect(german.get(key)?.trim(), key).not.toBe("");
      // One form may write out its number ("a house", "ein Haus").
      if (!key.endsWith("_one")) expect(placeholders(german.get(key) ?? ""), key).toEqual(placeholders(text));
    }
  });
});
