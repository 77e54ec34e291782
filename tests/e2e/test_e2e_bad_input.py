"""What bad input gets: a problem document that says what to do, and nothing half stored."""

import http.client
from typing import Any

import pytest

from tests.e2e.client import Api, new_user
from tests.e2e.communities import battery, document, house, period, set_up

LOADS = {"h": {"load": [1.0] * 96}}


def broken_documents() -> dict[str, tuple[dict[str, Any], set[str]]]:
    """Documents with all that is wrong in them, and the paths that must be named, together."""
    fine = document("x", {"t": [house("a", id="a"), house("b", id="b")]})
    dangling = fine | {"priority_lists": [{"name": "p", "configuration": [{"flags": [], "houses": ["nobody"]}]}]}
    twice = document("x", {"t": [house("a", id=1), house("b", id=1)]})
    crossing = document("x", {"t": [house("a", battery(min_soc=0.9, max_soc=0.1), battery(charge_efficiency=1.2))]})
    negative = document("x", {"t": [house("a", battery(capacity_kwh=-1))]})
    negative["transformers"][0]["capacity_kw"] = -5
    keys = document("x", {"t": [house("a", sharing_key=0.7), house("b", sharing_key=0.5)]})
    return {
        "dangling reference": (dangling, {"priority_lists.0"}),
        "one id at two places": (twice, {"transformers.0.houses.1"}),
        "battery bounds and efficiency": (
            crossing,
            {"transformers.0.houses.0.devices.0", "transformers.0.houses.0.devices.1"},
        ),
        "negative capacities": (negative, {"transformers.0.capacity_kw", "transformers.0.houses.0.devices.0"}),
        "keys above one": (keys, {"transformers.0"}),
        "unknown time zone": (fine | {"timezone": "Mars/Olympus"}, {"timezone"}),
    }


@pytest.mark.parametrize("case", list(broken_documents()))
def test_a_broken_document_names_all_its_faults_and_stores_nothing(admin: Api, case: str) -> None:
    doc, paths = broken_documents()[case]
    with new_user(admin, "operator") as user:
        answer = user.raw("POST", "/grids/import", json=doc)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        fields = [error["field"] for error in answer.json()["errors"]]
        assert all(any(field.startswith(path) for field in fields) for path in paths), fields
        assert user("GET", "/grids")["items"] == []


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(admin: Api, text: str) -> None:
    body = f'{{"name": "t", "timezone": "UTC", "currency": "EUR", "import_limit_kw": {text}}}'
    answer = admin.raw("POST", "/grids", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"step_minutes": 7}, "step_minutes"),
        ({"end": "2016-02-01T00:00:00Z"}, "end"),
        ({"end": "2016-04-01T00:00:00Z"}, "profiles"),
        ({"allocation": "magic"}, "allocation"),
        ({"priority_list_id": 999_999_999}, "priority_list_id"),
    ],
)
def test_a_run_that_can_not_be_is_refused_or_fails_with_its_findings(
    admin: Api, changes: dict[str, Any], field: str
) -> None:
    built = set_up(admin, document("x", {"t": [house("h")]}), LOADS)
    answer = admin.raw("POST", "/runs", json={"grid_id": built.grid_id, **period(96), **changes})
    if answer.status_code == 202:
        run = admin.wait(answer.json()["id"])
        assert run["status"] == "failed"
        findings = run["error"]["errors"]
    else:
        assert answer.status_code == 422, answer.text
        findings = answer.json()["errors"]
    assert any(field in finding["field"] for finding in findings), findings


def test_a_run_on_an_empty_grid_is_refused(admin: Api) -> None:
    grid = admin("POST", "/grids", json={"name": "empty", "timezone": "UTC", "currency": "EUR"})
    problem = admin("POST", "/runs", expect=422, json={"grid_id": grid["id"], **period(96)})
    assert problem["errors"]


def test_an_unknown_flag_in_a_priority_list_is_refused(admin: Api) -> None:
    body = {"name": "p", "configuration": [{"flags": ["no-such-flag"], "houses": []}]}
    problem = admin("POST", "/priority-lists", expect=422, json=body)
    assert "no-such-flag" in str(problem["errors"])


def test_a_huge_upload_is_refused_before_it_is_read(admin: Api) -> None:
    host, port = admin.http.base_url.host, admin.http.base_url.port
    connection = http.client.HTTPConnection(host, port, timeout=30)
    connection.putrequest("POST", "/api/v1/profiles/upload")
    connection.putheader("Authorization", admin.http.headers["Authorization"])
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(2 * 1024**3))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert answer.getheader("Content-Type") == "application/problem+json"
    connection.close()


@pytest.mark.parametrize(
    "csv",
    [
        "timestamp,load\n2016-03-01T00:00Z,1\n2016-03-01T00:15Z,oops\n2016-03-01T00:30Z,2\n",
        "timestamp,load\n2016-03-01T00:00Z,1\n2016-03-01T00:00Z,1\n2016-03-01T00:15Z,1\n",
        "timestamp,load\n2016-03-01T00:00Z,1\n2016-03-01T00:15Z,1\n2016-03-01T01:00Z,1\n",
    ],
    ids=["not a number", "twice", "missing steps"],
)
def test_a_bad_csv_is_refused_by_line(admin: Api, csv: str) -> None:
    with new_user(admin, "operator") as user:
        files = {"file": ("x.csv", csv.encode(), "text/csv")}
        answer = user.raw("POST", "/profiles/upload", files=files, data={"mapping": "{}"})
        assert answer.status_code == 422, answer.text
        assert any(error["field"].startswith("line ") for error in answer.json()["errors"])
        assert user("GET", "/profiles")["items"] == []


def test_tokens_that_are_wrong_are_refused_at_every_service(admin: Api) -> None:
    good = admin.http.headers["Authorization"]
    head, body, signature = good.removeprefix("Bearer ").split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
    for token in (f"{none}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA", "rubbish"):
        for path in ("/grids", "/profiles", "/runs", "/results/1/summary", "/users"):
            answer = admin.raw("GET", path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_role_may_only_do_what_it_may(admin: Api) -> None:
    with new_user(admin, "viewer") as viewer:
        viewer("POST", "/grids", expect=403, json={"name": "x", "timezone": "UTC", "currency": "EUR"})
        viewer("GET", "/users", expect=403)
        viewer("GET", "/audit", expect=403)
