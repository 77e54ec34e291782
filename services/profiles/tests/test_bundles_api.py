"""Bundles over HTTP: one row per profile, resampled, checked for coverage, streamed."""

import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hygge_profiles.bundles import service
from services.profiles.tests import profiles_naive as naive

GRID = 700
DAY = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z"}


def bundle(api: Any, **fields: Any) -> Any:
    return api.post("/bundles", {"grid_id": GRID, **DAY, **fields})


def table(answer: Any) -> pa.Table:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    return pa.ipc.open_stream(io.BytesIO(answer.content)).read_all()


@pytest.fixture(scope="module")
def profiles(alice: Any, topology: Any) -> dict[int, dict[str, Any]]:
    """Profiles of several steps that cover 2026-01-01 and 02, with houses 1 and 2 following them."""
    topology.grids[GRID] = (10, frozenset({1, 2}))
    rng = np.random.default_rng(1)
    made = {}
    for step in (5, 15, 30, 60):
        values = rng.random(2 * 1440 // step).astype(np.float32).astype(float).tolist()
        profile = alice.profile(values, step_minutes=step, profile_type="solar" if step == 30 else "load")
        made[profile["id"]] = {**profile, "values": values}
    items = [{"house_id": 1 + index % 2, "profile_id": key, "scale": 2.0} for index, key in enumerate([*made, *made])]
    assert alice.request("PUT", f"/grids/{GRID}/assignments", json=items).status_code == 200
    return made


@pytest.mark.parametrize("step", [5, 15, 30, 60])
@pytest.mark.parametrize("start", ["2026-01-01T00:00:00Z", "2026-01-01T07:30:00Z", "2026-01-01T05:05:00Z"])
def test_a_bundle_equals_naive_resampling(alice: Any, profiles: dict[int, Any], step: int, start: str) -> None:
    first = naive.utc(start)
    last = first + naive.timedelta(minutes=step * 5)
    found = table(bundle(alice, start=start, end=last.isoformat(), step_minutes=step))
    assert sorted(found["profile_id"].to_pylist()) == sorted(profiles)
    for row in found.to_pylist():
        profile = profiles[row["profile_id"]]
        expected = naive.resampled(
            profile["values"], naive.utc(profile["start"]), profile["step_minutes"], (first, last, step)
        )
        assert row["values"] == pytest.approx(expected, rel=1e-5)
        assert row["profile_type"] == profile["profile_type"]


def test_schema(alice: Any, profiles: dict[int, Any]) -> None:
    schema = table(bundle(alice)).schema
    assert schema.field("values").type == pa.list_(pa.float32(), 96)
    assert schema.field("profile_id").type == pa.int64()
    meta = {key.decode(): value.decode() for key, value in schema.metadata.items()}
    assert (meta["start"], meta["end"], meta["step_minutes"]) == (*DAY.values(), "15")
    assert len(json.loads(meta["assignments"])) == 8
    assert json.loads(meta["assignments"])[0] == [1, min(profiles), 2.0]
    assert json.loads(meta["units"]) == {str(key): "kW" for key in profiles}
    assert meta["hash"].startswith("sha256:")


def test_hash_follows_the_content(alice: Any, profiles: dict[int, Any]) -> None:
    def hash_of(**fields: Any) -> bytes:
        return bytes(table(bundle(alice, **fields)).schema.metadata[b"hash"])

    assert hash_of() == hash_of()
    assert len({hash_of(), hash_of(step_minutes=30), hash_of(house_ids=[1]), hash_of(end="2026-01-01T12:00:00Z")}) == 4


def test_houses_and_extra_profiles(alice: Any, profiles: dict[int, Any]) -> None:
    price = alice.profile([0.3] * 48, profile_type="price", unit="EUR/kWh", step_minutes=60)["id"]
    found = table(bundle(alice, house_ids=[1], profile_ids=[price]))
    ids = list(profiles)
    assert sorted(found["profile_id"].to_pylist()) == sorted([ids[0], ids[2], price])
    triples = json.loads(found.schema.metadata[b"assignments"])
    assert {profile for _, profile, _ in triples} == {ids[0], ids[2]}
    assert table(bundle(alice, house_ids=[])).num_rows == 0


def test_all_uncovered_profiles_are_named(alice: Any, profiles: dict[int, Any]) -> None:
    answer = bundle(alice, end="2027-01-01T00:00:00Z", profile_ids=[987654])
    assert answer.status_code == 422
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert set(errors) == {f"profiles.{key}" for key in [*profiles, 987654]}
    assert "covers 2026-01-01T00:00:00Z to 2026-01-03T00:00:00Z" in errors[f"profiles.{min(profiles)}"]
    assert "no such profile" in errors["profiles.987654"]


@pytest.mark.parametrize(
    "fields",
    [
        {"step_minutes": 7},
        {"step_minutes": 10},
        {"end": DAY["start"]},
        {"end": "2025-01-01T00:00:00Z"},
        {"end": "2026-01-01T00:10:00Z"},
        {"start": "2026-01-01T00:00:30Z", "end": "2026-01-01T00:15:30Z"},
        {"start": "2026-01-01T00:00:00"},
        {"end": "9999-01-01T00:00:00Z"},
        {"grid_id": "x"},
        {"step_minutes": 5, "end": "2199-01-01T00:00:00Z"},
    ],
)
def test_bad_axes(alice: Any, profiles: dict[int, Any], fields: dict[str, Any]) -> None:
    assert bundle(alice, **fields).status_code == 422


def test_who_may(alice: Any, bob: Any, admin: Any, topology: Any, profiles: dict[int, Any]) -> None:
    assert bundle(bob).status_code == 404
    assert bundle(admin.login(30, "viewer", views=[GRID])).status_code == 403
    topology.asked.clear()
    assert table(bundle(admin.login(0, "service"))).num_rows == len(profiles)
    assert topology.asked == []
    # A grid one may read does not open other people's profiles.
    hidden = alice.profile([0.3] * 24, profile_type="price", unit="EUR/kWh", step_minutes=60)["id"]
    answer = bundle(admin.login(11, "operator", views=[GRID]), profile_ids=[hidden])
    assert [error["field"] for error in answer.json()["errors"]] == [f"profiles.{hidden}"]


def test_batches(alice: Any, profiles: dict[int, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundle(alice)
    monkeypatch.setattr(service, "BATCH_VALUES", 1)
    reader = pa.ipc.open_stream(io.BytesIO(bundle(alice).content))
    batches = list(reader)
    assert [batch.num_rows for batch in batches] == [1] * len(profiles)
    assert pa.Table.from_batches(batches).equals(table(whole).combine_chunks())
