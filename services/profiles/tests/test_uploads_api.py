"""Uploads over HTTP: formats, reports, limits, all or nothing."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from hygge_profiles.series import repository as days

CSV = "time,a kw,b kw\n2026-01-01T00:00Z,1,2\n2026-01-01T00:15Z,3,4\n"


def parquet(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


STAMPS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * step) for step in range(4)]


def test_report(alice: Any) -> None:
    answer = alice.upload(CSV, {"source_type": "measured"}, name="C:\\data\\street.csv")
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/v1/profiles"
    body = answer.json()
    assert body["preview"] is None
    assert [profile["name"] for profile in body["profiles"]] == ["a kw", "b kw"]
    assert body["profiles"][0]["source_type"] == "measured"
    assert body["profiles"][0]["config_details"] == {
        "file": "street.csv", "mapping": {"source_type": "measured"}, "column": "a kw", "unit": "kW",
    }  # fmt: skip
    assert body["report"] == {
        "rows_read": 2, "rows_refused": 0, "gaps_filled": 0, "duplicates": 0, "clipped": 0, "gaps": [],
        "gaps_omitted": 0, "findings": [],
        "findings_omitted": 0,
        "detected": {
            "format": "csv", "encoding": "UTF-8", "delimiter": ",", "decimal": ".", "header": True, "layout": "wide",
            "timestamp_columns": ["time"], "timestamp_format": "ISO 8601", "timezone": "as in the stamps",
            "interval_label": "start", "step_minutes": [15],
            "series": [
                {"column": "a kw", "profile_type": "load", "unit": "kW"},
                {"column": "b kw", "profile_type": "load", "unit": "kW"},
            ],
        },
    }  # fmt: skip


def test_one_series_is_named_by_its_file(alice: Any) -> None:
    answer = alice.upload("time,kw\n2026-01-01T00:00Z,1\n2026-01-01T00:15Z,3\n", name="house 7.csv.gz")
    profile = answer.json()["profiles"][0]
    assert profile["name"] == "house 7"
    assert answer.headers["location"] == f"/api/v1/profiles/{profile['id']}"


def test_gzip(alice: Any) -> None:
    assert len(alice.upload(gzip.compress(CSV.encode())).json()["profiles"]) == 2


def test_series_of_many_kinds(alice: Any) -> None:
    mapping = {
        "timezone": "Europe/Berlin",
        "series": [
            {"column": "b kw", "name": "roof", "profile_type": "solar", "unit": "pu"},
            {"column": "a kw", "profile_type": "price", "unit": "ct/kWh"},
        ],
    }
    profiles = alice.upload(CSV, mapping).json()["profiles"]
    kinds = [(p["name"], p["profile_type"], p["unit"], p["statistics"]["max"]) for p in profiles]
    assert kinds == [("roof", "solar", "pu", 4.0), ("a kw", "price", "EUR/kWh", pytest.approx(0.03))]


def test_dry_run_stores_nothing(alice: Any) -> None:
    before = alice.get("/profiles", params={"limit": 1000}).json()
    stored = alice.upload(CSV).json()
    for options in ({"params": {"dry_run": "true"}}, {"data": {"dry_run": "true", "mapping": "{}"}}):
        answer = alice.request("POST", "/profiles/upload", files={"file": ("x.csv", CSV.encode())}, **options)
        assert answer.status_code == 200
        body = answer.json()
        assert body["profiles"] == []
        assert body["report"] == stored["report"]
        assert body["preview"][0] == {
            "name": "a kw", "column": "a kw", "profile_type": "load", "unit": "kW", "start": "2026-01-01T00:00:00Z",
            "end": "2026-01-01T00:30:00Z", "step_minutes": 15, "first_values": [1.0, 3.0],
            "count": 2, "missing": 0, "yearly_kwh": pytest.approx(2 * 8765.82),
            "statistics": {"mean": 2.0, "max": 3.0, "min": 1.0, "sum": 4.0, "energy_kwh": 1.0},
        }  # fmt: skip
    after = alice.get("/profiles", params={"limit": 1000}).json()
    assert len(after["items"]) == len(before["items"]) + 2


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", None])
def test_parquet(alice: Any, zone: str | None) -> None:
    kind = pa.timestamp("ns", zone)
    stamps = pa.array([stamp if zone else stamp.replace(tzinfo=None) for stamp in STAMPS], kind)
    content = parquet(kwh=pa.array([1, 2, None, 4], pa.int32()), when=stamps, note=["a", "b", "c", "d"])
    refused = alice.upload(content)
    assert refused.json()["errors"] == [{"field": "row 3", "message": "kwh: no value"}]
    body = alice.upload(content, {"gaps": "interpolate"}, name="x.parquet").json()
    assert body["report"]["detected"]["format"] == "parquet"
    assert body["profiles"][0]["start"] == "2026-01-01T00:00:00Z"
    assert alice.values(body["profiles"][0]["id"]) == [4.0, 8.0, 12.0, 16.0]


def test_parquet_long_with_text_stamps(alice: Any) -> None:
    content = parquet(
        id=pa.array(["A", "A", "B", "B"]).dictionary_encode(),
        t=["2026-01-01 00:00", "2026-01-01 00:30"] * 2,
        v=pa.array([1.5, 2.5, 3.5, float("inf")], pa.float32()),
    )
    assert alice.upload(content, {"series_column": "id"}).json()["errors"][0]["field"] == "row 4"
    mapping = {"series_column": "id", "series": [{"column": "A", "name": "first"}], "invalid": "skip", "gaps": "zero"}
    body = alice.upload(content, mapping).json()
    assert [(p["name"], p["step_minutes"]) for p in body["profiles"]] == [("first", 30)]


def test_parquet_of_nested_values(alice: Any) -> None:
    answer = alice.upload(parquet(t=STAMPS, v=[[1.0], [2.0], [3.0], [4.0]]))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({"t": pa.array([-(2**60), 2**60], pa.timestamp("ms")), "v": [1.0, 2.0]}, "row 1"),
        ({"t": pa.array([1_767_225_600_500, 1_767_225_601_000], pa.timestamp("ms")), "v": [1.0, 2.0]}, "row 1"),
        ({"t": pa.array([1, 2], pa.time32("s")), "v": [1.0, 2.0]}, "file"),
        ({"t": STAMPS[:2], "v": pa.array([b"a", b"b"])}, "file"),
        ({"t": STAMPS[:2], "v": pa.array(["1.5", "x"])}, "row 2"),
        ({"t": pa.array([None, None], pa.string()), "v": [1.0, 2.0]}, "file"),
        ({"v": [1.0, 2.0]}, "file"),
    ],
)
def test_parquet_that_is_refused(alice: Any, columns: dict[str, Any], place: str) -> None:
    answer = alice.upload(parquet(**columns))
    assert answer.status_code == 422
    assert place in [error["field"] for error in answer.json()["errors"]], answer.text


def test_nul_in_names_is_left_out_or_refused(alice: Any) -> None:
    columns = {"t": STAMPS, "a\0b": [1.0] * 4, "c": [2.0] * 4}
    answer = alice.upload(parquet(**columns))
    assert (answer.status_code, [one["name"] for one in answer.json()["profiles"]]) == (201, ["ab", "c"])
    for field in ("name", "column"):
        mapping = {"series": [{"column": "a kw", "name": "x"} | {field: "a\0b"}]}
        answer = alice.upload(CSV, mapping)
        assert answer.status_code == 422
        assert f"mapping.series.0.{field}" in [error["field"] for error in answer.json()["errors"]]


def test_year_one_is_not_2001(alice: Any) -> None:
    assert alice.upload("time,kw\n0001-01-01T00:00Z,1\n0001-01-01T01:00Z,1\n").status_code == 422
    short = alice.upload("time,kw\n01.01.26 00:00,1\n01.01.26 01:00,1\n")
    assert short.json()["profiles"][0]["start"] == "2026-01-01T00:00:00Z"


def test_mapping_as_a_file_and_bad_json(alice: Any) -> None:
    files = {"file": ("x.csv", CSV.encode()), "mapping": ("m.json", b'{"unit": "W"}', "application/json")}
    answer = alice.request("POST", "/profiles/upload", files=files)
    assert answer.json()["profiles"][0]["statistics"]["max"] == pytest.approx(0.003)
    bad = alice.request("POST", "/profiles/upload", files={"file": ("x", b"")}, data={"mapping": "{unit}"})
    assert bad.json()["errors"][0]["field"].startswith("mapping")


def test_what_is_no_upload(alice: Any) -> None:
    assert alice.request("POST", "/profiles/upload", json={}).status_code == 415
    assert alice.request("POST", "/profiles/upload", data={"mapping": "{}"}, files={"x": b""}).status_code == 422
    headers = {"content-type": "multipart/form-data"}
    assert alice.request("POST", "/profiles/upload", content=b"xx", headers=headers).status_code == 400


def test_nothing_is_half_stored(alice: Any, monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    """When the day vectors can't be written the profiles are not there either."""
    before = alice.get("/profiles", params={"limit": 1000}).json()

    def fail(_series: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(days, "insert", fail)
    assert alice.upload(CSV).status_code == 500
    assert alice.get("/profiles", params={"limit": 1000}).json() == before


def test_long_reports_are_cut(alice: Any) -> None:
    rows = "".join(f"2026-01-01T{hour:02d}:{minute:02d}Z,oops\n" for hour in range(24) for minute in range(60))
    errors = alice.upload("time,kw\n2026-01-01T00:00Z,1\n" + rows, {"series": [{"column": "kw"}]}).json()["errors"]
    assert len(errors) == 101
    assert errors[0] == {"field": "line 3", "message": "kw: 'oops' is not a number"}
    assert errors[-1]["message"] == "and 1340 more findings"


def test_line_numbers_with_quotes_and_blank_lines(alice: Any) -> None:
    text = (
        '\r\n"time","kw","a\nnote"\r\n2026-01-01T00:00Z,1,"two\nlines"\r\n\r\n2026-01-01T00:15Z,2,\r\n'
        '2026-01-01T00:30Z,oops,"x"\r\n2026-01-01T00:45Z,1\r\n\r\n2026-01-01T01:00Z,inf,\r\n'
    )
    lines = text.split("\n")
    errors = alice.upload(text, {"series": [{"column": "kw"}]}).json()["errors"]
    assert [error["field"] for error in errors] == ["line 8", "line 9", "line 11"]
    assert "oops" in lines[7]
    assert lines[8] == "2026-01-01T00:45Z,1\r"
    assert "inf" in lines[10]


def test_line_numbers_far_down(alice: Any) -> None:
    """Beyond one block of the parser."""
    start = np.datetime64("2020-01-01T00:00")
    stamps = np.datetime_as_string(start + np.arange(360_000) * np.timedelta64(5, "m"))
    rows = [f"{stamp},1.5,0.25\n" for stamp in stamps.tolist()]
    rows[340_000] = f"{stamps[340_000]},1.5\n"
    rows[350_000] = f"{stamps[350_000]},nope,1\n"
    errors = alice.upload("time,a,b\n" + "".join(rows)).json()["errors"]
    assert [error["field"] for error in errors] == ["line 340002", "line 350002"]


@pytest.fixture
def small(make_app: Callable[..., Any], alice: Any) -> Iterator[Any]:
    """The service with limits of 1 MB."""
    with TestClient(make_app(max_upload_mb=1, max_body_mb=1, max_unpacked_mb=1)) as client:
        yield type(alice)(client, alice.tokens, alice.headers)


def test_large_uploads_are_refused_by_their_announced_length(small: Any) -> None:
    headers = {"content-length": str(2 * 2**30), "content-type": "multipart/form-data; boundary=x"}
    for path in ("/profiles/upload", "/profiles", "/bundles"):
        answer = small.request("POST", path, content=iter([b"--x\r\n"]), headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"]


def test_large_uploads_are_refused_while_they_come(small: Any) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        while True:
            sent += 1
            yield b"1" * 65_536
            assert sent < 1000

    headers = {"content-type": "multipart/form-data; boundary=x", "transfer-encoding": "chunked"}
    body = b"".join(chunk for chunk, _ in zip(endless(), range(40), strict=False))
    assert small.request("POST", "/profiles/upload", content=body, headers=headers).status_code == 413
    assert small.request("POST", "/profiles", content=body).status_code == 413


def test_archives_that_unpack_to_too_much(small: Any) -> None:
    bomb = gzip.compress(b"time,kw\n" + b"2026-01-01T00:00Z,1\n" * 200_000)
    assert len(bomb) < 2**20
    assert small.upload(bomb).status_code == 413
    wide = parquet(t=pa.array([STAMPS[0]] * 400_000), v=pa.array(np.zeros(400_000)))
    assert small.upload(wide).status_code in (413, 422)


def test_json_mapping_of_the_examples_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    example = document["paths"]["/api/v1/profiles/upload"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert json.loads(example["schema"]["properties"]["mapping"]["example"])["unit"] == "kWh"
