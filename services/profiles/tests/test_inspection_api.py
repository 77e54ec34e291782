"""A file before there is a mapping: what it is taken for, and that the suggested mapping works."""

import gzip
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st


def inspect(api: Any, content: bytes | str, **query: Any) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    answer = api.request("POST", "/profiles/upload/inspection", files={"file": ("x.csv", data)}, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def table(header: str, line: str, count: int, step_minutes: int = 15, start: str = "2026-01-01T00:00") -> str:
    """A CSV of `count` rows; `line` formats a stamp `t` and the row's number `i`."""
    first = datetime.fromisoformat(start)
    rows = [line.format(t=first + timedelta(minutes=step_minutes * i), i=i) for i in range(count)]
    return "\n".join([header, *rows, ""])


GERMAN = table("Zeit;Haus 1 kWh;PV [kW];Notiz", "{t:%d.%m.%Y %H:%M};0,{i:03};1,5;ok", 300)


def test_a_german_file(alice: Any) -> None:
    body = inspect(alice, GERMAN, timezone="Europe/Berlin")
    assert body["dialect"] == {
        "format": "csv", "encoding": "UTF-8", "delimiter": ";", "decimal": ",", "header": True, "skip_lines": 0,
    }  # fmt: skip
    assert [(column["name"], column["kind"], column["guess"]) for column in body["columns"]] == [
        ("Zeit", "timestamp", None),
        ("Haus 1 kWh", "number", {"unit": "kWh", "profile_type": "load"}),
        ("PV [kW]", "number", {"unit": "kW", "profile_type": "solar"}),
        ("Notiz", "text", None),
    ]
    assert body["columns"][1]["samples"] == ["0,000", "0,001", "0,002", "0,003", "0,004"]
    assert (len(body["rows"]), body["first_line"]) == (20, 2)
    assert body["rows"][1] == ["01.01.2026 00:15", "0,001", "1,5", "ok"]
    assert body["timestamps"] == {
        "columns": ["Zeit"], "format": "day.month.year", "has_offset": False, "timezone_guess": "Europe/Berlin",
        "interval_label_guess": "start", "step_minutes": 15, "first": "2026-01-01T00:00:00",
        "last": "2026-01-03T01:45:00", "problem": None,
    }  # fmt: skip
    mapping = body["mapping"]
    assert mapping["series"] == [
        {"column": "Haus 1 kWh", "name": None, "profile_type": "load", "unit": "kWh"},
        {"column": "PV [kW]", "name": None, "profile_type": "solar", "unit": "kW"},
    ]
    assert (mapping["gaps"], mapping["decimal"], mapping["step_minutes"]) == ("refuse", ",", 15)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GERMAN, 2),
        (table("t,a,b", "{t:%Y-%m-%dT%H:%MZ},{i},{i}.5", 50), 2),
        (table("Unix;kW", "{t:%s};1,5", 50, start="2026-01-01T00:00+00:00"), 1),
        (table("Datum;Uhrzeit;Wert kWh", "{t:%d.%m.%Y};{t:%H:%M};1,25", 200), 1),
        ("Export of meter 7\nmade by hand\n\n" + table("Time,Power W", "{t:%Y-%m-%d %H:%M},{i}", 60), 1),
        (table("01/13/2026 00:00,5", "{t:%m/%d/%Y %H:%M},5", 60, start="2026-01-13T00:15"), 1),
        (table("MTU (UTC),Price [EUR/MWh]", "{t:%Y-%m-%d %H:%M},{i}.1", 48, 60), 1),
        (table("t\tghi W/m2\ttemp_C", "{t:%Y%m%d%H%M}\t{i}\t3.5", 48, 60), 2),
    ],
)
def test_the_suggested_mapping_uploads_the_file(alice: Any, content: str, expected: int) -> None:
    body = inspect(alice, content)
    answer = alice.upload(content, body["mapping"], params={"dry_run": "true"})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["preview"]) == expected
    assert answer.json()["report"]["detected"]["step_minutes"] == [body["timestamps"]["step_minutes"]]


