"""Units of profiles, and what a column's name tells of them."""

import re

from hygge_core.profile_units import (
    DEFAULT_UNIT,
    IRRADIANCE,
    MAX_UNIT_LENGTH,
    POWER_TYPES,
    SIGNED_TYPES,
    TEMPERATURE,
    Conversion,
    ProfileType,
    conversion,
)

__all__ = [
    "DEFAULT_UNIT",
    "IRRADIANCE",
    "MAX_UNIT_LENGTH",
    "POWER_TYPES",
    "SIGNED_TYPES",
    "TEMPERATURE",
    "Conversion",
    "ProfileType",
    "conversion",
    "guess",
]

_HINTS = (
    (re.compile(r"(?:€|eur)\s*(?:/|_per_)\s*(k|m)wh"), "EUR/{}Wh", ProfileType.PRICE),
    (re.compile(r"(?:\$|usd)\s*(?:/|_per_)\s*(k|m)wh"), "USD/{}Wh", ProfileType.PRICE),
    (re.compile(r"\bct\s*(?:/|_per_)\s*(k|m)wh"), "ct/{}Wh", ProfileType.PRICE),
    (re.compile(r"kg(?:_?co2)?\s*(?:/|_per_)\s*(k|m)wh"), "kg/{}Wh", ProfileType.CARBON),
    (re.compile(r"g(?:_?co2)?\s*(?:/|_per_)\s*(k|m)wh"), "g/{}Wh", ProfileType.CARBON),
)
_POWER_HINT = re.compile(r"(?:^|[\s_(\[.-])(kwh|mwh|wh|kw|mw|w|pu)(?=$|[\s_)\].-])")
_POWER_NAMES = {"kwh": "kWh", "mwh": "MWh", "wh": "Wh", "kw": "kW", "mw": "MW", "w": "W", "pu": "pu"}
_WEATHER_HINT = re.compile(
    r"(?:^|[\s_.-])(temperature|temp|ghi|dni|dhi|irradiance|radiation|wind_?speed|pressure|humidity|clouds?)(?=$|[\s_.\d-])"
)
_CELSIUS_HINT = re.compile(r"(?:temperature|temp)[a-z0-9]*[\s_.\[(-]*(?:°c|deg_?c|c)(?=$|[\s_.)\]-])")
_IRRADIANCE_HINT = re.compile(r"(k?w)\s*(?:/|_per_|_)\s*m(?:\^?2|²)")
_SOLAR_HINT = re.compile(r"(?:^|[\s_.-])(pv|solar|photovoltaic)(?=$|[\s_.\d-])")


def guess(column: str) -> tuple[str | None, ProfileType | None]:
    """The unit and type of profile that a column's name speaks of (`B1_pv_kwh`, `DE [€/MWh]`), None where silent."""
    name = column.lower()
    for pattern, unit, profile_type in _HINTS:
        match = pattern.search(name)
        if match:
            return unit.format({"k": "k", "m": "M"}[match[1]]), profile_type
    if _WEATHER_HINT.search(name):
        return _weather_unit(name), ProfileType.WEATHER
    match = _POWER_HINT.search(name)
    return _POWER_NAMES[match[1]] if match else None, ProfileType.SOLAR if _SOLAR_HINT.search(name) else None


def _weather_unit(name: str) -> str | None:
    if _CELSIUS_HINT.search(name):
        return TEMPERATURE
    match = _IRRADIANCE_HINT.search(name)
    return None if match is None else IRRADIANCE if match[1] == "w" else "kW/m2"
