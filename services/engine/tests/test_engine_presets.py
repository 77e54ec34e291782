"""National presets: what they say, how a run takes its rules from one, what contradicts them, how they are served."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from hygge_engine.presets import service
from hygge_engine.runs.checks import choice_findings
from hygge_engine.runs.schemas import RunRequest
from services.engine.tests.conftest import Engine

BASE = {"grid_id": 1, "start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"}

# Oracles 2.1: name → step, key, left-over, decimals.
RULES: dict[str, tuple[int, str | None, str | None, int | None]] = {
    "at_eeg_dynamic": (15, "proportional", "seller", None),
    "at_eeg_static": (15, "static_key", "seller", None),
    "be_flanders_fixed": (15, "static_key", "seller", None),
    "be_flanders_relative": (15, "proportional", "seller", None),
    "be_wallonia_dynamic": (15, "proportional", "seller", None),
    "be_wallonia_fixed": (15, "static_key", "seller", None),
    "ch_leg_same_transformer": (15, None, None, None),
    "ch_leg_wider": (15, None, None, None),
    "de_42b_dynamic": (15, "proportional", "seller", 6),
    "de_42b_static": (15, "static_key", "seller", 6),
    "es_static": (60, "static_key", "participant", None),
    "fr_dynamic": (15, "proportional", "seller", None),
    "fr_static": (15, "static_key", "seller", None),
    "it_cer": (60, "proportional", "seller", None),
    "lu_percentage": (15, "static_key", "seller", None),
    "lu_priority": (15, "priority", None, None),
    "lu_pro_rata": (15, "proportional", "seller", None),
    "pt_fixed": (15, "static_key", "seller", None),
    "pt_proportional": (15, "proportional", "seller", None),
}


def run(**changes: Any) -> RunRequest:
    return RunRequest.model_validate({**BASE, **changes})


def test_the_catalogue_is_the_table() -> None:
    found = {
        preset.name: (preset.step_minutes, preset.allocation, preset.left_over, preset.rounding_decimals)
        for preset in service.listed()
    }
    assert found == RULES
    assert list(found) == sorted(found)
    assert all(preset.sources and preset.title and preset.law and preset.notes for preset in service.listed())
    assert all(preset.name.startswith(preset.country.lower()) for preset in service.listed())


def test_the_data_are_packaged() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert "presets/data/*.json" in project["tool"]["setuptools"]["package-data"]["hygge_engine"]


@pytest.mark.parametrize("name", RULES)
def test_a_run_takes_what_it_does_not_say(name: str) -> None:
    step, allocation, left_over, decimals = RULES[name]
    filled = run(preset=name)
    assert filled.step_minutes == step
    assert filled.allocation == (allocation or "proportional")
    assert filled.left_over == (left_over or "seller")
    assert filled.rounding_decimals == decimals
    wrong = [finding.field for finding in choice_findings(filled)]
    assert wrong == []


def test_what_the_caller_gives_stays() -> None:
    filled = run(preset="de_42b_dynamic", rounding_decimals=3, pricing="fixed", fixed_price=0.2)
    assert (filled.rounding_decimals, filled.pricing) == (3, "fixed")
    assert list(choice_findings(filled)) == []


def test_a_request_keeps_what_was_asked_apart_from_what_the_preset_says() -> None:
    asked = {**BASE, "preset": "ch_leg_wider", "fees": {"grid_fee_eur_per_kwh": 0.1}}
    filled = RunRequest.model_validate(asked)
    assert filled.model_dump(mode="json", exclude_unset=True) == asked
    stored = filled.model_dump(mode="json", by_alias=True)
    assert stored["fees"]["local_grid_fee_eur_per_kwh"] == 0.08
    again = RunRequest.model_validate(stored)
    assert again.model_dump(mode="json", by_alias=True) == stored
    assert list(choice_findings(again)) == []


@pytest.mark.parametrize(
    ("changes", "field", "both"),
    [
        ({"preset": "es_static", "step_minutes": 15}, "step_minutes", ("15", "60")),
        ({"preset": "at_eeg_dynamic", "allocation": "static_key"}, "allocation", ("static_key", "proportional")),
        ({"preset": "es_static", "left_over": "seller"}, "left_over", ("seller", "participant")),
        ({"preset": "it_cer", "pricing": "mid_market"}, "pricing", ("mid_market", "upstream")),
        ({"preset": "ch_leg_wider", "step_minutes": 60}, "step_minutes", ("60", "15")),
    ],
)
def test_a_field_against_the_law_is_found(changes: dict[str, Any], field: str, both: tuple[str, str]) -> None:
    (found,) = choice_findings(run(**changes))
    assert found.field == field
    assert all(value in found.message for value in (*both, changes["preset"]))


@pytest.mark.parametrize(
    ("name", "inside", "between"), [("ch_leg_same_transformer", 0.06, 0.08), ("ch_leg_wider", 0.08, 0.08)]
)
def test_the_swiss_grid_fee_is_lower_for_what_is_shared(name: str, inside: float, between: float) -> None:
    """StromVG 17e: 40 % less below one transformer, 20 % less beyond."""
    fees = run(preset=name, fees={"grid_fee": 0.1, "taxes": 0.02}).fees
    assert (fees.local_grid_fee_eur_per_kwh, fees.between_grid_fee) == (inside, between)
    assert (fees.grid_fee_eur_per_kwh, fees.taxes_eur_per_kwh) == (0.1, 0.02)
    own = run(preset=name, fees={"grid_fee": 0.1, "local_grid_fee": 0.01}).fees
    assert (own.local_grid_fee_eur_per_kwh, own.between_grid_fee) == (0.01, between)
    assert run(preset=name).fees.between_grid_fee == 0.0


def test_italy_wants_a_zonal_price() -> None:
    filled = run(preset="it_cer")
    assert filled.incentive is not None
    assert (filled.incentive.kind, filled.incentive.to_sellers, filled.pricing) == ("it_cer", 0.5, "upstream")
    priced = run(preset="it_cer", incentive={"kind": "it_cer", "zonal_price_eur_per_mwh": 100, "region": "north"})
    assert priced.incentive is not None
    assert priced.incentive.region == "north"


def test_an_unknown_preset_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match="es_static") as caught:
        run(preset="xx_free")
    assert [error["loc"] for error in caught.value.errors()] == [("preset",)]


@pytest.mark.parametrize("pricing", ["bill_sharing", "upstream"])
@pytest.mark.parametrize("allocation", ["price_time", "uniform_price"])
def test_an_auction_makes_its_own_price(pricing: str, allocation: str) -> None:
    assert [found.field for found in choice_findings(run(pricing=pricing, allocation=allocation))] == ["pricing"]
    assert list(choice_findings(run(allocation=allocation))) == []


@pytest.mark.parametrize("role", ["admin", "operator", "viewer", "participant"])
def test_presets_are_served_to_everybody_who_signed_in(engine: Engine, role: str) -> None:
    headers = engine.tokens.headers(5, role)
    everything = engine.client.get("/api/v1/presets", headers=headers).json()
    assert [preset["name"] for preset in everything["items"]] == list(RULES)
    assert everything["next_cursor"] is None
    austria = engine.client.get("/api/v1/presets?country=at", headers=headers).json()["items"]
    assert [preset["name"] for preset in austria] == ["at_eeg_dynamic", "at_eeg_static"]
    one = engine.client.get("/api/v1/presets/es_static", headers=headers).json()
    assert (one["step_minutes"], one["left_over"], one["grid_fees"]) == (60, "participant", None)
    assert {source["from_memory"] for source in one["sources"]} == {True, False}


def test_presets_are_not_for_strangers(engine: Engine) -> None:
    assert engine.client.get("/api/v1/presets").status_code == 401
    missing = engine.client.get("/api/v1/presets/xx_free", headers=engine.operator)
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:hygge:problem:not-found")


def test_a_stored_run_shows_what_its_preset_said(engine: Engine) -> None:
    stored = engine.get(engine.queued(preset="es_static"))["parameters"]
    assert (stored["preset"], stored["step_minutes"], stored["left_over"]) == ("es_static", 60, "participant")
    refused = engine.post(preset="es_static", step_minutes=15)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["step_minutes"]


def test_the_documentation_has_every_preset() -> None:
    text = (Path(__file__).parents[3] / "docs" / "presets.md").read_text()
    for preset in service.listed():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{preset.name}` ")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        key = f"`{preset.allocation}`" if preset.allocation else "free"
        assert cells[1:5] == [preset.title, f"{preset.step_minutes} min", key, preset.left_over or ""]