def test_types_and_units_of_columns(alice: Any) -> None:
    header = "t,Price [EUR/MWh],ghi W/m2,temp_C,g/kWh,kw,plain"
    body = inspect(alice, table(header, "{t:%Y-%m-%dT%H:%MZ},1,2,3,4,5,6", 5))
    guesses = [(c["guess"]["unit"], c["guess"]["profile_type"]) for c in body["columns"][1:]]
    assert guesses == [
        ("EUR/MWh", "price"), ("W_per_m2", "weather"), ("degC", "weather"), ("g/kWh", "carbon"), ("kW", "load"),
        (None, "load"),
    ]  # fmt: skip
    assert body["timestamps"]["has_offset"] is True
    assert body["timestamps"]["timezone_guess"] == "UTC"


def test_a_long_file(alice: Any) -> None:
    rows = "".join(f"2026-01-01 {hour:02}:00,{house},{hour}.5\n" for hour in range(24) for house in ("A", "B"))
    body = inspect(alice, "when,house,kw\n" + rows)
    mapping = body["mapping"]
    assert (mapping["series_column"], mapping["value_column"], mapping["unit"]) == ("house", "kw", "kW")
    answer = alice.upload("when,house,kw\n" + rows, mapping, params={"dry_run": "true"})
    assert [one["column"] for one in answer.json()["preview"]] == ["A", "B"]


def test_values_of_a_house_are_not_taken_for_names_of_series(alice: Any) -> None:
    rows = "".join(f"2026-01-01 {hour:02}:00,{hour % 3},{'' if hour else 'note'}\n" for hour in range(24))
    mapping = inspect(alice, "when,Haus 1 [kWh],remark\n" + rows)["mapping"]
    assert mapping["series_column"] is None
    assert [one["column"] for one in mapping["series"]] == ["Haus 1 [kWh]"]


def test_stamps_that_label_ends(alice: Any) -> None:
    content = table("Zeit;kW", "{t:%d.%m.%Y %H:%M};1,5", 96, start="2026-01-01T00:15")
    assert inspect(alice, content)["mapping"]["interval_label"] == "end"


def test_standard_time_all_year_is_noticed(alice: Any) -> None:
    """29 March 2026, 02:00 does not exist in Berlin."""
    content = table("t;kW", "{t:%d.%m.%Y %H:%M};1,5", 12, 60, start="2026-03-28T20:00")
    body = inspect(alice, content, timezone="Europe/Berlin")
    assert body["mapping"]["timezone"] == "+01:00"
    assert inspect(alice, content)["timestamps"]["timezone_guess"] is None


def test_day_or_month_is_left_to_a_person(alice: Any) -> None:
    body = inspect(alice, table("t,kw", "{t:%d/%m/%Y %H:%M},1", 5, start="2026-02-03T00:00"))
    assert body["columns"][0]["kind"] == "timestamp"
    assert "day or month first" in body["timestamps"]["problem"]
    assert body["mapping"]["timestamp_format"] is None


