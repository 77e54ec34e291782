"""Types of profiles and their units: what fits which type, and how it becomes the unit that is stored.

Stored: mean power in kW (or `pu`, per unit of a nominal power that the assignment's scale gives in kW), prices per kWh
in their currency, carbon intensity in kg/kWh, temperatures in degC, irradiance in W_per_m2; other weather as it comes.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class ProfileType(StrEnum):
    """What a profile describes.

    load, heat and ev are consumption, solar and wind are generation; a schedule is what a house's battery shall do
    (+ charges, − discharges).
    """

    LOAD = "load"
    SOLAR = "solar"
    WIND = "wind"
    HEAT = "heat"
    EV = "ev"
    PRICE = "price"
    CARBON = "carbon"
    WEATHER = "weather"
    SCHEDULE = "schedule"


# What a house follows.
POWER_TYPES = frozenset(
    {
        ProfileType.LOAD,
        ProfileType.SOLAR,
        ProfileType.WIND,
        ProfileType.HEAT,
        ProfileType.EV,
        ProfileType.SCHEDULE,
    }
)
# These may be negative at any time.
SIGNED_TYPES = frozenset({ProfileType.PRICE, ProfileType.WEATHER, ProfileType.SCHEDULE})
DEFAULT_UNIT = {
    **dict.fromkeys(POWER_TYPES, "kW"),
    ProfileType.PRICE: "EUR/kWh",
    ProfileType.CARBON: "kg/kWh",
    ProfileType.WEATHER: "1",
}
MAX_UNIT_LENGTH = 32

_POWER_TO_KW = {"W": 1e-3, "kW": 1.0, "MW": 1e3, "GW": 1e6}
_ENERGY_TO_KWH = {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3, "GWh": 1e6}
_MASS_TO_KG = {"g": 1e-3, "kg": 1.0, "t": 1e3}
# Degrees: factor and offset to °C.
_TO_CELSIUS = {
    "degc": (1.0, 0.0), "°c": (1.0, 0.0), "celsius": (1.0, 0.0), "k": (1.0, -273.15), "kelvin": (1.0, -273.15),
    "°f": (5 / 9, -160 / 9), "degf": (5 / 9, -160 / 9), "fahrenheit": (5 / 9, -160 / 9),
}  # fmt: skip
TEMPERATURE = "degC"
_TO_WATTS_PER_M2 = {"W": 1.0, "kW": 1e3}
IRRADIANCE = "W_per_m2"
_CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "US$": "USD", "A$": "AUD"}
# In milli and mega the letter's case is the difference, so these are never guessed.
_REFUSED = {"mW", "mWh"}


@dataclass(frozen=True, slots=True)
class Conversion:
    """`stored = given · factor + offset`, and `· 60 / step_minutes` when energy per step becomes mean power."""

    unit: str
    factor: float
    per_step: bool = False
    offset: float = 0.0

    def multiplier(self, step_minutes: int) -> float:
        """The whole factor for a step."""
        return self.factor * 60 / step_minutes if self.per_step else self.factor

    def stored(self, values: Values, step_minutes: int) -> NDArray[np.float32]:
        """Values in the stored unit, rounded once; infinite where they leave float32."""
        with np.errstate(over="ignore", invalid="ignore"):
            return (values * self.multiplier(step_minutes) + self.offset).astype(np.float32)


def conversion(profile_type: ProfileType, unit: str) -> Conversion:
    """How values in `unit` are stored; ValueError with what would fit when it does not."""
    text = unit.strip()
    found: Conversion | None
    if profile_type in POWER_TYPES:
        found, fitting = _power(text), "kW, W, MW (mean power), kWh, Wh, MWh (energy per step) or pu"
    elif profile_type is ProfileType.PRICE:
        found, fitting = _price(text), "a price such as EUR/kWh, EUR/MWh or ct/kWh"
    elif profile_type is ProfileType.CARBON:
        found, fitting = _carbon(text), "kg/kWh or g/kWh"
    else:
        found, fitting = (
            _temperature(text) or _irradiance(text) or _free(text),
            f"degC, °C, K, °F, W_per_m2, W/m², or a text of 1 to {MAX_UNIT_LENGTH} characters",
        )
    if found is None:
        raise ValueError(f"the unit {unit!r} does not fit a {profile_type} profile; use {fitting}")
    return found


def _power(text: str) -> Conversion | None:
    if text.lower() in ("pu", "p.u.", "per unit"):
        return Conversion("pu", 1.0)
    power, energy = _lookup(text, _POWER_TO_KW), _lookup(text, _ENERGY_TO_KWH)
    if power is not None:
        return Conversion("kW", power)
    return Conversion("kW", energy, per_step=True) if energy is not None else None


def _price(text: str) -> Conversion | None:
    money, _, per = text.partition("/")
    energy = _lookup(per.strip(), _ENERGY_TO_KWH)
    money = money.strip()
    if energy is None:
        return None
    if money.lower() in ("ct", "cent", "eurct"):
        return Conversion("EUR/kWh", 0.01 / energy)
    currency = _CURRENCY_SIGNS.get(money, money.upper())
    return Conversion(f"{currency}/kWh", 1 / energy) if re.fullmatch("[A-Z]{3}", currency) else None


def _carbon(text: str) -> Conversion | None:
    match = re.fullmatch(r"(t|kg|g)[ _]?(?:CO2(?:e|eq)?)?\s*/\s*(\w+)", text, re.IGNORECASE)
    if match is None:
        return None
    energy = _lookup(match[2], _ENERGY_TO_KWH)
    return Conversion("kg/kWh", _MASS_TO_KG[match[1].lower()] / energy) if energy is not None else None


def _temperature(text: str) -> Conversion | None:
    factor, offset = _TO_CELSIUS.get(text.lower(), (0.0, 0.0))
    return Conversion(TEMPERATURE, factor, offset=offset) if factor else None


def _irradiance(text: str) -> Conversion | None:
    match = re.fullmatch(r"(k?W)\s*(?:/|_per_)\s*m(?:\^?2|²)", text, re.IGNORECASE)
    factor = _lookup(match[1], _TO_WATTS_PER_M2) if match else None
    return Conversion(IRRADIANCE, factor) if factor is not None else None


def _free(text: str) -> Conversion | None:
    return Conversion(text, 1.0) if 0 < len(text) <= MAX_UNIT_LENGTH and text.isprintable() else None


def _lookup(text: str, factors: dict[str, float]) -> float | None:
    if text in _REFUSED:
        return None
    return next((factor for name, factor in factors.items() if name.lower() == text.lower()), None)
