/** The texts of some lines of a file, to show beside what is wrong with them. */

/** Lines further down than this are not looked for: reading them would take longer than the check did. */
const MOST_CHARACTERS = 64 << 20;
const LONGEST_LINE = 300;

type Source = Pick<File, "name"> & { stream: () => unknown };

export async function linesOf(file: Source, numbers: number[], encoding?: string | null): Promise<Map<number, string>> {
  const wanted = new Set(numbers);
  const last = Math.max(0, ...numbers);
  const found = new Map<number, string>();
  if (last === 0 || /\.parquet$/i.test(file.name)) return found;
  const reader = textOf(file, encoding ?? "utf-8").getReader();
  let line = 1;
  let rest = "";
  let seen = 0;
  try {
    while (line <= last && seen < MOST_CHARACTERS) {
      const { done, value } = await reader.read();
      const parts = (rest + (value ?? "")).split("\n");
      rest = done ? "" : (parts.pop() ?? "");
      for (const part of parts) {
        if (wanted.has(line)) found.set(line, part.replace(/\r$/, "").slice(0, LONGEST_LINE));
        line += 1;
      }
      if (done) break;
      seen += value.length;
    }
  } finally {
    await reader.cancel();
  }
  return found;
}

function textOf(file: Source, encoding: string): ReadableStream<string> {
  const bytes = file.stream() as ReadableStream<BufferSource>;
  const plain = /\.gz$/i.test(file.name) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  return plain.pipeThrough(new TextDecoderStream(known(encoding)));
}

function known(encoding: string): string {
  try {
    // Python writes latin-1 and cp1252, the web latin1 and windows-1252.
    return new TextDecoder(encoding.toLowerCase().replace("latin-", "latin")).encoding;
  } catch {
    return "utf-8";
  }
}
