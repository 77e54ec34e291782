"""Network checks: stored once by a service, paged, gone with the run."""

import psycopg2
import pytest

from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
HOUSES = [
    {"node_id": 100, "min_voltage_pu": 0.95, "max_voltage_pu": 1.05, "hours_below": 0, "hours_above": 0,
     "min_at": "2016-01-01T18:00:00Z", "max_at": None},
    {"node_id": 101, "min_voltage_pu": 0.88, "max_voltage_pu": 1.0, "hours_below": 1.25, "hours_above": 0},
    {"node_id": 102, "min_voltage_pu": 0.9, "max_voltage_pu": 1.1, "hours_below": 0, "hours_above": 0},
    {"node_id": 103, "min_voltage_pu": 0.97, "max_voltage_pu": 1.11, "hours_below": 0, "hours_above": 0.5},
]  # fmt: skip
LINES = [
    {"name": "T0", "kind": "transformer", "max_loading_percent": 100.0, "max_at": "2016-01-01T18:00:00Z",
     "hours_above_100_percent": 0, "energy_loss_kwh": 3.5},
    {"name": "T0", "kind": "line", "max_loading_percent": 120.5, "hours_above_100_percent": 2.0, "energy_loss_kwh": 1},
]  # fmt: skip
BODY = {"band": {"low_pu": 0.9, "high_pu": 1.1}, "houses": HOUSES, "lines": LINES, "losses_kwh": 4.5}


@pytest.fixture
def service(tokens):
    return tokens.headers(0, "service")


@pytest.fixture(scope="module", autouse=True)
def run(client, store, tokens):
    store(SyntheticRun(run_id=1))
    answer = client.put(f"{API}/1/network", json=BODY, headers=tokens.headers(0, "service"))
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"{API}/1/network"
    assert answer.json() == {"run_id": 1, "houses": 4, "lines": 2}


def test_what_was_stored_is_read(client):
    found = client.get(f"{API}/1/network").json()
    assert (found["band"], found["losses_kwh"]) == (BODY["band"], 4.5)
    assert found["checked"] == {"houses": 4, "lines": 2}
    assert found["violations"] == {"houses": 2, "lines": 1}
    assert found["next_cursor"] is None
    for sent, got in zip(HOUSES + LINES, found["houses"] + found["lines"], strict=True):
        assert {**{"min_at": None, "max_at": None}, **sent}.items() >= {
            name: value for name, value in got.items() if name not in ("name", "violation")
        }.items()
    assert [house["name"] for house in found["houses"]] == ["House 0", "House 1", "House 2", "House 3"]
    assert [one["violation"] for one in found["houses"] + found["lines"]] == [False, True, False, True, False, True]


def test_only_violations(client):
    found = client.get(f"{API}/1/network?only=violations").json()
    assert [house["node_id"] for house in found["houses"]] == [101, 103]
    assert [(line["kind"], line["name"]) for line in found["lines"]] == [("line", "T0")]
    assert client.get(f"{API}/1/network?only=all").status_code == 422


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("only", ["", "&only=violations"])
def test_pages_go_through_houses_and_lines(client, limit, only):
    whole = client.get(f"{API}/1/network?{only}").json()
    items, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{API}/1/network?limit={limit}{only}&cursor={cursor}").json()
        assert len(page["houses"]) + len(page["lines"]) <= limit
        items += page["houses"] + page["lines"]
        cursor = page["next_cursor"]
    assert items == whole["houses"] + whole["lines"]


def test_the_same_again_changes_nothing_and_another_check_is_refused(client, service):
    assert client.put(f"{API}/1/network", json=BODY, headers=service).status_code == 200
    other = BODY | {"losses_kwh": 4.6}
    assert client.put(f"{API}/1/network", json=other, headers=service).status_code == 409
    assert client.get(f"{API}/1/network").json()["losses_kwh"] == 4.5


def test_a_run_without_a_check_says_so(client, store):
    store(SyntheticRun(run_id=2))
    answer = client.get(f"{API}/2/network")
    assert answer.status_code == 404
    assert "made no network check" in answer.json()["detail"]
    assert client.get(f"{API}/404/network").status_code == 404


def test_a_check_goes_with_its_run(client, store, service, database):
    store(SyntheticRun(run_id=3))
    assert client.put(f"{API}/3/network", json=BODY, headers=service).status_code == 201
    assert client.delete(f"{API}/3", headers=service).status_code == 204
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        for table in ("network_checks", "network_houses", "network_lines"):
            cursor.execute(f"SELECT count(*) FILTER (WHERE run_id = 3), count(*) FROM results.{table}")
            gone, others = cursor.fetchone()
            assert gone == 0 < others


def test_who_may_store_and_who_may_read(client, tokens, service):
    for headers in (tokens.headers(1, "admin"), tokens.headers(7, "operator"), tokens.headers(20, "participant")):
        assert client.put(f"{API}/1/network", json=BODY, headers=headers).status_code == 403
    assert client.put(f"{API}/404/network", json=BODY, headers=service).status_code == 404
    assert client.get(f"{API}/1/network", headers=tokens.headers(9, "viewer", views=[1])).status_code == 200
    assert client.get(f"{API}/1/network", headers=tokens.headers(9, "viewer")).status_code == 404
    owner = tokens.headers(20, "participant", username="owner1")
    assert client.get(f"{API}/1/network", headers=owner).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"band": {"low_pu": 1.1, "high_pu": 0.9}}, "band"),
        ({"houses": [HOUSES[0] | {"node_id": 10}]}, "houses.0.node_id"),
        ({"houses": [HOUSES[0], HOUSES[0]]}, "houses.1.node_id"),
        ({"houses": [HOUSES[0] | {"min_voltage_pu": 1.2}]}, "houses.0.min_voltage_pu"),
        ({"houses": [HOUSES[0] | {"hours_below": -1}]}, "houses.0.hours_below"),
        ({"houses": [HOUSES[0] | {"min_at": "2016-01-01T00:00:00"}]}, "houses.0.min_at"),
        ({"lines": [LINES[0], LINES[0]]}, "lines.1.name"),
        ({"lines": [LINES[0] | {"kind": "cable"}]}, "lines.0.kind"),
        ({"losses_kwh": None}, "losses_kwh"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_check_is_refused(client, store, service, changes, field):
    client.put(f"{API}/9", json=SyntheticRun(run_id=9).registration(), headers=service)
    answer = client.put(f"{API}/9/network", json=BODY | changes, headers=service)
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert client.get(f"{API}/9/network").status_code == 404
