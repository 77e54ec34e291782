# ruff: noqa: E501 (a case is a line)
"""Small parts alone: units, hints of column names, formats of stamps, the client of topology."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hygge_core.errors import NotFound
from hygge_core.settings import SettingsError
from hygge_profiles.main import app_factory
from hygge_profiles.topology import GridNodes, HttpTopology
from hygge_profiles.units import ProfileType, conversion, guess
from hygge_profiles.uploads import stamps


@pytest.mark.parametrize(
    ("profile_type", "unit", "stored", "factor"),
    [
        ("load", "kW", "kW", 1), ("load", "W", "kW", 0.001), ("load", "MW", "kW", 1000), ("load", "kWh", "kW", 4),
        ("solar", "Wh", "kW", 0.004), ("wind", "MWh", "kW", 4000), ("heat", "KWH", "kW", 4), ("ev", "pu", "pu", 1),
        ("load", "p.u.", "pu", 1), ("price", "EUR/kWh", "EUR/kWh", 1), ("price", "CHF/MWh", "CHF/kWh", 0.001),
        ("price", "ct/kWh", "EUR/kWh", 0.01), ("price", "€/MWh", "EUR/kWh", 0.001), ("price", "usd/kwh", "USD/kWh", 1),
        ("carbon", "g/kWh", "kg/kWh", 0.001), ("carbon", "kg/kWh", "kg/kWh", 1), ("carbon", "t/MWh", "kg/kWh", 1),
        ("carbon", "gCO2/kWh", "kg/kWh", 0.001), ("weather", "hPa", "hPa", 1),
        ("weather", "W/m²", "W_per_m2", 1), ("weather", "W_per_m2", "W_per_m2", 1), ("weather", "kW/m2", "W_per_m2", 1000),
        ("weather", "mW/m2", "mW/m2", 1),
        ("schedule", "kWh", "kW", 4), ("schedule", "W", "kW", 0.001),
    ],
)  # fmt: skip
def test_units(profile_type: str, unit: str, stored: str, factor: float) -> None:
    rule = conversion(ProfileType(profile_type), unit)
    assert rule.unit == stored
    assert rule.multiplier(15) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("unit", "given", "stored"),
    [
        ("°C", [-3.5, 21], [-3.5, 21]), ("degC", [0], [0]), ("C", [1], [1]), ("K", [273.15, 300], [0, 26.85]),
        ("kelvin", [0], [-273.15]), ("°F", [32, 212], [0, 100]), (" degf ", [-40], [-40]),
    ],
)  # fmt: skip
def test_temperatures_are_stored_in_degrees_celsius(unit: str, given: list[float], stored: list[float]) -> None:
    rule = conversion(ProfileType.WEATHER, unit)
    assert (rule.unit == "degC") == (unit != "C")  # a C alone may be anything
    assert rule.stored(np.asarray(given, float), 15).tolist() == pytest.approx(stored, abs=1e-4)


@pytest.mark.parametrize(
    ("profile_type", "unit"),
    [
        ("load", "mW"), ("load", "mWh"), ("load", "kVA"), ("load", "EUR/kWh"), ("load", ""), ("price", "kWh"),
        ("price", "EUR"), ("price", "EUR/kW"), ("price", "EURO/kWh"), ("carbon", "kg"), ("weather", ""),
        ("weather", "x" * 33), ("weather", "a\0b"),
    ],
)  # fmt: skip
def test_units_that_do_not_fit(profile_type: str, unit: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        conversion(ProfileType(profile_type), unit)


@pytest.mark.parametrize(
    ("column", "unit", "profile_type"),
    [
        ("B1_pv_kwh", "kWh", "solar"), ("load [kW]", "kW", None), ("demand_mw", "MW", None), ("value", None, None),
        ("Germany/Luxembourg[€/MWh]", "EUR/MWh", "price"), ("tariff_usd_per_kwh", "USD/kWh", "price"),
        ("carbon_kg_per_kwh", "kg/kWh", "carbon"), ("temperature_c", "degC", "weather"), ("temperature [°C]", "degC", "weather"),
        ("temp_cabin", None, "weather"), ("temperature", None, "weather"), ("temperature_cloud", None, "weather"), ("wind_speed_m_s", None, "weather"),
        ("solar", None, "solar"), ("H0-A_pload", None, None), ("viewpoint", None, None),
    ],
)  # fmt: skip
def test_what_a_column_name_tells(column: str, unit: str | None, profile_type: str | None) -> None:
    assert guess(column) == (unit, profile_type)


@pytest.mark.parametrize(
    ("text", "name", "seconds"),
    [
        ("2026-01-02T03:04:05", "ISO 8601", 11045), ("2026/01/02 03:04", "ISO 8601", 11040), ("2026-01-02", "ISO 8601", 0),
        ("2026-01-02 03:04:05.000", "ISO 8601", 11045), ("02.01.2026 03:04", "day.month.year", 11040),
        ("2.1.26 3:04", "day.month.year", 11040), ("Jan 2, 2026 3:04 AM", "month name first", 11040),
        ("2. Januar 2026 03:04", "day, month name", 11040), ("02-Jan-26 03:04", "day, month name", 11040),
        ("202601020304", "compact", 11040), ("20260102T030405Z", "compact", 11045), ("2026-01-02 24:00", "ISO 8601", 86400),
    ],
)  # fmt: skip
def test_formats_of_stamps(text: str, name: str, seconds: int) -> None:
    texts = pa.array([text, None])
    assert stamps.detect(texts) == name
    parsed = stamps.parse_as(texts, name)
    day = 1767312000  # 2026-01-02T00:00Z
    assert parsed.wall.tolist() == [day + seconds, 0]
    assert parsed.readable.tolist() == [True, False]


@pytest.mark.parametrize(
    "text",
    ["2026-13-01 00:00", "2026-02-29", "2026-01-01 25:00", "2026-01-01 24:15", "2026-01-01 00:60", "1969-12-31", "2200-01-01",
     "2026-01-01 00:00:00.5", "13:00 PM", "00/00/2026", "10006414", "now", ""],
)  # fmt: skip
def test_texts_that_are_no_stamps(text: str) -> None:
    assert stamps.detect(pa.array([text])) is None


@pytest.mark.parametrize(
    ("text", "offset"), [("2026-01-01 00:00Z", 0), ("2026-01-01 00:00+05:30", 19800), ("2026-01-01 00:00-0800", -28800)]
)
def test_offsets_of_stamps(text: str, offset: int) -> None:
    parsed = stamps.parse_as(pa.array([text]), "ISO 8601")
    assert (parsed.offset.tolist(), parsed.has_offset.tolist()) == ([offset], [True])


@pytest.mark.parametrize("code", ["%Y-%m", "%Y-%m-%d %q", "%Y-%m-%d %d", "%"])
def test_formats_that_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"not known|needs year"):
        stamps.pattern(code)


def test_expressions_in_a_format_are_plain_text() -> None:
    parsed = stamps.parse_as(pa.array(["(2026).01+01", "x2026y01z01"]), "(%Y).%m+%d")
    assert parsed.readable.tolist() == [True, False]


class Grids(BaseHTTPRequestHandler):
    """Topology as far as it is asked: grid 5, for one bearer."""

    def do_GET(self) -> None:
        found = self.path == "/api/v1/grids/5/nodes" and self.headers["Authorization"] == "Bearer good"
        body: dict[str, Any] = {"detail": "There is no such grid."}
        if found:
            house = {"id": 8, "name": "h", "transformer_id": 7, "owner": None}
            body = {"grid_id": 5, "created_by": 3, "access": "view", "houses": [house], "transformers": []}
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@pytest.fixture
def topology_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Grids))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_topology_is_asked_in_the_callers_name(topology_url: str) -> None:
    topology = HttpTopology(topology_url)
    assert topology.nodes(5, "Bearer good") == GridNodes(5, 3, False, frozenset({8}))
    for grid_id, token in [(5, "Bearer bad"), (6, "Bearer good")]:
        with pytest.raises(NotFound):
            topology.nodes(grid_id, token)
    topology.close()


def test_settings_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGGE_PROFILES_MAX_UPLOAD", "3")
    with pytest.raises(SettingsError) as stopped:
        app_factory()
    for name in ("MAX_UPLOAD: unknown", "DATABASE_URL", "JWKS_URL", "TOPOLOGY_URL"):
        assert f"HYGGE_PROFILES_{name}" in str(stopped.value)
