#!/usr/bin/env python3
"""Make the small example with every kind of device from published loads, weather and prices.

    convert_all_devices.py <folder with households_fontana, weather_potsdam_2019, price_dayahead_2019> <output folder>

Writes community.json, profiles.csv.gz, mapping.json and assignments.json; the same input gives the same bytes. What is
decided here (and not by the sources) is said in the README of the output folder. Standard library only.
"""

import argparse
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from convert_simbench import read, write_gzip, write_json, write_lines

Device = dict[str, Any]
ZONE = ZoneInfo("Europe/Berlin")
YEAR = 2019
# Whole weeks, so that working days stay working days: the metered year is August 2016 to July 2017.
SHIFTS = (timedelta(weeks=104), timedelta(weeks=156))
LOADS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")
WORKDAYS, WEEKEND = [0, 1, 2, 3, 4], [5, 6]
# Losses of cables, inverter and dirt; loss of power per kelvin; warming of the panels by the sun, K per W/m².
PERFORMANCE, PER_KELVIN, WARMING = 0.86, 0.004, 0.03
# The turbine's hub is higher than the 10 m of the weather data (wind grows with the power 0.2 of the height).
HUB = (20 / 10) ** 0.2
CUT_IN, RATED, CUT_OUT = 3.0, 11.0, 25.0


def panel(kwp: float, inverter_kw: float) -> Device:
    return {"kind": "solar_panel", "capacity_kwp": kwp, "inverter_kw": inverter_kw, "tilt_deg": 0}


def battery(kwh: float, kw: float, **more: Any) -> Device:
    return {
        "kind": "battery",
        "capacity_kwh": kwh,
        "max_charge_kw": kw,
        "max_discharge_kw": kw,
        "min_soc": 0.05,
        **more,
    }


def car(strategy: str, schedule: list[Device], **more: Any) -> Device:
    return {
        "kind": "electric_vehicle",
        "capacity_kwh": 52,
        "max_charge_kw": 11,
        "min_soc": 0.1,
        "initial_soc": 0.6,
        "charge_strategy": strategy,
        "schedule": schedule,
        **more,
    }


def trip(days: list[int], departs: str, returns: str, kwh: float) -> Device:
    return {"weekdays": days, "departs": departs, "returns": returns, "energy_kwh": kwh}


# Name, flags and devices of each house, by transformer.
HOUSES: dict[str, list[tuple[str, list[str], list[Device]]]] = {
    "South": [
        ("Sun and battery", ["prosumer"], [panel(8, 6), battery(10, 5)]),
        (
            "Commuters",
            ["prosumer"],
            [
                panel(5, 5),
                car(
                    "by_departure",
                    [trip(WORKDAYS, "07:15", "17:30", 9), trip([5], "10:00", "13:30", 6)],
                    target_soc=0.8,
                    power_levels_kw=[3.7, 7.4, 11],
                ),
            ],
        ),
        (
            "Heat pump",
            ["prosumer"],
            [
                panel(10, 8),
                {
                    "kind": "heat_pump",
                    "max_power_kw": 3,
                    "cop_model": "air",
                    "supply_temperature_c": 40,
                    "heat_loss_kw_per_k": 0.22,
                    "store_litres": 500,
                    "store_loss_per_day": 0.08,
                },
                {"kind": "heater", "max_power_kw": 4},
            ],
        ),
        ("Flat", ["medical"], []),
    ],
    "North": [
        (
            "Car as battery",
            ["prosumer"],
            [
                panel(6, 5),
                car("solar_surplus", [trip(WEEKEND, "09:30", "18:00", 12)], max_discharge_kw=7, target_soc=0.7),
            ],
        ),
        (
            "Wind and workshop",
            ["prosumer"],
            [
                {"kind": "wind_turbine", "capacity_kw": 10, "inverter_kw": 9, "hub_height_m": 20},
                {"kind": "generator", "capacity_kw": 5, "fuel_cost_per_kwh": 0.34},
                car("cheapest_hours", [trip(WORKDAYS, "08:00", "12:00", 5), trip(WORKDAYS, "13:00", "16:00", 5)]),
            ],
        ),
        (
            "Shop",
            ["prosumer"],
            [
                panel(12, 10),
                battery(12, 6, inverter_kw=5),
                {
                    "kind": "air_conditioner",
                    "max_power_kw": 3,
                    "eer": 3.2,
                    "eer_slope_per_k": 0.08,
                    "cooling_gain_kw_per_k": 0.6,
                    "cooling_limit_c": 22,
                    "store_kwh": 6,
                },
            ],
        ),
    ],
}
CAPACITY_KW = {"South": 30.0, "North": 30.0}


def community() -> dict[str, Any]:
    """The document in the form hygge-community/1."""
    transformers = [
        {
            "id": name,
            "name": name,
            "capacity_kw": CAPACITY_KW[name],
            "houses": [
                {"id": title, "name": title, "flags": flags, "devices": devices} for title, flags, devices in houses
            ],
        }
        for name, houses in HOUSES.items()
    ]
    return {
        "format": "hygge-community/1",
        "name": "All devices",
        "timezone": ZONE.key,
        "currency": "EUR",
        "location": {"latitude": 52.41, "longitude": 13.06},
        "transformers": transformers,
        "priority_lists": [{"id": "care", "name": "Care first", "configuration": [{"flags": ["medical"]}]}],
    }


