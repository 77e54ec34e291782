"""Answers about a run that has ended never change: they say so, and who has one is not sent it again."""

import pytest

from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
KEPT = ("", "/summary", "/nodes", "/flows", "/prices", "/bills", "/bills/101", "/series?node_id=101", "/duration")


@pytest.fixture(scope="module", autouse=True)
def runs(store, client, tokens):
    store(SyntheticRun(run_id=1))
    open_run = SyntheticRun(run_id=3)
    body = open_run.registration(grid_id=1, grid_created_by=7, created_by=7)
    assert client.put(f"{API}/3", json=body, headers=tokens.headers(0, "service")).status_code == 201


@pytest.mark.parametrize("path", KEPT)
def test_an_answer_about_a_closed_run_has_a_tag_and_is_not_sent_twice(client, tokens, path):
    headers = tokens.headers(7, "operator")
    first = client.get(f"{API}/1{path}", headers=headers)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, max-age=5"
    assert first.headers["hygge-version"].startswith("results/1 ")
    again = client.get(f"{API}/1{path}", headers=headers | {"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(f"{API}/1{path}", headers=headers | {"If-None-Match": '"another"'}).content == first.content


def test_all_who_see_the_whole_run_have_one_tag_and_a_household_another(client, tokens):
    callers = [
        tokens.headers(7, "operator"),
        tokens.headers(9, "viewer", views=[1]),
        tokens.headers(1, "admin"),
    ]
    answers = [client.get(f"{API}/1/nodes", headers=headers) for headers in callers]
    assert len({answer.headers["hygge-version"] for answer in answers}) == 1
    assert {answer.headers["hygge-grid"] for answer in answers} == {"1"}
    assert len({answer.content for answer in answers}) == 1
    household = client.get(f"{API}/1/nodes", headers=tokens.headers(20, "participant", username="owner1"))
    assert household.headers["hygge-version"] != answers[0].headers["hygge-version"]
    assert "hygge-grid" not in household.headers
    tags = {client.get(f"{API}/1{path}", headers=callers[0]).headers["etag"] for path in KEPT}
    assert len(tags) == len(KEPT), "two places have the same tag"


def test_a_tag_opens_nothing_to_who_may_not_see_it(client, tokens):
    tag = client.get(f"{API}/1/summary", headers=tokens.headers(7, "operator")).headers["etag"]
    stranger = tokens.headers(8, "operator", operates=[2]) | {"If-None-Match": tag}
    assert client.get(f"{API}/1/summary", headers=stranger).status_code == 404


def test_what_may_still_change_or_is_of_several_runs_is_not_kept(client, tokens):
    headers = tokens.headers(7, "operator")
    for path in ("/3", "/compare?runs=1,1", "/1/export?table=days", "/1/bills/101?format=html", "/999"):
        answer = client.get(f"{API}{path}", headers=headers)
        if path != "/compare?runs=1,1":  # one run after all
            assert "hygge-version" not in answer.headers, path
    table = client.get(f"{API}/1/series?node_id=101", headers=headers | {"Accept": "text/csv"})
    assert "etag" not in table.headers
