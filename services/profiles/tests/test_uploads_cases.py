# ruff: noqa: E501 (a case is a line)
"""Files as they come: each case is a small file, a mapping, and what it must become (or the lines that are wrong)."""

from dataclasses import dataclass, field
from typing import Any

import pytest

HOUR = {"step_minutes": 60}
BERLIN = {"timezone": "Europe/Berlin"}


@dataclass(frozen=True)
class Good:
    """A file that is taken: `values` per series; `start` of the first series; parts of the report."""

    name: str
    text: str | bytes
    values: list[list[float]]
    mapping: dict[str, Any] = field(default_factory=dict)
    start: str = "2026-01-01T00:00:00Z"
    step_minutes: int = 60
    report: dict[str, Any] = field(default_factory=dict)
    lines: list[int | None] | None = None


def hours(*cells: str, day: str = "2026-01-01") -> str:
    """An hourly file from midnight UTC; a cell that is 'x' is left out with its row."""
    rows = [f"{day}T{hour:02d}:00Z,{cell}" for hour, cell in enumerate(cells) if cell != "x"]
    return "\n".join(["time,kw", *rows]) + "\n"


def berlin(day: str, *clock: str) -> str:
    return "time,kw\n" + "".join(f"{day} {stamp},{index}\n" for index, stamp in enumerate(clock))


