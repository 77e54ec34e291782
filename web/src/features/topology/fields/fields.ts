/**
 * The fields of every kind of node: what the forms show and what is checked while typing. A test compares all of it with
 * the API's description, so the two can't drift apart.
 */
import type { DeviceKind, NodeKind } from "../document/types";
import type texts from "../locales/en.json";

export type FieldText = keyof (typeof texts)["field"];

interface Named {
  name: string;
  /** Its label and help text; its name unless two kinds mean different things by it. */
  text: FieldText;
  /** Shown on request only. */
  more?: true;
  /** Of one node alone: not offered when several are edited at once. */
  single?: true;
}
export interface NumberField extends Named {
  type: "number";
  /** "1" is a share, shown in percent; "price" is the community's currency per kWh. */
  unit: "kW" | "kWh" | "kWp" | "°" | "m" | "K" | "°C" | "kW/K" | "l" | "1" | "1/K" | "price" | "ratio";
  min?: number;
  max?: number;
  above?: number;
  below?: number;
  required?: true;
  /** What the service takes when nothing is given. Absent: nothing. */
  standard?: number;
}
export interface TextField extends Named {
  type: "text";
  required?: true;
}
export interface ChoiceField extends Named {
  type: "choice";
  options: readonly (keyof (typeof texts)["choice"])[];
  standard?: string;
}
export interface SpecialField extends Named {
  type: "flags" | "houseType" | "bus" | "timezone" | "currency" | "location" | "trips" | "levels";
}
/** Fields of which one at most is given. */
export interface EitherField extends Named {
  type: "either";
  options: readonly (NumberField | ChoiceField)[];
}
export type Field = NumberField | TextField | ChoiceField | SpecialField | EitherField;

export const MOST = 1e9;
type Extra = Partial<Omit<NumberField, "type" | "name" | "unit">>;

const number = (name: FieldText, unit: NumberField["unit"], extra: Extra = {}): NumberField => ({
  type: "number",
  name,
  text: name,
  unit,
  ...extra,
});
/** Not below zero. */
const amount = (name: FieldText, unit: NumberField["unit"], extra: Extra = {}) =>
  number(name, unit, { min: 0, max: MOST, ...extra });
const share = (name: FieldText, extra: Extra = {}) => number(name, "1", { min: 0, max: 1, ...extra });
const price = (name: FieldText, extra: Extra = {}) => number(name, "price", { min: -MOST, max: MOST, ...extra });
const text = (name: FieldText, extra: Partial<TextField> = {}): TextField => ({
  type: "text",
  name,
  text: name,
  ...extra,
});
const special = (name: FieldText, type: SpecialField["type"], extra: Partial<SpecialField> = {}): SpecialField => ({
  type,
  name,
  text: name,
  ...extra,
});

const REQUIRED = { required: true } as const;
const MORE = { more: true } as const;

export const GRID_FIELDS: Field[] = [
  text("name", { required: true, single: true }),
  special("timezone", "timezone"),
  special("currency", "currency"),
  amount("import_limit_kw", "kW"),
  amount("export_limit_kw", "kW"),
  special("location", "location"),
];

export const TRANSFORMER_FIELDS: Field[] = [
  text("name", { required: true, single: true }),
  amount("capacity_kw", "kW", { text: "transformer_capacity_kw" }),
];

export const HOUSE_FIELDS: Field[] = [
  text("name", { required: true, single: true }),
  special("house_type", "houseType"),
  special("flags", "flags"),
  text("owner"),
  special("bus", "bus"),
  price("min_sell_price", MORE),
  price("max_buy_price", MORE),
  share("sharing_key", MORE),
];

