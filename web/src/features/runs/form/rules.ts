import { z } from "zod";
import type { Facts } from "./facts";
import { type Matters, mattersOf } from "./matters";
import { isInside, spanOf } from "./period";
import type { RunForm } from "./values";

/** Names of texts under `form.problem`; what the service would refuse is said here first, in the reader's language. */
export type Problem =
  | "required"
  | "negative"
  | "part"
  | "period"
  | "outside"
  | "floorAboveCap"
  | "chargeAboveDischarge"
  | "rechargeAbovePeak"
  | "onePrice"
  | "noLength"
  | "insideStep"
  | "noPeriods"
  | "notWhole";

type Place = (string | number)[];
type Report = (path: Place, problem: Problem) => void;

/** The form's rules as a schema for its resolver; problems carry their name as message. */
export function schemaFor(facts: Facts | undefined) {
  return z.custom<RunForm>().superRefine((values, context) => {
    findings(values, facts, (path, message) => context.addIssue({ code: "custom", path, message }));
  });
}

/** Paths of all entries with a problem, and the problem. */
export function problemsOf(values: RunForm, facts: Facts | undefined): Record<string, Problem> {
  const found: Record<string, Problem> = {};
  findings(values, facts, (path, problem) => {
    found[path.join(".")] ??= problem;
  });
  return found;
}

function findings(values: RunForm, facts: Facts | undefined, report: Report): void {
  if (values.grid_id === null) report(["grid_id"], "required");
  const matters = mattersOf(values, facts);
  if (facts) checkPeriod(values, facts, report);
  checkPrices(values, matters, report);
  checkStorage(values, matters, report);
  checkTariff(values, report);
  for (const [name, value] of Object.entries(values.fees)) atLeastZero(["fees", name], value, report);
  if (matters.sharing) checkIncentive(values.incentive, report);
  checkCarbon(values.carbon, report);
  if (values.allocation === "priority" && values.priority_list_id === null) report(["priority_list_id"], "required");
  if (matters.network && values.network_check) {
    const factor = values.power_factor;
    if (factor === "") report(["power_factor"], "required");
    else if (factor <= 0 || factor > 1) report(["power_factor"], "part");
  }
  for (const name of ["rounding_decimals", "seed", "shards"] as const) {
    const value = values[name];
    if (value !== "" && !Number.isSafeInteger(value)) report([name], "notWhole");
  }
}

function checkPeriod(values: RunForm, facts: Facts, report: Report): void {
  const span = spanOf(values.period, facts.common, facts.timezone, values.step_minutes);
  if (span === null) report(["period"], "period");
  else if (facts.common !== null && !isInside(span, facts.common)) report(["period"], "outside");
}

function checkPrices(values: RunForm, matters: Matters, report: Report): void {
  if (matters.fixedPrice) needed(["fixed_price_eur_per_kwh"], values.fixed_price_eur_per_kwh, report);
  if (matters.compensation) atLeastZero(["compensation_eur_per_kwh"], values.compensation_eur_per_kwh, report);
  if (matters.minimumTrade) atLeastZero(["minimum_trade_kwh"], values.minimum_trade_kwh, report);
  if (matters.k) share(["bidding", "k"], values.bidding.k, report);
  if (!matters.priceBounds) return;
  const { price_floor_eur_per_kwh: floor, price_cap_eur_per_kwh: cap } = values;
  atLeastZero(["price_floor_eur_per_kwh"], floor, report);
  atLeastZero(["price_cap_eur_per_kwh"], cap, report);
  if (floor !== "" && cap !== "" && floor > cap) report(["price_floor_eur_per_kwh"], "floorAboveCap");
}

function checkStorage({ storage }: RunForm, matters: Matters, report: Report): void {
  if (matters.storagePrices) {
    const { charge_below_eur_per_kwh: low, discharge_above_eur_per_kwh: high } = storage;
    if (low === "" && high === "") report(["storage", "charge_below_eur_per_kwh"], "onePrice");
    if (low !== "" && high !== "" && low > high)
      report(["storage", "charge_below_eur_per_kwh"], "chargeAboveDischarge");
  }
  if (!matters.storagePowers) return;
  const { peak_limit_kw: limit, recharge_below_kw: recharge } = storage;
  needed(["storage", "peak_limit_kw"], limit, report);
  atLeastZero(["storage", "recharge_below_kw"], recharge, report);
  if (limit !== "" && recharge !== "" && recharge > limit)
    report(["storage", "recharge_below_kw"], "rechargeAbovePeak");
}

function checkTariff({ tariff, step_minutes }: RunForm, report: Report): void {
  if (tariff.kind === "series") {
    if (tariff.profile_id === null) report(["tariff", "profile_id"], "required");
    needed(["tariff", "factor"], tariff.factor, report);
    if (tariff.surcharge_eur_per_kwh === "") report(["tariff", "surcharge_eur_per_kwh"], "required");
    if (tariff.feed_in_from === "profile" && tariff.feed_in_profile_id === null)
      report(["tariff", "feed_in_profile_id"], "required");
    if (tariff.feed_in_from === "number" && tariff.feed_in_eur_per_kwh === "")
      report(["tariff", "feed_in_eur_per_kwh"], "required");
    return;
  }
  needed(["tariff", "retail_eur_per_kwh"], tariff.retail_eur_per_kwh, report);
  needed(["tariff", "feed_in_eur_per_kwh"], tariff.feed_in_eur_per_kwh, report);
  if (tariff.kind === "flat") return;
  if (tariff.periods.length === 0) report(["tariff", "periods"], "noPeriods");
  tariff.periods.forEach((period, index) => {
    const place = ["tariff", "periods", index];
    for (const end of ["from", "to"] as const) {
      if (period[end] === "") report([...place, end], "required");
      else if (minuteOf(period[end]) % step_minutes !== 0) report([...place, end], "insideStep");
    }
    if (period.from !== "" && period.from === period.to) report([...place, "to"], "noLength");
    needed([...place, "retail_eur_per_kwh"], period.retail_eur_per_kwh, report);
  });
}

function checkIncentive(incentive: RunForm["incentive"], report: Report): void {
  if (incentive.kind === "none") return;
  share(["incentive", "to_sellers"], incentive.to_sellers, report);
  if (incentive.kind === "fixed") {
    needed(["incentive", "eur_per_kwh"], incentive.eur_per_kwh, report);
    return;
  }
  needed(["incentive", "refund_eur_per_kwh"], incentive.refund_eur_per_kwh, report);
  if (incentive.zonal_price_from === "profile") {
    if (incentive.zonal_price_profile_id === null) report(["incentive", "zonal_price_profile_id"], "required");
  } else if (incentive.zonal_price_eur_per_mwh === "") report(["incentive", "zonal_price_eur_per_mwh"], "required");
}

function checkCarbon(carbon: RunForm["carbon"], report: Report): void {
  if (carbon.from === "number") needed(["carbon", "kg_per_kwh"], carbon.kg_per_kwh, report);
  if (carbon.from === "profile" && carbon.profile_id === null) report(["carbon", "profile_id"], "required");
}

function needed(path: Place, value: number | "", report: Report): void {
  if (value === "") report(path, "required");
  else atLeastZero(path, value, report);
}

function atLeastZero(path: Place, value: number | "", report: Report): void {
  if (value !== "" && !(value >= 0)) report(path, "negative");
}

function share(path: Place, value: number | "", report: Report): void {
  if (value === "") report(path, "required");
  else if (!(value >= 0 && value <= 1)) report(path, "part");
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