GOOD = [
    Good("plain", hours("1", "2", "3"), [[1, 2, 3]]),
    Good("without last line break", hours("1", "2").rstrip(), [[1, 2]]),
    Good("windows line ends", hours("1", "2").replace("\n", "\r\n"), [[1, 2]]),
    Good("old mac line ends", hours("1", "2").replace("\n", "\r"), [[1, 2]]),
    Good("byte order mark", b"\xef\xbb\xbf" + hours("1", "2").encode(), [[1, 2]]),
    Good("utf-16", hours("1", "2").encode("utf-16"), [[1, 2]]),
    Good("windows-1252", "Zeit;Wärme kW\n01.01.2026 00:00;1,5\n01.01.2026 01:00;2\n".encode("cp1252"), [[1.5, 2]]),
    Good("semicolons and decimal commas", "Zeit;kW\n01.01.2026 00:00;1,5\n01.01.2026 01:00;-0,25\n", [[1.5, -0.25]]),
    Good("tabs", hours("1", "2").replace(",", "\t"), [[1, 2]]),
    Good("quoted decimal commas between commas", 'time,kw\n2026-01-01 00:00,"1,5"\n2026-01-01 01:00,"2,5"\n', [[1.5, 2.5]]),
    Good("no header", "2026-01-01 00:00,1\n2026-01-01 01:00,2\n", [[1, 2]]),
    Good("spaces around numbers", hours(" 1 ", " 2"), [[1, 2]]),
    Good("exponents and plus signs", hours("1e-1", "+2", ".5"), [[0.1, 2, 0.5]]),
    Good("blank lines", hours("1", "2", "3").replace("\n2026-01-01T01", "\n\n\n2026-01-01T01"), [[1, 2, 3]]),
    Good("lines before the header", "Meter 7\nStreet 1\n" + hours("1", "2"), [[1, 2]], {"skip_lines": 2}),
    Good("rows backward in time", "time,kw\n2026-01-01T01:00Z,2\n2026-01-01T00:00Z,1\n", [[1, 2]]),
    Good("offsets in the stamps", "time,kw\n2026-01-01T01:00+01:00,1\n2026-01-01T03:00+0200,2\n", [[1, 2]]),
    Good("a fixed offset for naive stamps", "t,kw\n2026-01-01 10:00,1\n2026-01-01 11:00,2\n", [[1, 2]], {"timezone": "+10:00"}),
    Good("end of interval", hours("x", "1", "2"), [[1, 2]], {"interval_label": "end"}),
    Good("24:00 ends the day", "t,kw\n01.01.2026 23:00,1\n01.01.2026 24:00,2\n", [[1, 2]], {"interval_label": "end"}, "2026-01-01T22:00:00Z"),
    Good("am and pm", "t,kw\n01/13/2026 11:00 AM,1\n01/13/2026 12:00 PM,2\n01/13/2026 1:00 PM,3\n", [[1, 2, 3]], {}, "2026-01-13T11:00:00Z"),
    Good("date and time, month names, AM/PM, a dash for no value", "\ufeffDate;Time of day;DE[€/MWh];PL[€/MWh]\nMar 27, 2026;12:00 AM;-;24.17\nMar 27, 2026;1:00 AM;50;24.05\n", [[0, 0.05], [0.02417, 0.02405]], {"timestamp_column": ["Date", "Time of day"], "timezone": "Europe/Berlin", "gaps": "zero"}, "2026-03-26T23:00:00Z"),
    Good("month names", "t;kw\nJan 1, 2026 12:00 AM;1\nJan 1, 2026 1:00 AM;2\n", [[1, 2]]),
    Good("date and time in two columns", "d,t,kw\n2026-01-01,00:00,1\n2026-01-01,01:00,2\n", [[1, 2]], {"timestamp_column": ["d", "t"]}),
    Good("a format of one's own", "t,kw\n20260101 00h,1\n20260101 01h,2\n", [[1, 2]], {"timestamp_format": "%Y%m%d %Hh"}),
    Good("seconds since 1970", "t,kw\n1767225600,1\n1767229200,2\n", [[1, 2]], {"timestamp_column": "t", "timestamp_format": "unix"}),
    Good("kwh per quarter-hour", "t,kwh\n2026-01-01T00:00Z,1\n2026-01-01T00:15Z,2\n", [[4, 8]], step_minutes=15),
    Good("watts", hours("1500", "250").replace("kw", "p"), [[1.5, 0.25]], {"unit": "W"}),
    Good("price per MWh", hours("50", "-10").replace("kw", "DE [€/MWh]"), [[0.05, -0.01]], {"negative": "refuse"}),
    Good("gap as zero", hours("1", "x", "3", "4"), [[1, 0, 3, 4]], {"gaps": "zero"}, report={"gaps_filled": 1}, lines=[3]),
    Good("gap interpolated", hours("1", "x", "x", "4", "5"), [[1, 2, 3, 4, 5]], {"gaps": "interpolate"}, report={"gaps_filled": 2}),
    Good("gap as previous", hours("1", "x", "NaN", "4"), [[1, 1, 1, 4]], {"gaps": "previous"}, report={"gaps_filled": 2}),
    Good("empty cell is a gap", hours("1", "", "3"), [[1, 2, 3]], {"gaps": "interpolate"}, report={"gaps_filled": 1}, lines=[3]),
    Good("empty ends are cut", hours("", "1", "2", "-"), [[1, 2]], {"edges": "trim"}, "2026-01-01T01:00:00Z"),
    Good("first of duplicates", hours("1", "2") + "2026-01-01T01:00Z,9\n", [[1, 2]], {"duplicates": "first"}, report={"duplicates": 1}, lines=[4]),
    Good("last of duplicates", hours("1", "2") + "2026-01-01T01:00Z,9\n", [[1, 9]], {"duplicates": "last"}),
    Good("mean of duplicates", hours("1", "2") + "2026-01-01T01:00Z,9\n", [[1, 5.5]], {"duplicates": "mean"}),
    Good("negative kept", hours("1", "-2"), [[1, -2]], lines=[3]),
    Good("negative set to zero", hours("1", "-2"), [[1, 0]], {"negative": "clip_to_zero"}, report={"clipped": 1}, lines=[3]),
    Good("bad rows skipped", hours("1", "oops", "3") + "total,4\n", [[1, 2, 3]], {"invalid": "skip", "gaps": "interpolate"}, report={"rows_refused": 1, "rows_read": 4}, lines=[3, 5, 3]),
    Good("several series", "t,a,b\n2026-01-01 00:00,1,10\n2026-01-01 01:00,2,20\n", [[1, 2], [10, 20]]),
    Good("text columns are left out", "t,a,note\n2026-01-01 00:00,1,x\n2026-01-01 01:00,2,y\n", [[1, 2]], lines=[None]),
    Good("chosen series", "t,a,b\n2026-01-01 00:00,1,10\n2026-01-01 01:00,2,20\n", [[10, 20]], {"series": [{"column": "b"}]}),
    Good("one series by its column", "t,a,b\n2026-01-01 00:00,1,10\n2026-01-01 01:00,2,20\n", [[10, 20]], {"value_column": "b"}),
    Good("series by their names", "t,a,b\n2026-01-01 00:00,1,10\n2026-01-01 01:00,2,20\n", [[10, 20]], {"series": ["b"]}),
    Good("long", "id,t,v\nA,2026-01-01 00:00,1\nB,2026-01-01 00:00,5\nA,2026-01-01 01:00,2\nB,2026-01-01 01:00,6\n", [[1, 2], [5, 6]], {"series_column": "id"}),
    Good("long, series of their own length", "id,t,v\nA,2026-01-01 00:00,1\nA,2026-01-01 01:00,2\nB,2026-01-01 01:00,5\nB,2026-01-01 01:30,6\n", [[1, 2], [5, 6]], {"series_column": "id", "value_column": "v"}),
    Good("clock forward", berlin("2026-03-29", "01:00", "03:00", "04:00"), [[0, 1, 2]], BERLIN, "2026-03-29T00:00:00Z"),
    Good("clock back, in order", berlin("2026-10-25", "01:00", "02:00", "02:00", "03:00"), [[0, 1, 2, 3]], BERLIN, "2026-10-24T23:00:00Z"),
    Good("clock back, rows backward", berlin("2026-10-25", "03:00", "02:00", "02:00", "01:00"), [[3, 2, 1, 0]], BERLIN, "2026-10-24T23:00:00Z"),
    Good("clock back, quarter-hours sorted by stamp", berlin("2026-10-25", "02:00", "02:00", "02:30", "02:30"), [[0, 2, 1, 3]], BERLIN, "2026-10-25T00:00:00Z", 30),
    Good("clock back, read as the first", berlin("2026-10-25", "01:00", "02:00", "02:00", "03:00"), [[0, 1, 1, 3]], {**BERLIN, "dst": "first", "duplicates": "first", "gaps": "previous"}, "2026-10-24T23:00:00Z"),
    Good("end labels over the clock forward", berlin("2026-03-29", "01:00", "02:00", "04:00"), [[0, 1, 2]], {**BERLIN, "interval_label": "end"}, "2026-03-28T23:00:00Z"),
    Good("hours at a half-hour offset become half-hours", "t,kw\n2026-01-01 05:00,1\n2026-01-01 06:00,2\n", [[1, 1, 2, 2]], {"timezone": "Asia/Kolkata"}, "2025-12-31T23:30:00Z", 30),
    Good("one stamp with its step", hours("7"), [[7]], HOUR),
]  # fmt: skip


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_good_files(alice: Any, case: Good) -> None:
    answer = alice.upload(case.text, case.mapping)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    profiles = body["profiles"]
    assert [alice.values(profile["id"]) for profile in profiles] == [
        pytest.approx(one, rel=1e-6) for one in case.values
    ]
    assert profiles[0]["start"] == case.start
    assert profiles[0]["step_minutes"] == case.step_minutes
    assert {name: body["report"][name] for name in case.report} == case.report
    if case.lines is not None:
        assert [finding["line"] for finding in body["report"]["findings"]] == sorted(case.lines, key=lambda x: x or 0)