const DEVICE_NAME = text("name", { text: "device_name", single: true });
const INVERTER = amount("inverter_kw", "kW");
const STORAGE: Field[] = [
  number("capacity_kwh", "kWh", { above: 0, max: MOST, required: true }),
  amount("max_charge_kw", "kW", REQUIRED),
];
const STORAGE_DETAILS: Field[] = [
  share("min_soc", { standard: 0, ...MORE }),
  share("max_soc", { standard: 1, ...MORE }),
  share("initial_soc", MORE),
  number("charge_efficiency", "1", { above: 0, max: 1, standard: 0.95, ...MORE }),
  number("discharge_efficiency", "1", { above: 0, max: 1, standard: 0.95, ...MORE }),
  number("self_discharge_per_day", "1", { min: 0, below: 1, standard: 0, ...MORE }),
  { ...INVERTER, text: "storage_inverter_kw", more: true },
];
const HEAT_STORE: Field[] = [
  {
    type: "either",
    name: "store",
    text: "store",
    options: [amount("store_litres", "l"), amount("store_kwh", "kWh")],
  },
  number("store_delta_k", "K", { above: 0, max: MOST, standard: 10, ...MORE }),
  number("store_loss_per_day", "1", { min: 0, below: 1, standard: 0, ...MORE }),
  share("initial_store", { standard: 0, ...MORE }),
];
const HEAT_NEED: Field[] = [
  amount("heat_loss_kw_per_k", "kW/K"),
  number("heating_limit_c", "°C", { min: -50, max: 50, standard: 15, ...MORE }),
];
const POWER = amount("max_power_kw", "kW", REQUIRED);
const carnot = number("carnot_fraction", "1", { above: 0, max: 1 });

export const DEVICE_FIELDS: Record<DeviceKind, Field[]> = {
  solar_panel: [
    DEVICE_NAME,
    amount("capacity_kwp", "kWp", REQUIRED),
    INVERTER,
    number("tilt_deg", "°", { min: 0, max: 90, ...MORE }),
    number("azimuth_deg", "°", { min: 0, below: 360, ...MORE }),
  ],
  wind_turbine: [
    DEVICE_NAME,
    amount("capacity_kw", "kW", REQUIRED),
    INVERTER,
    number("hub_height_m", "m", { above: 0, max: 500, ...MORE }),
  ],
  generator: [DEVICE_NAME, amount("capacity_kw", "kW", REQUIRED), amount("fuel_cost_per_kwh", "price")],
  battery: [DEVICE_NAME, ...STORAGE, amount("max_discharge_kw", "kW", REQUIRED), ...STORAGE_DETAILS],
  electric_vehicle: [
    DEVICE_NAME,
    ...STORAGE,
    amount("max_discharge_kw", "kW", { text: "car_discharge_kw", standard: 0 }),
    {
      type: "choice",
      name: "charge_strategy",
      text: "charge_strategy",
      options: ["on_arrival", "solar_surplus", "cheapest_hours", "by_departure"],
      standard: "on_arrival",
    },
    special("schedule", "trips"),
    share("target_soc", MORE),
    special("power_levels_kw", "levels", MORE),
    ...STORAGE_DETAILS,
  ],
  heat_pump: [
    DEVICE_NAME,
    POWER,
    {
      type: "either",
      name: "curve",
      text: "curve",
      options: [
        { type: "choice", name: "cop_model", text: "cop_model", options: ["air", "ground", "water"] },
        number("cop", "ratio", { above: 0, max: 20 }),
        carnot,
      ],
    },
    ...HEAT_NEED,
    ...HEAT_STORE,
    number("supply_temperature_c", "°C", { min: 10, max: 90, standard: 45, ...MORE }),
    number("source_temperature_c", "°C", { min: -50, max: 60, ...MORE }),
  ],
  heater: [DEVICE_NAME, POWER, ...HEAT_NEED, ...HEAT_STORE],
  air_conditioner: [
    DEVICE_NAME,
    POWER,
    {
      type: "either",
      name: "cooling",
      text: "cooling",
      options: [number("eer", "ratio", { above: 0, max: 30 }), { ...carnot, text: "cooling_carnot_fraction" }],
    },
    amount("cooling_gain_kw_per_k", "kW/K"),
    ...HEAT_STORE,
    number("cooling_limit_c", "°C", { min: -50, max: 60, standard: 24, ...MORE }),
    number("eer_slope_per_k", "1/K", { min: 0, max: 5, standard: 0, ...MORE }),
    number("indoor_temperature_c", "°C", { min: 5, max: 40, standard: 24, ...MORE }),
  ],
};

/** The number and choice fields among some fields, those inside "either" too. */
export function plainFields(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => (field.type === "either" ? [...field.options] : [field]));
}

/** The field of a kind of node, if it has one of that name. */
export function fieldNamed(kind: NodeKind, device: DeviceKind | undefined, name: string): Field | undefined {
  const fields =
    kind === "grid"
      ? GRID_FIELDS
      : kind === "transformer"
        ? TRANSFORMER_FIELDS
        : kind === "house"
          ? HOUSE_FIELDS
          : device
            ? DEVICE_FIELDS[device]
            : [];
  return plainFields(fields).find((field) => field.name === name);
}
