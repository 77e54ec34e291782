"""Registration, close and deletion, and what bad input gets."""

import psycopg2
import pytest

from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"


@pytest.fixture
def service(tokens):
    return tokens.headers(0, "service")


@pytest.fixture(scope="module")
def sql(database):
    def run(text, *values):
        with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    return run


def test_a_run_is_registered_once(client, service):
    run = SyntheticRun(run_id=1)
    first = client.put(f"{API}/1", json=run.registration(), headers=service)
    assert first.status_code == 201
    assert first.headers["Location"] == f"{API}/1"
    again = client.put(f"{API}/1", json=run.registration(), headers=service)
    assert again.status_code == 200
    assert again.json() == first.json()
    other = client.put(f"{API}/1", json=run.registration(name="Other"), headers=service)
    assert other.status_code == 409
    assert client.get(f"{API}/1").json()["closed_at"] is None


def test_what_needs_the_end_of_the_run_says_so_before(client, service):
    client.put(f"{API}/2", json=SyntheticRun(run_id=2).registration(), headers=service)
    for path in ("2/summary", "2/nodes", "2/bills", "2/bills/100", "compare?runs=2", "2/export?table=bills"):
        answer = client.get(f"{API}/{path}")
        assert answer.status_code == 409, path
        assert "wait" in answer.json()["detail"]
    empty = client.get(f"{API}/2/series?measures=load_kw").json()
    assert empty["values"] == {"load_kw": []}
    assert client.get(f"{API}/2/series?resolution=1d&measures=load_kw").json()["values"] == {"load_kw": [None] * 3}


def test_a_running_run_is_read_as_far_as_it_has_come(client, service, database):
    run = SyntheticRun(run_id=3)
    client.put(f"{API}/3", json=run.registration(), headers=service)
    connection = psycopg2.connect(database.url("engine"))
    from hygge_core.node_days import COLUMNS, TABLE
    from hygge_core.pgcopy import copy_in

    with connection, connection.cursor() as cursor:
        copy_in(cursor, TABLE, COLUMNS, run.blocks(last_day=2))
    connection.close()
    series = client.get(f"{API}/3/series?measures=load_kw&node_id=100").json()
    assert len(series["values"]["load_kw"]) == 2 * 96
    assert client.get(f"{API}/3/nodes?period=2016-01-02").status_code == 200
    assert client.get(f"{API}/3/nodes?period=2016-01-03").status_code == 404
    daily = client.get(f"{API}/3/series?kind=house&resolution=1d&measures=load_kwh").json()["values"]["load_kwh"]
    assert all(day[2] is None and day[1] > 0 for day in daily)
    answer = client.post(f"{API}/3/close", json={"digest": "x"}, headers=service)
    assert answer.status_code == 409
    assert "2016-01-03" in answer.json()["detail"]
    assert client.get(f"{API}/3").json()["closed_at"] is None


def test_close_is_idempotent_and_keeps_its_digest(client, service, store):
    run = store(SyntheticRun(run_id=4))
    closed = client.get(f"{API}/4").json()
    again = client.post(f"{API}/4/close", json={"digest": f"d{run.run_id}"}, headers=service)
    assert again.status_code == 200
    assert again.json() == closed
    assert client.post(f"{API}/4/close", json={"digest": "other"}, headers=service).status_code == 409
    assert client.post(f"{API}/404/close", json={"digest": "x"}, headers=service).status_code == 404


def test_delete_leaves_nothing(client, service, store, sql):
    store(SyntheticRun(run_id=5))
    store(SyntheticRun(run_id=6))
    assert client.delete(f"{API}/5", headers=service).status_code == 204
    assert client.delete(f"{API}/5", headers=service).status_code == 204
    assert client.get(f"{API}/5/summary").status_code == 404
    for table in ("runs", "nodes", "node_days", "flows", "period_sums"):
        assert sql(f"SELECT count(*) FROM results.{table} WHERE run_id = 5") == [(0,)], table
        assert sql(f"SELECT count(*) > 0 FROM results.{table} WHERE run_id = 6") == [(True,)], table


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"currency": "euro"}, "currency"),
        ({"end": "2015-01-01T00:00:00Z"}, ""),
        ({"start": "2016-01-01T00:00:00"}, "start"),
        ({"stored_step_minutes": 5}, ""),
        ({"step_minutes": 7}, "step_minutes"),
        ({"nodes": []}, "nodes"),
        ({"grid_id": 2**63}, "grid_id"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_registration_is_refused(client, service, changes, field):
    answer = client.put(f"{API}/77", json=SyntheticRun(run_id=77).registration(**changes), headers=service)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field] or field == ""
    assert client.get(f"{API}/77").status_code == 404


def test_all_findings_about_the_tree_come_together(client, service):
    body = SyntheticRun(run_id=78).registration()
    body["nodes"][1]["parent_id"] = 999
    body["nodes"][4]["parent_id"] = 1
    body["nodes"][5]["id"] = body["nodes"][4]["id"]
    body["nodes"].append({"id": 5, "kind": "grid", "name": "Second"})
    answer = client.put(f"{API}/78", json=body, headers=service)
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields >= {"nodes", "nodes.1.parent_id", "nodes.4.parent_id", "nodes.5.id"}
    assert client.get(f"{API}/78").status_code == 404


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "1e999"])
def test_numbers_that_are_none_are_refused(client, service, number):
    import orjson

    body = orjson.dumps(SyntheticRun(run_id=79).registration()).decode()
    body = body.replace('"capacity_kw":50.0', f'"capacity_kw":{number}')
    answer = client.put(f"{API}/79", content=body, headers=service | {"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_ids_beyond_the_database_are_refused_politely(client):
    for path in (f"{2**63}/summary", f"1/series?node_id={2**63}", f"compare?runs={2**63}", "compare?runs=a,b", "0"):
        assert client.get(f"{API}/{path}").status_code == 422, path
