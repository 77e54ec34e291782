import { describe, expect, it } from "vitest";
import { type EnergyFlows, type EnergyNode, energyFlows, type StorageStrategy } from "./energy";

/** A period made from flows that are known, so that what the sums are read to mean can be compared with them. */
function madeOf(flows: Partial<Record<keyof typeof NOTHING, number>>) {
  const f = { ...NOTHING, ...flows };
  return {
    load_kwh: f.own + f.sharedToLoad + f.storageToOwnLoad + f.importToLoad + f.unserved + f.storageSoldToLoad,
    generation_kwh: f.own + f.sharedToLoad + f.roofToOwnStorage + f.roofToNeighbourStorage + f.exported + f.curtailed,
    own_use_kwh: f.own,
    charge_kwh: f.roofToOwnStorage + f.roofToNeighbourStorage + f.importToStorage,
    discharge_kwh: f.storageToOwnLoad + f.storageSoldToLoad + f.storageToExport,
    storage_loss_kwh: f.loss,
    driven_kwh: f.driven,
    imported_kwh: f.importToLoad + f.importToStorage,
    exported_kwh: f.exported + f.storageToExport,
    curtailed_kwh: f.curtailed,
    unserved_kwh: f.unserved,
    bought_local_kwh: f.sharedToLoad + f.roofToNeighbourStorage + f.storageSoldToLoad,
    bought_grid_kwh: 0,
  };
}
const NOTHING = {
  own: 0,
  sharedToLoad: 0,
  storageToOwnLoad: 0,
  storageSoldToLoad: 0,
  storageToExport: 0,
  roofToOwnStorage: 0,
  roofToNeighbourStorage: 0,
  importToLoad: 0,
  importToStorage: 0,
  exported: 0,
  curtailed: 0,
  unserved: 0,
  driven: 0,
  loss: 0,
};

const link = (found: EnergyFlows, from: EnergyNode, to: EnergyNode) =>
  found.links.find((candidate) => candidate.from === from && candidate.to === to)?.kwh ?? 0;
const sum = (parts: Record<string, number>) => Object.values(parts).reduce((a, b) => a + b, 0);

describe("energyFlows", () => {
  it("reads a community without storage exactly", () => {
    const found = energyFlows(madeOf({ own: 20, sharedToLoad: 30, importToLoad: 50, exported: 7 }), "none");
    expect(link(found, "generation", "shared")).toBe(30);
    expect(link(found, "import", "load")).toBe(50);
    expect(link(found, "generation", "export")).toBe(7);
    expect(found.isDivided).toBe(false);
    expect(found.residualKwh).toBeLessThan(1e-9);
  });

  it("tells what neighbours' batteries exchanged under community storage", () => {
    const flows = { own: 20, sharedToLoad: 88, roofToOwnStorage: 3, roofToNeighbourStorage: 9, storageToOwnLoad: 4 };
    const found = energyFlows(madeOf({ ...flows, storageSoldToLoad: 6, importToLoad: 400, loss: 1 }), "community");
    expect(link(found, "generation", "shared")).toBeCloseTo(88, 9);
    expect(link(found, "generation", "storage")).toBeCloseTo(12, 9);
    expect(link(found, "storage", "load")).toBeCloseTo(10, 9);
    expect(link(found, "storage", "loss")).toBe(1);
    expect(link(found, "storage", "kept")).toBeCloseTo(1, 9);
    expect(found.tradedByStorageKwh).toBeCloseTo(15, 9);
    expect(found.isDivided).toBe(false);
    expect(found.residualKwh).toBeLessThan(1e-9);
  });

  it("shows what was stored before the period began as a source", () => {
    const found = energyFlows(madeOf({ own: 5, storageToOwnLoad: 4, importToLoad: 1, loss: 1 }), "self_consumption");
    expect(link(found, "before", "storage")).toBe(5);
    expect(found.residualKwh).toBeLessThan(1e-9);
  });

  it("knows import into batteries where nobody sold anything", () => {
    const flows = { own: 10, roofToOwnStorage: 2, importToStorage: 8, storageToOwnLoad: 9, importToLoad: 40, loss: 1 };
    const found = energyFlows(madeOf(flows), "time_of_use");
    expect(link(found, "import", "storage")).toBeCloseTo(8, 9);
    expect(link(found, "generation", "storage")).toBeCloseTo(2, 9);
    expect(found.isDivided).toBe(false);
  });

  it("divides and says so where batteries charged from neighbours and supplier", () => {
    const flows = { own: 10, sharedToLoad: 30, importToStorage: 8, storageToOwnLoad: 8, importToLoad: 40 };
    const found = energyFlows(madeOf(flows), "peak_shaving");
    expect(found.isDivided).toBe(true);
    expect(found.residualKwh).toBeLessThan(1e-9);
  });

  it.each<StorageStrategy>(["none", "self_consumption", "community", "time_of_use", "peak_shaving", "scheduled"])(
    "adds up to load and generation under %s, whatever the flows were",
    (strategy) => {
      const feedsOut = strategy === "scheduled";
      const exchanges = strategy === "community";
      for (let seed = 1; seed <= 50; seed++) {
        const random = (scale: number) => scale * Math.abs(Math.sin(seed * 12.9898 + scale * 78.233));
        const flows = {
          own: random(20),
          sharedToLoad: random(31),
          storageToOwnLoad: random(7),
          storageSoldToLoad: exchanges || feedsOut ? random(5) : 0,
          storageToExport: feedsOut ? random(3) : 0,
          roofToOwnStorage: random(11),
          roofToNeighbourStorage: exchanges ? random(6) : 0,
          importToLoad: random(97),
          importToStorage: exchanges ? 0 : random(4),
          exported: random(13),
          curtailed: random(2),
          unserved: random(1),
        };
        const found = energyFlows(madeOf(flows), strategy);
        expect(sum(found.supply)).toBeCloseTo(found.loadKwh, 9);
        expect(sum(found.use)).toBeCloseTo(found.generationKwh, 9);
        expect(found.residualKwh).toBeLessThan(1e-9);
      }
    },
  );

  it("tells of sums that contradict each other", () => {
    const sums = { ...madeOf({ own: 20, importToLoad: 50 }), load_kwh: 90 };
    expect(energyFlows(sums, "none").residualKwh).toBeCloseTo(20, 9);
  });
});
