// jsdom's files have no streams; Node's have.
import { Blob, File } from "node:buffer";
import { describe, expect, it } from "vitest";
import { linesOf } from "./lines";

const text = ["time;kW", "01.01.2027 00:00;1,5", "01.01.2027 00:15;abc", "01.01.2027 00:30;2"].join("\r\n");

describe("lines of a file", () => {
  it("are found by number, without their ends", async () => {
    const file = new File([text], "a.csv");
    expect(await linesOf(file, [3, 4])).toEqual(
      new Map([
        [3, "01.01.2027 00:15;abc"],
        [4, "01.01.2027 00:30;2"],
      ]),
    );
  });

  it("are found in packed files", async () => {
    const packed = new Response(
      (new Blob([text]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new CompressionStream("gzip")),
    );
    const file = new File([await packed.arrayBuffer()], "a.csv.gz");
    expect((await linesOf(file, [2])).get(2)).toBe("01.01.2027 00:00;1,5");
  });

  it("are read in the file's encoding", async () => {
    const file = new File([Uint8Array.of(0x5a, 0xe4, 0x68, 0x0a)], "a.csv");
    expect((await linesOf(file, [1], "latin-1")).get(1)).toBe("Zäh");
  });

  it("are none of a Parquet file or beyond the end", async () => {
    expect((await linesOf(new File([text], "a.parquet"), [1])).size).toBe(0);
    expect((await linesOf(new File([text], "a.csv"), [9])).size).toBe(0);
  });
});