def test_a_head_may_be_cut_anywhere(alice: Any) -> None:
    whole = table("Zähler;kWh für Übergabe", "{t:%d.%m.%Y %H:%M};0,{i:04}", 5000)
    expected = inspect(alice, whole)
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        data = whole.encode(encoding)
        for cut in (*range(2990, 3000), 100_000):
            body = inspect(alice, data[:cut])
            assert body["mapping"] == expected["mapping"], (encoding, cut)
            assert body["rows"] == expected["rows"]
    packed = gzip.compress(whole.encode())
    assert inspect(alice, packed[: len(packed) // 2])["mapping"] == expected["mapping"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(cut=st.integers(130, 4000))
@example(cut=415)
def test_any_cut_is_understood(alice: Any, cut: int) -> None:
    body = inspect(alice, GERMAN.encode()[:cut])
    assert body["columns"][0]["kind"] == "timestamp"
    assert body["timestamps"]["format"] == "day.month.year"
    assert [column["name"] for column in body["columns"]] == ["Zeit", "Haus 1 kWh", "PV [kW]", "Notiz"]


def test_a_last_line_without_an_end_is_shown(alice: Any) -> None:
    body = inspect(alice, "t;kw\n2026-01-01 00:00;1\n2026-01-01 00:15;2\n2026-01-01 00:30;3")
    assert [row[1] for row in body["rows"]] == ["1", "2", "3"]
    assert inspect(alice, "t;kw\n2026-01-01 00:00;1")["rows"] == [["2026-01-01 00:00", "1"]]


def test_parquet(alice: Any) -> None:
    stamps = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * step) for step in range(400)]
    for zone in ("UTC", None):
        kind = pa.timestamp("us", zone)
        when = pa.array([stamp if zone else stamp.replace(tzinfo=None) for stamp in stamps], kind)
        sink = io.BytesIO()
        pq.write_table(pa.table({"pv_kwh": np.arange(400.0), "when": when, "name": ["x"] * 400}), sink)
        body = inspect(alice, sink.getvalue())
        assert body["dialect"]["format"] == "parquet"
        assert [column["kind"] for column in body["columns"]] == ["number", "timestamp", "text"]
        assert (body["timestamps"]["columns"], body["timestamps"]["step_minutes"]) == (["when"], 15)
        assert body["timestamps"]["has_offset"] is (zone is not None)
        body["mapping"]["series_column"] = None
        body["mapping"]["value_column"] = "pv_kwh"
        body["mapping"]["series"] = "all"
        answer = alice.upload(sink.getvalue(), body["mapping"], params={"dry_run": "true"})
        assert answer.json()["preview"][0]["profile_type"] == "solar"
        cut = alice.request("POST", "/profiles/upload/inspection", files={"file": ("x", sink.getvalue()[:500])})
        assert cut.status_code == 422
        assert "whole" in cut.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04....", b"just text", b"\x1f\x8bnot gzip", b"a;b\n", b"\x00\x01;\x02\n"]
)
def test_what_is_no_table(alice: Any, content: bytes) -> None:
    answer = alice.request("POST", "/profiles/upload/inspection", files={"file": ("x", content)})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def test_a_table_without_stamps(alice: Any) -> None:
    body = inspect(alice, "a;b\n1;2\n3;4\n")
    assert body["timestamps"]["columns"] == []
    assert body["timestamps"]["problem"]


def test_who_may(alice: Any, admin: Any) -> None:
    files = {"file": ("x.csv", GERMAN.encode())}
    assert admin.login(20, "viewer").request("POST", "/profiles/upload/inspection", files=files).status_code == 403
    assert alice.request("POST", "/profiles/upload/inspection", json={}).status_code == 415
    params = {"timezone": "Mars"}
    assert alice.request("POST", "/profiles/upload/inspection", files=files, params=params).status_code == 422


def test_gaps_of_a_dry_run(alice: Any) -> None:
    text = "t,a kw,b kw\n2026-01-01T00:00Z,1,4\n2026-01-01T00:15Z,,4\n2026-01-01T01:00Z,3,4\n2026-01-01T01:00Z,3,4\n"
    filled = alice.upload(text, {"gaps": "interpolate", "duplicates": "first"}, params={"dry_run": "true"}).json()
    gaps = [
        (g["column"], g["start"][11:16], g["end"][11:16], g["steps"], g["filled"]) for g in filled["report"]["gaps"]
    ]
    assert gaps == [
        (None, "00:30", "01:00", 2, "interpolate"), ("a kw", "00:15", "01:00", 3, "interpolate"),
    ]  # fmt: skip
    assert filled["report"]["duplicates"] == 1
    assert [(one["count"], one["missing"]) for one in filled["preview"]] == [(5, 3), (5, 2)]


def test_a_refused_file_still_tells_what_it_is(alice: Any) -> None:
    text = "t,a kw,b kw\n2026-01-01T00:00Z,1,4\n2026-01-01T00:15Z,,4\n2026-01-01T00:30Z,3,4\n2026-01-01T01:00Z,3,4\n"
    answer = alice.upload(text, params={"dry_run": "true"})
    assert answer.status_code == 422
    body = answer.json()
    assert [error["field"] for error in body["errors"]] == ["line 3", "line 5"]
    assert [(g["column"], g["steps"], g["filled"]) for g in body["report"]["gaps"]] == [
        (None, 1, None),
        ("a kw", 1, None),
    ]
    first = body["preview"][0]
    assert (first["count"], first["missing"], first["statistics"]["mean"]) == (3, 2, pytest.approx(7 / 3))
    assert first["first_values"] == [1.0, None, 3.0, None, 3.0]
    assert first["yearly_kwh"] == pytest.approx(7 / 3 * 8765.82)
    unread = alice.upload("t,kw\n2026-01-01T00:00Z,x\n2026-01-01T00:15Z,1\n", {"series": ["kw"]}).json()
    assert (unread["report"]["rows_read"], unread["preview"]) == (2, [])