def hours() -> list[datetime]:
    """The hours of the year by the local clock, in UTC."""
    first, last = (datetime(year, 1, 1, tzinfo=ZONE).astimezone(UTC) for year in (YEAR, YEAR + 1))
    return [first + timedelta(hours=number) for number in range(int((last - first).total_seconds()) // 3600)]


def loads(folder: Path) -> dict[str, dict[datetime, str]]:
    """kWh of each home by local clock time of the metered year."""
    found: dict[str, dict[datetime, str]] = {}
    for row in read(folder / "households_fontana", "load_pv_hourly.csv.gz"):
        stamp = datetime.fromisoformat(row["timestamp_local"])
        for name in LOADS:
            found.setdefault(name, {})[stamp] = row[f"{name}_load_kwh"]
    return found


def load_at(metered: dict[datetime, str], hour: datetime) -> str:
    """The load of the same hour of the same weekday, two or three years before."""
    local = hour.astimezone(ZONE).replace(tzinfo=None)
    return next(metered[local - shift] for shift in SHIFTS if local - shift in metered)


def weather(folder: Path) -> dict[datetime, dict[str, float]]:
    """Hourly means of the quarter hours."""
    groups: dict[datetime, list[dict[str, str]]] = {}
    for row in read(folder / "weather_potsdam_2019", "weather_15min.csv.gz"):
        stamp = datetime.fromisoformat(row["timestamp_utc"])
        groups.setdefault(stamp.replace(minute=0), []).append(row)
    names = ("temperature_c", "ghi_w_m2", "wind_speed_m_s")
    return {
        stamp: {name: sum(float(row[name]) for row in rows) / len(rows) for name in names}
        for stamp, rows in groups.items()
    }


def solar(now: dict[str, float]) -> float:
    """What panels that lie flat give, per unit of their peak power."""
    sun = now["ghi_w_m2"]
    warm = now["temperature_c"] + WARMING * sun - 25
    return max(0.0, sun / 1000 * PERFORMANCE * (1 - PER_KELVIN * warm))


def wind(now: dict[str, float]) -> float:
    """What a turbine gives, per unit of its rated power: with the cube of the speed between cut-in and rated speed."""
    speed = now["wind_speed_m_s"] * HUB
    if not CUT_IN <= speed < CUT_OUT:
        return 0.0
    return min(1.0, (speed**3 - CUT_IN**3) / (RATED**3 - CUT_IN**3))


def table(folder: Path) -> str:
    """All series hour by hour as CSV."""
    metered, sky = loads(folder), weather(folder)
    prices = {
        datetime.fromisoformat(row["timestamp_utc"]): row["DE_LU"]
        for row in read(folder / "price_dayahead_2019", "day_ahead_prices_2019.csv.gz")
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [f"load_{name}_kwh" for name in LOADS]
    writer.writerow(["timestamp_utc", *names, "solar_pu", "wind_pu", "temperature_c", "price_eur_mwh"])
    for hour in hours():
        # The weather's year is one of UTC: its first hour stands for the hour before it too.
        now = sky.get(hour) or sky[hour + timedelta(hours=1)]
        values = [*(f"{solar(now):.4f} {wind(now):.4f} {now['temperature_c']:.2f}".split()), prices[hour]]
        stamp = hour.isoformat(timespec="minutes").replace("+00:00", "Z")
        writer.writerow([stamp, *(load_at(metered[name], hour) for name in LOADS), *values])
    return text.getvalue()


def mapping() -> dict[str, Any]:
    series = [
        {"column": f"load_{name}_kwh", "name": f"All devices load {name}", "profile_type": "load", "unit": "kWh"}
        for name in LOADS
    ]
    series += [
        {"column": "solar_pu", "name": "Potsdam 2019 sun", "profile_type": "solar", "unit": "pu"},
        {"column": "wind_pu", "name": "Potsdam 2019 wind", "profile_type": "wind", "unit": "pu"},
        {"column": "temperature_c", "name": "Potsdam 2019 temperature", "profile_type": "weather", "unit": "degC"},
        {"column": "price_eur_mwh", "name": "Day-ahead DE-LU 2019", "profile_type": "price", "unit": "EUR/MWh"},
    ]
    return {"timestamp_column": "timestamp_utc", "timezone": "UTC", "step_minutes": 60, "series": series}


def assignments() -> list[dict[str, Any]]:
    """A load for each house, and sun or wind by the size of its plant."""
    rows: list[dict[str, Any]] = []
    houses = [house for group in HOUSES.values() for house in group]
    for name, (title, _, devices) in zip(LOADS, houses, strict=True):
        # Homes in California use much for cooling and pools; a third of it is about a German household.
        rows.append({"house": title, "profile": f"All devices load {name}", "scale": 0.35})
        for device in devices:
            if device["kind"] == "solar_panel":
                rows.append({"house": title, "profile": "Potsdam 2019 sun", "scale": float(device["capacity_kwp"])})
            elif device["kind"] == "wind_turbine":
                rows.append({"house": title, "profile": "Potsdam 2019 wind", "scale": float(device["capacity_kw"])})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    chosen = parser.parse_args()
    chosen.target.mkdir(parents=True, exist_ok=True)
    write_json(chosen.target / "community.json", community())
    write_json(chosen.target / "mapping.json", mapping())
    write_lines(chosen.target / "assignments.json", assignments())
    write_gzip(chosen.target / "profiles.csv.gz", table(chosen.source))


if __name__ == "__main__":
    main()
