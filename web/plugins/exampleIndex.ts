/** What the index of the examples says about each, made from its files. */

interface House {
  devices?: { kind: string }[];
}

export interface ExampleFiles {
  community: {
    name: string;
    timezone: string;
    currency: string;
    transformers: { houses: House[] }[];
  };
  mapping: { series: unknown[] };
  assignments: unknown[];
  run: { start: string; end: string; step_minutes: number };
  readme: string;
  licence: string;
  profilesBytes: number;
}

export interface ExampleEntry {
  /** The folder under /examples/. */
  name: string;
  /** The community's name, by which an import finds what is there already. */
  title: string;
  /** The first paragraph of the README. */
  about: string;
  licence: string;
  transformers: number;
  houses: number;
  /** Devices by kind, the most frequent first. */
  devices: [kind: string, count: number][];
  timezone: string;
  currency: string;
  start: string;
  end: string;
  step_minutes: number;
  series: number;
  assignments: number;
  profiles_bytes: number;
}

export function describeExample(name: string, files: ExampleFiles): ExampleEntry {
  const { community, run } = files;
  const houses = community.transformers.flatMap((transformer) => transformer.houses);
  return {
    name,
    title: community.name,
    about: firstParagraph(files.readme),
    licence: reflowed(plainText(files.licence)),
    transformers: community.transformers.length,
    houses: houses.length,
    devices: devicesOf(houses),
    timezone: community.timezone,
    currency: community.currency,
    start: run.start,
    end: run.end,
    step_minutes: run.step_minutes,
    series: files.mapping.series.length,
    assignments: files.assignments.length,
    profiles_bytes: files.profilesBytes,
  };
}

/** In the order in which a README names the folders; those that it does not name at the end. */
export function inOrderOf(readme: string, names: string[]): string[] {
  const place = (name: string) => {
    const found = readme.indexOf(`\`${name}\``);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  };
  return [...names].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

function devicesOf(houses: House[]): [string, number][] {
  const count = new Map<string, number>();
  for (const { kind } of houses.flatMap((house) => house.devices ?? [])) count.set(kind, (count.get(kind) ?? 0) + 1);
  return [...count].sort((a, b) => b[1] - a[1]);
}

/** The paragraph after the heading, in one line, without the sentence that points to the licence's file. */
export function firstParagraph(markdown: string): string {
  const paragraphs = markdown.split(/\n\s*\n/).map((part) => part.trim());
  const first = paragraphs.find((part) => part !== "" && !part.startsWith("#")) ?? "";
  return plainText(first)
    .replace(/\s+/g, " ")
    .replace(/ ?Licen[cs]es? and citations?: LICENCE(\.md)?\.?$/, "");
}

/** Markdown without its marks: headings, emphasis, code, links, quotes. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^#+ +/gm, "")
    .replace(/^> ?/gm, "")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/\*\*([^*]+)\*\*/g, "$1")
    .replace(/`([^`]+)`/g, "$1")
    .trim();
}

/** Paragraphs and list items in one line each, for a column of any width. */
export function reflowed(text: string): string {
  return text.replace(/([^\n])\n(?!\n|- )\s*/g, "$1 ");
}
