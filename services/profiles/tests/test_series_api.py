"""Series over HTTP: resolutions, time zones, formats."""

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from services.profiles.tests import profiles_naive as naive


@pytest.fixture(scope="module")
def year(alice: Any) -> dict[str, Any]:
    """2026 by quarter-hours in UTC, value = number of the step modulo 97."""
    values = [float(step % 97) for step in range(365 * 96)]
    return {**alice.profile(values), "values": values}


def test_native_is_what_was_given(alice: Any, year: dict[str, Any]) -> None:
    body = alice.get(f"/profiles/{year['id']}/series").json()
    assert body["values"] == year["values"]
    assert (body["start"], body["step_minutes"], body["resolution"]) == ("2026-01-01T00:00:00Z", 15, "native")
    assert (body["unit"], body["timestamps"], body["timezone"]) == ("kW", None, "UTC")


def test_window(alice: Any, year: dict[str, Any]) -> None:
    window = {"from": "2026-01-01T00:20:00Z", "to": "2026-01-01T01:00:00Z"}
    body = alice.get(f"/profiles/{year['id']}/series", params=window).json()
    assert (body["start"], body["values"]) == ("2026-01-01T00:15:00Z", [1.0, 2.0, 3.0])
    local = {"from": "2026-01-01T01:00:00", "to": "2026-01-01T01:30:00", "timezone": "Europe/Berlin"}
    assert alice.values(year["id"], **local) == [0.0, 1.0]
    wide = {"from": "2020-01-01", "to": "2030-01-01", "resolution": "1mo"}
    assert len(alice.values(year["id"], **wide)) == 12


def test_hours_are_means(alice: Any, year: dict[str, Any]) -> None:
    body = alice.get(f"/profiles/{year['id']}/series", params={"resolution": "1h"}).json()
    assert body["step_minutes"] == 60
    assert body["values"] == pytest.approx(np.asarray(year["values"]).reshape(-1, 4).mean(axis=1))


def test_coarser_steps_are_held(alice: Any) -> None:
    profile = alice.profile([1.0, 5.0], step_minutes=60, start="2026-01-01T10:00:00Z")
    assert alice.values(profile["id"], resolution="15m") == [1.0] * 4 + [5.0] * 4


def test_an_hour_cut_by_the_window(alice: Any, year: dict[str, Any]) -> None:
    window = {"from": "2026-01-01T00:30:00Z", "to": "2026-01-01T01:15:00Z", "resolution": "1h"}
    body = alice.get(f"/profiles/{year['id']}/series", params=window).json()
    assert (body["start"], body["values"]) == ("2026-01-01T00:00:00Z", [2.5, 4.0])


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Adelaide", "America/Sao_Paulo"])
def test_local_days(alice: Any, year: dict[str, Any], zone: str) -> None:
    body = alice.get(f"/profiles/{year['id']}/series", params={"resolution": "1d", "timezone": zone}).json()
    days = naive.local_days(naive.utc("2026-01-01T00:00:00Z"), len(year["values"]), 15, zone)
    expected = [np.mean([year["values"][step] for step in steps]) for steps in days.values()]
    assert body["values"] == pytest.approx(expected, rel=1e-6)
    assert body["step_minutes"] is None
    assert len(body["timestamps"]) == len(expected)


def test_days_of_23_and_25_hours(alice: Any) -> None:
    """A constant 1 kW has the energy of as many hours as the day has: 92, 96 and 100 quarter-hours."""
    for day, quarters in [("2026-03-29", 92), ("2026-06-01", 96), ("2026-10-25", 100)]:
        values = [1.0] * quarters
        start = naive.readings(naive.datetime.fromisoformat(day), "Europe/Berlin")[0]
        profile = alice.profile(values, start=start.isoformat())
        body = alice.get(
            f"/profiles/{profile['id']}/series", params={"resolution": "1d", "timezone": "Europe/Berlin"}
        ).json()
        assert body["values"] == [1.0]
        assert body["timestamps"] == [profile["start"]]
        assert profile["statistics"]["energy_kwh"] == quarters / 4


def test_local_months(alice: Any, year: dict[str, Any]) -> None:
    body = alice.get(f"/profiles/{year['id']}/series", params={"resolution": "1mo", "timezone": "Europe/Berlin"}).json()
    assert len(body["values"]) == 13
    assert body["timestamps"][:2] == ["2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z"]
    assert body["timestamps"][3:5] == ["2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"]
    first = year["values"][: (31 * 24 - 1) * 4]
    assert body["values"][0] == pytest.approx(np.mean(first), rel=1e-6)


def test_arrow(alice: Any, year: dict[str, Any]) -> None:
    answer = alice.get(
        f"/profiles/{year['id']}/series",
        params={"to": "2026-01-01T01:00:00Z"},
        headers={"accept": "application/vnd.apache.arrow.stream"},
    )
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(io.BytesIO(answer.content)).read_all()
    assert table.schema.metadata[b"unit"] == b"kW"
    assert table["value"].to_pylist() == [0.0, 1.0, 2.0, 3.0]
    assert [f"{stamp:%H:%M%z}" for stamp in table["timestamp"].to_pylist()] == [
        "00:00+0000", "00:15+0000", "00:30+0000", "00:45+0000",
    ]  # fmt: skip


def test_csv(alice: Any, year: dict[str, Any]) -> None:
    answer = alice.get(
        f"/profiles/{year['id']}/series", params={"to": "2026-01-01T00:30:00Z"}, headers={"accept": "text/csv"}
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines() == ["timestamp,value", "2026-01-01T00:00:00Z,0", "2026-01-01T00:15:00Z,1"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"resolution": "2h"}, "resolution"),
        ({"timezone": "Middle/Earth"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "to"),
        ({"from": "2027-01-01T00:00:00Z"}, "from"),
        ({"from": "0001-01-01T00:00:00"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"from": "0.5"}, "from"),
        ({"from": "20260101"}, "from"),
    ],
)
def test_bad_questions(alice: Any, year: dict[str, Any], query: dict[str, str], place: str) -> None:
    answer = alice.get(f"/profiles/{year['id']}/series", params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == place


@pytest.mark.parametrize("profile_id", ["0", "-1", "99999999999999999999", "x"])
def test_ids_out_of_range(alice: Any, profile_id: str) -> None:
    assert alice.get(f"/profiles/{profile_id}/series").status_code == 422


def test_duration_curve(alice: Any, year: dict[str, Any]) -> None:
    body = alice.get(f"/profiles/{year['id']}/duration", params={"points": 120_000}).json()
    assert body["values"] == sorted(year["values"], reverse=True)
    assert (body["hours"][0], body["hours"][-1], body["unit"], body["step_minutes"]) == (0.25, 8760, "kW", 15)
    few = alice.get(f"/profiles/{year['id']}/duration", params={"points": 11}).json()
    assert (len(few["values"]), few["values"][0], few["values"][-1]) == (11, 96.0, 0.0)
    window = {"from": "2026-01-01T00:15:00Z", "to": "2026-01-01T01:00:00Z"}
    part = alice.get(f"/profiles/{year['id']}/duration", params=window).json()
    assert (part["values"], part["hours"]) == ([3.0, 2.0, 1.0], [0.25, 0.5, 0.75])
    assert (part["start"], part["end"]) == ("2026-01-01T00:15:00Z", "2026-01-01T01:00:00Z")


def test_duration_of_others(bob: Any, year: dict[str, Any]) -> None:
    assert bob.get(f"/profiles/{year['id']}/duration").status_code == 404
