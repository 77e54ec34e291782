import { describe, expect, it } from "vitest";
import { describeExample, firstParagraph, inOrderOf, plainText, reflowed } from "./exampleIndex";

const README = `# Ten homes

Ten metered homes, one year,
94.2 MWh of load. Licence and citation: [LICENCE.md](LICENCE.md).

## From the data

More.`;

describe("firstParagraph", () => {
  it("is one line without the pointer to the licence", () => {
    expect(firstParagraph(README)).toBe("Ten metered homes, one year, 94.2 MWh of load.");
  });
});

describe("plainText", () => {
  it("takes Markdown's marks away", () => {
    expect(plainText("# Licence\n\n> `a.json` is **free**, see [there](x.md).")).toBe(
      "Licence\n\na.json is free, see there.",
    );
  });
});

describe("reflowed", () => {
  it("keeps paragraphs and list items apart", () => {
    expect(reflowed("One\ntwo.\n\n- three\n  four\n- five")).toBe("One two.\n\n- three four\n- five");
  });
});

describe("inOrderOf", () => {
  it("follows the README, then the alphabet", () => {
    expect(inOrderOf("| [`rural`](…) | [`homes`](…)", ["zoo", "homes", "farm", "rural"])).toEqual([
      "rural",
      "homes",
      "farm",
      "zoo",
    ]);
  });
});

describe("describeExample", () => {
  it("counts what is in the files", () => {
    const found = describeExample("homes", {
      community: {
        name: "Homes",
        timezone: "America/Los_Angeles",
        currency: "USD",
        transformers: [
          { houses: [{ devices: [{ kind: "battery" }, { kind: "solar_panel" }] }, {}] },
          { houses: [{ devices: [{ kind: "solar_panel" }] }] },
        ],
      },
      mapping: { series: [1, 2] },
      assignments: [1, 2, 3],
      run: { start: "2016-08-01T06:00:00Z", end: "2017-08-01T06:00:00Z", step_minutes: 60 },
      readme: README,
      licence: "# Licence\n\nMIT",
      profilesBytes: 432385,
    });
    expect(found).toMatchObject({
      title: "Homes",
      transformers: 2,
      houses: 3,
      devices: [
        ["solar_panel", 2],
        ["battery", 1],
      ],
      series: 2,
      assignments: 3,
      profiles_bytes: 432385,
      licence: "Licence\n\nMIT",
    });
  });
});