@dataclass(frozen=True)
class Bad:
    """A file that is refused: the fields of the findings, and a part of the first message."""

    name: str
    text: str | bytes
    fields: list[str]
    message: str
    mapping: dict[str, Any] = field(default_factory=dict)


BAD = [
    Bad("empty file", b"", ["file"], "empty"),
    Bad("only a header", "time,kw\n", ["file"], "no rows"),
    Bad("no table", "hello\nworld\n", ["file"], "delimiter"),
    Bad("no stamps", "a,b\n1,2\n3,4\n", ["file"], "timestamps"),
    Bad("no numbers", "time,note\n2026-01-01,x\n2026-01-02,y\n", ["file"], "numbers"),
    Bad("excel", b"PK\x03\x04rest", ["file"], "Excel"),
    Bad("xml", b"<?xml version='1.0'?>", ["file"], "XML"),
    Bad("binary", b"a,b\n\0\0", ["file"], "binary"),
    Bad("damaged gzip", b"\x1f\x8b\x08nothing", ["file"], "gzip"),
    Bad("damaged parquet", b"PAR1nothing", ["file"], "Parquet"),
    Bad("unknown column", hours("1", "2"), ["mapping.timestamp_column"], "no column 'when'", {"timestamp_column": "when"}),
    Bad("unknown series", hours("1", "2"), ["mapping.series.0.column"], "no column 'x'", {"series": [{"column": "x"}]}),
    Bad("unknown rule", hours("1", "2"), ["mapping.gaps"], "refuse", {"gaps": "guess"}),
    Bad("misspelt key", hours("1", "2"), ["mapping.gap"], "not permitted", {"gap": "zero"}),
    Bad("unknown zone", hours("1", "2"), ["mapping.timezone"], "IANA", {"timezone": "Middle/Earth"}),
    Bad("unknown format code", hours("1", "2"), ["mapping.timestamp_format"], "%Q", {"timestamp_format": "%Q"}),
    Bad("wrong unit", hours("1", "2"), ["mapping.unit"], "does not fit", {"unit": "kg"}),
    Bad("milliwatts are not megawatts", hours("1", "2"), ["mapping.unit"], "does not fit", {"unit": "mW"}),
    Bad("unit of another type", hours("1", "2"), ["mapping.unit"], "does not fit", {"unit": "kWh", "profile_type": "price"}),
    Bad("day or month first", "t,kw\n01/02/2026 00:00,1\n01/02/2026 01:00,2\n", ["mapping.timestamp_format"], "first"),
    Bad("text for a number", hours("1", "x1", "3"), ["line 3"], "'x1' is not a number"),
    Bad("thousands separators", "time;kw\n2026-01-01 00:00;1.234,5\n2026-01-01 01:00;2,5\n", ["line 2"], "not a number"),
    Bad("infinite", hours("1", "inf", "-Infinity"), ["line 3", "line 4"], "finite"),
    Bad("beyond float32", hours("1", "1e39"), ["line 3"], "finite"),
    Bad("nan is a gap", hours("1", "NaN", "3"), ["line 3"], "no value"),
    Bad("missing step", hours("1", "x", "3", "4"), ["line 3"], "1 step missing before this line"),
    Bad("gap too long", hours("1", "x", "x", "4", "5"), ["line 3"], "max_gap_steps", {"gaps": "zero", "max_gap_steps": 1}),
    Bad("gap at the start", hours("", "2", "3"), ["line 2", ], "start", {"gaps": "interpolate"}),
    Bad("gap at the end", hours("1", "2", ""), ["line 4"], "end", {"gaps": "interpolate"}),
    Bad("duplicate", hours("1", "2") + "2026-01-01T01:00Z,2\n", ["line 4"], "in line 3 already"),
    Bad("negative", hours("1", "-2"), ["line 3"], "negative", {"negative": "refuse"}),
    Bad("bad stamp", hours("1", "2") + "noon,3\n", ["line 4"], "'noon' is no timestamp"),
    Bad("no stamp", hours("1", "2") + ",3\n", ["line 4"], "no timestamp"),
    Bad("30 February", hours("1", "2") + "2026-02-30T00:00Z,3\n", ["line 4"], "no timestamp"),
    Bad("too many cells", hours("1", "2") + "2026-01-01T02:00Z,3,4\n", ["line 4"], "3 cells where the header has 2"),
    Bad("too few cells", hours("1", "2") + "2026-01-01T02:00Z\n", ["line 4"], "1 cells where the header has 2"),
    Bad("between the steps", hours("1", "2", "3") + "2026-01-01T02:20Z,3\n", ["line 5"], "between the steps"),
    Bad("step of seven minutes", "t,kw\n2026-01-01T00:00Z,1\n2026-01-01T00:07Z,2\n", ["line 2"], "divide the day"),
    Bad("one stamp", hours("1"), ["line 2"], "step_minutes"),
    Bad("hour that does not exist", berlin("2026-03-29", "01:00", "02:00", "03:00"), ["line 3"], "jumps forward", BERLIN),
    Bad("hour that exists twice", berlin("2026-10-25", "01:00", "02:00", "03:00"), ["line 3"], "twice", {**BERLIN, "dst": "refuse"}),
    Bad("lost hour", berlin("2026-10-25", "01:00", "02:00", "03:00"), ["line 4"], "missing", BERLIN),
    Bad("long without key", "id,t,v\nA,2026-01-01 00:00,1\n,2026-01-01 01:00,2\n", ["line 3"], "no text in id", {"series_column": "id"}),
    Bad("stamps as series", hours("1", "2"), ["mapping.series.0.column"], "stamps", {"series": [{"column": "time"}]}),
    Bad("value column beside series", hours("1", "2"), ["mapping.value_column"], "series names them", {"series": ["kw"], "value_column": "kw"}),
    Bad("stamps as values", hours("1", "2"), ["mapping.value_column"], "stamps", {"series_column": "kw", "value_column": "time"}),
    Bad("all findings together", "t,a\n2026-01-01 00:00,x\nnoon,2\n2026-01-01 02:00,inf\n", ["line 2", "line 3"], "", {"series": [{"column": "a"}], "timestamp_column": "t"}),
    Bad("named series without values", "t,a,b\n2026-01-01 00:00,1,\n2026-01-01 01:00,2,\n", ["file"], "no values", {"series": [{"column": "a"}, {"column": "b"}]}),
    Bad("century of minutes", "t,kw\n1990-01-01 00:00,1\n1990-01-01 00:01,1\n2190-01-01 00:00,1\n", [], "", {"gaps": "zero"}),
]  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_files(alice: Any, case: Bad) -> None:
    before = alice.get("/profiles", params={"limit": 1000}).json()
    answer = alice.upload(case.text, case.mapping)
    errors = answer.json().get("errors", [])
    if case.fields:
        assert answer.status_code == 422, answer.text
        assert set(case.fields) <= {error["field"] for error in errors}, errors
        assert any(case.message in error["message"] for error in errors), errors
    else:
        assert answer.status_code == 413
    assert alice.get("/profiles", params={"limit": 1000}).json() == before
