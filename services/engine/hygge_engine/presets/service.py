"""The catalogue of presets, and how a run takes its rules from one."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from hygge_core.errors import Finding, NotFound
from hygge_engine.presets.schemas import Preset
from hygge_engine.runs.money import Fees, ItalianIncentive

if TYPE_CHECKING:
    from hygge_engine.runs.schemas import RunRequest

# What the law fixes; a run that names the preset cannot choose otherwise. All else a preset says is a default.
FIXED_BY_LAW = ("step_minutes", "allocation", "left_over", "pricing")


@cache
def catalogue() -> dict[str, Preset]:
    """All presets by name, in alphabetical order."""
    data = files("hygge_engine.presets").joinpath("data")
    found = [
        Preset.model_validate(entry)
        for file in data.iterdir()
        if file.name.endswith(".json")
        for entry in orjson.loads(file.read_bytes())
    ]
    return {preset.name: preset for preset in sorted(found, key=lambda preset: preset.name)}


def listed(country: str | None = None) -> list[Preset]:
    """All presets, or those of one country (ISO 3166-1, any case)."""
    return [preset for preset in catalogue().values() if country is None or preset.country == country.upper()]


def get(name: str) -> Preset:
    """One preset; NotFound if there is none of that name."""
    if name not in catalogue():
        raise NotFound(f"There is no preset {name!r}; GET /api/v1/presets lists them.")
    return catalogue()[name]


def known(name: str) -> str:
    """The name of a preset as it is; ValueError if there is none, for a request's validation."""
    if name not in catalogue():
        raise ValueError(f"there is no preset {name!r}; known are {', '.join(catalogue())}")
    return name


def resolved(request: "RunRequest") -> dict[str, Any]:
    """Values that the request's preset gives to fields which the caller did not give; none without a preset."""
    if request.preset is None:
        return {}
    preset = catalogue()[request.preset]
    values: dict[str, Any] = {name: getattr(preset, name) for name in (*FIXED_BY_LAW, "rounding_decimals")}
    values["incentive"] = ItalianIncentive(kind=preset.incentive) if preset.incentive else None
    given = request.model_fields_set
    filled = {name: value for name, value in values.items() if value is not None and name not in given}
    return filled | _fees(request.fees, preset)


def contradictions(request: "RunRequest") -> Iterator[Finding]:
    """Fields in which the request differs from what the law of its preset fixes."""
    if request.preset is None:
        return
    preset = catalogue()[request.preset]
    for name in FIXED_BY_LAW:
        asked, ruled = getattr(request, name), getattr(preset, name)
        if ruled is not None and asked != ruled:
            yield Finding(name, f"{asked} contradicts preset '{preset.name}' ({preset.law}), which has {ruled}")


def _fees(fees: Fees, preset: Preset) -> dict[str, Fees]:
    """Local grid fees as the law's part of the grid fee, where the caller gave none."""
    if preset.grid_fees is None:
        return {}
    parts = {
        "local_grid_fee_eur_per_kwh": preset.grid_fees.inside,
        "between_grid_fee_eur_per_kwh": preset.grid_fees.between,
    }
    missing = {name: part for name, part in parts.items() if name not in fees.model_fields_set}
    grid_fee = fees.grid_fee_eur_per_kwh
    # People read these numbers: 0.8 times 0.1 is to be 0.08.
    filled = fees.model_copy(update={name: round(part * grid_fee, 12) for name, part in missing.items()})
    filled.model_fields_set.difference_update(missing)
    return {"fees": filled}
