/** A community's name as a file's: letters, digits, `-` and `_` of any language stay. */
export function fileName(name: string): string {
  const plain = name
    .trim()
    .replace(/[^\p{L}\p{N}_-]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return `${plain || "community"}.json`;
}
