import type { TFunction } from "i18next";
import type { Formats } from "@/shared/format/formats";
import type { RunRequest } from "@/shared/runs/queries";
import { isAuction } from "../form/matters";
import { type Choices, nameIn } from "../words";

/** A parameter as people read it. */
export interface ParameterRow {
  name: string;
  value: string;
}

interface Words {
  t: TFunction<["runs", "common"]>;
  formats: Formats;
  choices: Choices;
  currency: string;
  priorityLists: { id: number; name: string }[];
}

type Group = "rules" | "money" | "computing";

/** All parameters that decided anything in a run, in words and with units. */
export function parameterRows(request: RunRequest, words: Words): Record<Group, ParameterRow[]> {
  return {
    rules: [...sharingRows(request, words), ...storageRows(request, words)],
    money: [...tariffRows(request, words), ...feeRows(request, words)],
    computing: computingRows(request, words),
  };
}

const given = (rows: (ParameterRow | false | null | undefined)[]) => rows.filter((row): row is ParameterRow => !!row);

function sharingRows(request: RunRequest, words: Words): ParameterRow[] {
  const { t, formats, choices } = words;
  const auction = isAuction(request.allocation);
  const sharing = request.allocation !== "none";
  const list = request.priority_list_id;
  const price = (value: number) => formats.price(value, words.currency);
  return given([
    request.preset != null && { name: t("form.preset"), value: request.preset },
    { name: t("form.allocation"), value: nameIn(choices.allocation, request.allocation) },
    request.allocation === "static_key" && {
      name: t("form.leftOver"),
      value: nameIn(choices.leftOver, request.left_over),
    },
    sharing && {
      name: t("form.pricing"),
      value: auction ? t("details.auctionPrice") : nameIn(choices.pricing, request.pricing),
    },
    sharing &&
      !auction &&
      request.pricing === "fixed" &&
      request.fixed_price_eur_per_kwh != null && {
        name: t("form.fixedPrice"),
        value: price(request.fixed_price_eur_per_kwh),
      },
    sharing &&
      request.compensation_eur_per_kwh != null && {
        name: t("form.compensation"),
        value: price(request.compensation_eur_per_kwh),
      },
    auction && { name: t("form.bid"), value: nameIn(choices.bid, request.bidding.strategy) },
    request.allocation === "uniform_price" && {
      name: t("form.priceRule"),
      value: nameIn(choices.priceRule, request.bidding.price_rule),
    },
    auction && { name: t("form.k"), value: formats.number(request.bidding.k, 3) },
    sharing &&
      request.price_floor_eur_per_kwh != null && {
        name: t("form.floor"),
        value: price(request.price_floor_eur_per_kwh),
      },
    sharing &&
      request.price_cap_eur_per_kwh != null && { name: t("form.cap"), value: price(request.price_cap_eur_per_kwh) },
    (auction || request.allocation === "greedy") && {
      name: t("form.minimumTrade"),
      value: formats.quantity(request.minimum_trade_kwh, "kWh", 3),
    },
    sharing &&
      request.rounding_decimals != null && {
        name: t("form.rounding"),
        value: formats.number(request.rounding_decimals),
      },
    list != null && {
      name: t("form.priorityList"),
      value: words.priorityLists.find((entry) => entry.id === list)?.name ?? `#${list}`,
    },
  ]);
}

function storageRows(request: RunRequest, { t, formats, choices, currency }: Words): ParameterRow[] {
  const { storage, storage_strategy: strategy } = request;
  const kw = (value: number) => formats.quantity(value, "kW", 2);
  const price = (value: number) => formats.price(value, currency);
  const byPrice = strategy === "time_of_use";
  const byPower = strategy === "peak_shaving";
  return given([
    { name: t("form.storage"), value: nameIn(choices.storage, strategy) },
    byPrice &&
      storage.charge_below_eur_per_kwh != null && {
        name: t("form.chargeBelow"),
        value: price(storage.charge_below_eur_per_kwh),
      },
    byPrice &&
      storage.discharge_above_eur_per_kwh != null && {
        name: t("form.dischargeAbove"),
        value: price(storage.discharge_above_eur_per_kwh),
      },
    byPower && storage.peak_limit_kw != null && { name: t("form.peakLimit"), value: kw(storage.peak_limit_kw) },
    byPower &&
      storage.recharge_below_kw != null && { name: t("form.rechargeBelow"), value: kw(storage.recharge_below_kw) },
    { name: t("form.charge"), value: nameIn(choices.charge, request.charge_strategy ?? "own") },
  ]);
}

