import { ApiProblem } from "@/shared/api/problems";

/** What a service found wrong with a request: at fields of the form, and about what lies behind it. */
export interface Findings {
  fields: Record<string, string>;
  /** One line for many profiles or parts of the community that have the same problem. */
  inputs: { kind: "profiles" | "topology" | "other"; message: string; count: number; first: string }[];
}

const NONE: Findings = { fields: {}, inputs: [] };
const FORM_FIELDS =
  /^(grid_id|period|step_minutes|allocation|pricing|fixed_price|storage|charge_strategy|bidding|left_over|rounding_decimals|tariff|fees|incentive|compensation|price_|minimum_trade|carbon|temperature_profile_id|priority_list_id|network_check|power_factor|preset|seed|shards|detail|name|tags)/;

export function findingsOf(problem: unknown): Findings {
  if (!(problem instanceof ApiProblem) || problem.status !== 422) return NONE;
  const found: Findings = { fields: {}, inputs: [] };
  for (const { field = "", message } of problem.body.errors ?? []) {
    const path = formPath(field);
    if (FORM_FIELDS.test(path)) found.fields[path] = message;
    else addInput(found, path, message);
  }
  return found;
}

/** The service names the variant of a tariff or incentive (`tariff.flat.retail…`), the form does not. */
export function formPath(field: string): string {
  const path = field
    .replace(/^body\./, "")
    .replace(/^(tariff|incentive)\.(flat|time_of_use|series|fixed|it_cer)(\.|$)/, "$1$3");
  if (path === "start" || path === "end") return "period";
  if (path === "storage") return "storage.charge_below_eur_per_kwh";
  if (path === "carbon") return "carbon.kg_per_kwh";
  return path;
}

function addInput(found: Findings, path: string, message: string): void {
  const kind = path.startsWith("profiles") ? "profiles" : path.startsWith("topology") ? "topology" : "other";
  const same = found.inputs.find((input) => input.kind === kind && input.message === message);
  if (same) same.count += 1;
  else found.inputs.push({ kind, message, count: 1, first: path });
}
