import { describe, expect, test } from "vitest";
import { balanceOfGroup, balanceOfHouse, type Measures, residual } from "./balance";

type Step = Partial<Record<keyof Measures, number>>;
const NAMES = [
  "load",
  "generation",
  "storage",
  "sharedLocal",
  "sharedGrid",
  "grid",
  "curtailed",
  "unserved",
] as const satisfies (keyof Measures)[];

function measures(...steps: Step[]): Measures {
  return Object.fromEntries(NAMES.map((name) => [name, steps.map((step) => step[name] ?? 0)])) as unknown as Measures;
}

function of(parts: Record<string, Float64Array>, step = 0): Record<string, number> {
  const all = Object.entries(parts).map(([name, values]) => [name, values[step] ?? 0] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== 0));
}

describe("a house", () => {
  test("at noon: uses, charges, sells, exports; the inverter's rest is curtailed", () => {
    const step = { load: 1, generation: 8, storage: 2, sharedLocal: -1.5, sharedGrid: -0.5, grid: -2, curtailed: 1 };
    const { supply, use } = balanceOfHouse(measures(step));
    expect(of(supply)).toEqual({ ownUse: 1 });
    expect(of(use)).toEqual({ ownUse: 1, storage: 2, shared: 2, export: 2, curtailed: 1 });
  });

  test("in the evening: battery, neighbours at both kinds of transformer, supplier, and a part that nobody serves", () => {
    const step = { load: 10, generation: 1, storage: -3, sharedLocal: 2, sharedGrid: 1, grid: 2.5, unserved: 0.5 };
    const { supply, use } = balanceOfHouse(measures(step));
    expect(of(supply)).toEqual({ ownUse: 1, storage: 3, shared: 3, import: 2.5, unserved: 0.5 });
    expect(of(use)).toEqual({ ownUse: 1 });
  });

  test("what a car charges from the supplier does not count as load", () => {
    const { supply } = balanceOfHouse(measures({ load: 1, storage: 7, grid: 8 }));
    expect(of(supply)).toEqual({ import: 1 });
  });

  test("what a battery sells is no use of the generation", () => {
    const step = { load: 1, generation: 2, storage: -3, sharedLocal: -4 };
    const { supply, use } = balanceOfHouse(measures(step));
    expect(of(supply)).toEqual({ ownUse: 1 });
    expect(of(use)).toEqual({ ownUse: 1, shared: 1 });
  });

  test("with energies of any size as they are stored, the parts add up within a millionth", () => {
    const random = generator(7);
    const steps = Array.from({ length: 2000 }, () => storedStep(random));
    const stored = measures(...steps);
    const { supply, use } = balanceOfHouse(stored);
    const worst = Math.max(residual(supply, stored.load), residual(use, stored.generation));
    expect(worst, `largest residual ${worst}`).toBeLessThan(1e-6);
    expect(worst).toBeGreaterThan(0);
  });
});

/** A balanced step of a house in float32, as the engine stores it. */
function storedStep(random: () => number): Step {
  const load = 20 * random();
  const generation = random() < 0.5 ? 0 : 25 * random();
  const net = load - generation;
  const [battery, traded, outside] = [random(), random(), random()];
  const storage = -net * battery;
  const sharedLocal = net * (1 - battery) * traded;
  const left = net * (1 - battery) * (1 - traded);
  const lost = Math.abs(left) * outside;
  const step = {
    load,
    generation,
    storage,
    sharedLocal,
    grid: left - Math.sign(left) * lost,
    unserved: net > 0 ? lost : 0,
    curtailed: net < 0 ? lost : 0,
  };
  return Object.fromEntries(Object.entries(step).map(([name, value]) => [name, Math.fround(value)]));
}

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe("a transformer or the grid", () => {
  const sums = (parts: Record<string, Float64Array>) =>
    Object.values(parts).reduce((total, part) => total + part.reduce((sum, value) => sum + value, 0), 0);

  test("without trading batteries each step is exact", () => {
    const noon = { load: 10, generation: 18, storage: 3, sharedLocal: 6, grid: -5 };
    const dusk = { load: 12, generation: 3, storage: -4, sharedLocal: 1, grid: 5 };
    const day = { first: 0, last: 2, ownUseKwh: 4 + 2 };
    const { supply, use } = balanceOfGroup(measures(noon, dusk), [day], 1, false);
    expect(of(supply)).toEqual({ ownUse: 4, shared: 6 });
    expect(of(supply, 1)).toEqual({ ownUse: 2, shared: 1, storage: 4, import: 5 });
    expect(of(use)).toEqual({ ownUse: 4, shared: 6, storage: 3, export: 5 });
    expect(of(use, 1)).toEqual({ ownUse: 2, shared: 1 });
  });

  test("what meets without a contract is shared, not own use", () => {
    const step = { load: 10, generation: 10 };
    const { supply } = balanceOfGroup(measures(step), [{ first: 0, last: 1, ownUseKwh: 7 }], 1, false);
    expect(of(supply)).toEqual({ ownUse: 7, shared: 3 });
  });

  test("with trading batteries own use adds up to the day's, and each step stays within its bounds", () => {
    const charging = { load: 10, generation: 18, storage: 8, sharedLocal: 12 };
    const discharging = { load: 10, generation: 2, storage: -5, sharedLocal: 4, grid: 3 };
    const day = { first: 0, last: 8, ownUseKwh: 3.5 };
    const steps = Array.from({ length: 8 }, (_, step) => (step < 4 ? charging : discharging));
    const { supply, use } = balanceOfGroup(measures(...steps), [day], 0.25, true);
    expect(supply.ownUse.reduce((sum, value) => sum + value, 0) * 0.25).toBeCloseTo(3.5, 12);
    for (let step = 0; step < 8; step += 1) {
      expect(supply.shared[step]).toBeLessThanOrEqual(Math.min(steps[step]?.sharedLocal ?? 0, 10));
      expect(supply.ownUse[step]).toBeGreaterThanOrEqual(0);
    }
    expect(of(use)).toMatchObject({ storage: 8 });
    expect(sums(supply)).toBeCloseTo(80, 12);
    expect(sums(use)).toBeCloseTo(4 * 18 + 4 * 2, 12);
  });

  test("while a car charges from the supplier, another house's own use stays what it was", () => {
    const step = { load: 4, generation: 3, storage: 8, grid: 9 };
    const { supply, use } = balanceOfGroup(measures(step), [{ first: 0, last: 1, ownUseKwh: 2 }], 1, false);
    expect(of(supply)).toEqual({ ownUse: 2, import: 2 });
    expect(of(use)).toEqual({ ownUse: 2, storage: 1 });
  });

  test("own use that the net flows hide is at the most everything that was used directly", () => {
    const { supply } = balanceOfGroup(
      measures({ load: 4, generation: 4 }),
      [{ first: 0, last: 1, ownUseKwh: 9 }],
      1,
      false,
    );
    expect(of(supply)).toEqual({ ownUse: 4 });
  });
});
