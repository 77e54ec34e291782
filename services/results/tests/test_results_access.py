"""Who sees what: two operators, an invited viewer, households, an admin, services."""

import pytest

from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
COMMUNITY = ("summary", "flows", "prices", "export?table=days", "export?table=series", "export?table=trades")
PARTS = (
    "",
    "nodes",
    "series?resolution=1d&kind=house",
    "bills",
    "bills/101",
    "trades",
    "series?node_id=101",
    "duration?node_id=101",
)
ENGINE = [("put", "1"), ("post", "1/close"), ("delete", "1")]


@pytest.fixture(scope="module", autouse=True)
def run(store):
    return store(SyntheticRun(run_id=1))


def get(client, path, headers):
    return client.get(f"{API}/1/{path}".rstrip("/"), headers=headers)


@pytest.mark.parametrize("path", (*COMMUNITY, *PARTS))
def test_those_who_may_see_the_run_see_all_of_it(client, tokens, path):
    for headers in (
        tokens.headers(1, "admin"),
        tokens.headers(7, "operator"),
        tokens.headers(8, "operator", operates=[1]),
        tokens.headers(9, "viewer", views=[1]),
        tokens.headers(0, "service"),
    ):
        assert get(client, path, headers).status_code == 200


@pytest.mark.parametrize("path", (*COMMUNITY, *PARTS))
def test_others_get_the_answer_for_a_run_that_is_not_there(client, tokens, path):
    for headers in (tokens.headers(8, "operator", operates=[2]), tokens.headers(9, "viewer")):
        hidden = get(client, path, headers)
        assert hidden.status_code == 404
        missing = client.get(f"{API}/999/{path}".rstrip("/"), headers=headers)
        detail = hidden.json()["detail"]
        assert missing.json()["detail"] == detail.replace("run 1 ", "run 999 ")


def test_two_operators_do_not_see_each_other_in_a_comparison(client, tokens, store):
    other = SyntheticRun(run_id=2)
    body = other.registration(grid_id=5, grid_created_by=8, created_by=8)
    service = tokens.headers(0, "service")
    assert client.put(f"{API}/2", json=body, headers=service).status_code == 201
    assert client.get(f"{API}/2", headers=tokens.headers(8, "operator")).status_code == 200
    for user, run_id in ((7, 2), (8, 1)):
        headers = tokens.headers(user, "operator")
        assert client.get(f"{API}/{run_id}", headers=headers).status_code == 404
        assert client.get(f"{API}/compare?runs=1,2", headers=headers).status_code == 404


def test_a_household_sees_its_own_houses_and_nothing_of_others(client, tokens):
    own = tokens.headers(20, "participant", username="owner1")
    assert [item["node_id"] for item in get(client, "nodes", own).json()["items"]] == [101]
    bills = get(client, "bills", own).json()
    assert [item["house_id"] for item in bills["items"]] == [101]
    assert bills["total"] is None
    assert get(client, "series?kind=house&resolution=1d&measures=load_kw", own).json()["node_ids"] == [101]
    assert get(client, "series", own).json()["node_id"] == 101
    assert get(client, "series?node_id=101", own).status_code == 200
    for path in (
        "series?node_id=102",
        "series?node_id=1",
        "series?node_id=10",
        "duration?node_id=102",
        "bills?house_id=100",
        "bills/100",
        "trades?node_id=100",
    ):
        assert get(client, path, own).status_code == 404, path
    for path in COMMUNITY:
        assert get(client, path, own).status_code == 403, path
    assert client.get(f"{API}/compare?runs=1", headers=own).status_code == 403
    assert get(client, "series?kind=transformer&resolution=1d&measures=load_kw", own).json()["node_ids"] == []


def test_a_household_without_a_house_in_the_run_sees_nothing(client, tokens):
    stranger = tokens.headers(21, "participant", username="owner99")
    for path in PARTS:
        assert get(client, path, stranger).status_code == 404, path


@pytest.mark.parametrize(("method", "path"), ENGINE)
def test_only_services_register_close_and_delete(client, tokens, method, path):
    body = {"put": SyntheticRun(run_id=1).registration(), "post": {"digest": "x"}}.get(method)
    for headers in (tokens.headers(1, "admin"), tokens.headers(7, "operator"), tokens.headers(20, "participant")):
        assert client.request(method, f"{API}/{path}", json=body, headers=headers).status_code == 403
    assert client.request(method, f"{API}/{path}", json=body, headers={"Authorization": ""}).status_code == 401


@pytest.mark.parametrize("path", ("1", "1/summary", "1/series", "compare?runs=1", "1/export?table=days"))
def test_nobody_gets_in_without_a_token(client, path):
    assert client.get(f"{API}/{path}", headers={"Authorization": "Bearer nonsense"}).status_code == 401
