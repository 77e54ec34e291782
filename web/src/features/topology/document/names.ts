/** Names that nothing else has. */

/** "House" → the number after the highest of "House 1", "House 2", … */
export function numbered(base: string, taken: Iterable<string>): string {
  let highest = 0;
  for (const name of taken) {
    if (!name.startsWith(`${base} `)) continue;
    const number = Number(name.slice(base.length + 1));
    if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
  }
  return `${base} ${highest + 1}`;
}

/** The name itself if it is free, else "No. 7 (2)", "No. 7 (3)", … */
export function distinct(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const base = name.replace(/ \(\d+\)$/, "");
  let number = 2;
  while (taken.has(`${base} (${number})`)) number++;
  return `${base} (${number})`;
}