function tariffRows(request: RunRequest, { t, formats, choices, currency }: Words): ParameterRow[] {
  const { tariff } = request;
  const price = (value: number) => formats.price(value, currency);
  const profile = (id: number) => t("details.profile", { id });
  const kind = { name: t("form.tariff"), value: nameIn(choices.tariff, tariff.kind) };
  if (tariff.kind === "series")
    return given([
      kind,
      { name: t("form.priceProfile"), value: profile(tariff.profile_id) },
      { name: t("form.factor"), value: formats.number(tariff.factor, 4) },
      { name: t("form.surcharge"), value: price(tariff.surcharge_eur_per_kwh) },
      tariff.feed_in_profile_id != null
        ? { name: t("form.feedInProfile"), value: profile(tariff.feed_in_profile_id) }
        : tariff.feed_in_eur_per_kwh != null && { name: t("form.feedIn"), value: price(tariff.feed_in_eur_per_kwh) },
    ]);
  const flat = tariff.kind === "flat";
  return given([
    kind,
    ...(tariff.kind === "time_of_use"
      ? tariff.periods.map((period) => ({
          name: `${period.from} – ${period.to}`,
          value: [
            price(period.retail_eur_per_kwh),
            period.weekdays ? period.weekdays.map((day) => t(`form.day.${day as "holiday"}`)).join(", ") : null,
          ]
            .filter(Boolean)
            .join(" · "),
        }))
      : []),
    { name: flat ? t("form.retail") : t("form.retailOther"), value: price(tariff.retail_eur_per_kwh) },
    { name: t("form.feedIn"), value: price(tariff.feed_in_eur_per_kwh) },
    tariff.kind === "time_of_use" &&
      tariff.holidays != null && {
        name: t("form.holidayCountry"),
        value: [tariff.holidays.country, tariff.holidays.subdivision].filter(Boolean).join("-"),
      },
  ]);
}

function feeRows(request: RunRequest, { t, formats, choices, currency }: Words): ParameterRow[] {
  const { fees, incentive, carbon } = request;
  const price = (value: number | null | undefined) => formats.price(value ?? 0, currency);
  const local = request.allocation !== "none" && request.pricing !== "upstream";
  return given([
    { name: t("form.gridFee"), value: price(fees.grid_fee_eur_per_kwh) },
    { name: t("form.taxes"), value: price(fees.taxes_eur_per_kwh) },
    local && { name: t("form.platformFee"), value: price(fees.platform_fee_eur_per_kwh) },
    local && { name: t("form.localGridFee"), value: price(fees.local_grid_fee_eur_per_kwh) },
    local &&
      fees.between_grid_fee_eur_per_kwh != null && {
        name: t("form.betweenGridFee"),
        value: price(fees.between_grid_fee_eur_per_kwh),
      },
    { name: t("form.incentive"), value: nameIn(choices.incentive, incentive?.kind ?? "none") },
    incentive?.kind === "fixed" && { name: t("form.incentiveAmount"), value: price(incentive.eur_per_kwh) },
    ...(incentive?.kind === "it_cer" ? italianRows(incentive, t, formats, currency) : []),
    incentive != null && { name: t("form.toSellers"), value: formats.percent(incentive.to_sellers) },
    carbon?.kg_per_kwh != null && { name: t("form.carbon"), value: `${formats.number(carbon.kg_per_kwh, 4)} kg/kWh` },
    carbon?.profile_id != null && {
      name: t("form.carbonProfile"),
      value: t("details.profile", { id: carbon.profile_id }),
    },
  ]);
}

type Italian = Extract<RunRequest["incentive"], { kind: "it_cer" }>;

function italianRows(incentive: Italian, t: Words["t"], formats: Formats, currency: string): ParameterRow[] {
  const zonal =
    incentive.zonal_price_profile_id != null
      ? { name: t("form.zonalProfile"), value: t("details.profile", { id: incentive.zonal_price_profile_id }) }
      : {
          name: t("form.zonalPrice"),
          value: `${formats.money(incentive.zonal_price_eur_per_mwh, currency)}/MWh`,
        };
  return [
    { name: t("form.plantClass"), value: t(`form.plant.${incentive.plant_class}`) },
    { name: t("form.region"), value: t(`form.regions.${incentive.region}`) },
    zonal,
    { name: t("form.refund"), value: formats.price(incentive.refund_eur_per_kwh, currency) },
  ];
}

function computingRows(request: RunRequest, { t, formats, choices }: Words): ParameterRow[] {
  const weather = request.temperature_profile_id;
  return given([
    { name: t("form.step"), value: t("form.minutes", { count: request.step_minutes }) },
    { name: t("form.detail"), value: nameIn(choices.detail, request.detail) },
    weather != null && { name: t("form.temperature"), value: t("details.profile", { id: weather }) },
    { name: t("form.network"), value: request.network_check ? t("details.on") : t("details.off") },
    request.network_check && { name: t("form.powerFactor"), value: formats.number(request.power_factor, 3) },
    { name: t("form.seed"), value: String(request.seed) },
  ]);
}
