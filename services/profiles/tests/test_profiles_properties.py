"""What must hold for any file and any series (hypothesis)."""

import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygge_core.errors import InvalidInput, TooLarge
from hygge_core.resample import to_buckets, to_step
from hygge_profiles.uploads import pipeline, zones
from hygge_profiles.uploads.schemas import Mapping
from hygge_profiles.uploads.source import Limits
from services.profiles.tests import profiles_naive as naive

LIMITS = Limits(1 << 24, 1_000_000)
STEPS = (1, 5, 10, 15, 30, 60, 120)
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe",
    "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran", "America/Havana",
)  # fmt: skip
numbers = st.floats(-1e6, 1e6, width=32)
days = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(minute=0, second=0, microsecond=0)
)
quick = settings(max_examples=60)


def run(text: str, **mapping: Any) -> pipeline.Outcome:
    return pipeline.run(io.BytesIO(text.encode()), "file.csv", Mapping(**mapping), LIMITS)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.tuples(numbers, numbers), min_size=2, max_size=300),
    start=days,
    step=st.sampled_from(STEPS),
    comma=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_what_is_uploaded_is_read_back(
    alice: Any, values: list[tuple[float, float]], start: datetime, step: int, comma: bool, seed: int
) -> None:
    stamps = [start + index * timedelta(minutes=step) for index in range(len(values))]
    rows = [f"{stamp:%Y-%m-%d %H:%M};{a!r};{b!r}\n" for stamp, (a, b) in zip(stamps, values, strict=True)]
    np.random.default_rng(seed).shuffle(rows)
    text = "t;a;b\n" + "".join(rows)
    mapping = {"decimal": ",", "step_minutes": step} if comma else {"decimal": ".", "step_minutes": step}
    aligned = (start.hour * 60) % step == 0
    answer = alice.upload(text.replace(".", ",") if comma else text, mapping)
    assert answer.status_code == 201, answer.text
    for index, profile in enumerate(answer.json()["profiles"]):
        expected = np.asarray([pair[index] for pair in values], np.float32)
        found = np.asarray(alice.values(profile["id"]), np.float32)
        repeat = 1 if aligned else step // profile["step_minutes"]
        assert np.array_equal(found, np.repeat(expected, repeat))
        assert profile["start"] == f"{start:%Y-%m-%dT%H:%M:%SZ}"


@quick
@given(
    values=st.lists(numbers, min_size=1, max_size=50),
    native=st.sampled_from(STEPS),
    step=st.sampled_from((5, 15, 30, 60)),
    shift=st.integers(0, 30),
)
def test_resampling_keeps_energy_and_equals_the_naive_twin(
    values: list[float], native: int, step: int, shift: int
) -> None:
    skip = shift * 5
    steps = (len(values) * native - skip) // step
    if steps < 1:
        return
    found = to_step(np.asarray(values, np.float32), native, skip, step, steps)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    first = start + timedelta(minutes=skip)
    last = first + timedelta(minutes=steps * step)
    expected = naive.resampled(values, start, native, (first, last, step))
    largest = max(map(abs, values), default=0) + 1e-9
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-6 * largest)
    energy = naive.mean_over(values, start, native, first, last) * (last - first).total_seconds()
    assert float(found.sum(dtype=np.float64)) * step * 60 == pytest.approx(energy, rel=1e-4, abs=1e-2 * largest * 60)


@quick
@given(
    values=st.lists(numbers, min_size=2, max_size=40),
    native=st.sampled_from(STEPS),
    cuts=st.lists(st.integers(1, 1000), max_size=8),
)
def test_buckets_of_any_length_keep_energy(values: list[float], native: int, cuts: list[int]) -> None:
    total = len(values) * native
    edges = np.unique([0, total, *[cut % total for cut in cuts]])
    found = to_buckets(np.asarray(values, np.float32), native, edges)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    bounds = [start + timedelta(minutes=int(edge)) for edge in edges]
    expected = [naive.mean_over(values, start, native, a, b) for a, b in pairwise(bounds)]
    largest = max(map(abs, values)) + 1e-9
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-6 * largest)


@quick
@given(
    zone=st.sampled_from(ZONES), moments=st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)), min_size=1)
)
def test_local_clocks_equal_zoneinfo(zone: str, moments: list[datetime]) -> None:
    walls = [moment.replace(second=0, microsecond=0) for moment in moments]
    wall = np.asarray(walls, "datetime64[s]").astype(np.int64)
    readings = zones.to_utc(wall, ZoneInfo(zone))
    for index, local in enumerate(walls):
        expected = naive.readings(local, zone)
        assert bool(readings.never[index]) == (not expected)
        assert bool(readings.twice[index]) == (len(expected) == 2)
        if expected:
            assert int(readings.first[index]) == expected[0].timestamp()
            assert int(readings.second[index]) == expected[-1].timestamp()


@quick
@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(datetime(1995, 1, 1).date(), datetime(2029, 12, 1).date()),
    step=st.sampled_from((15, 30, 60)),
    label=st.sampled_from(("start", "end")),
    backward=st.booleans(),
)
def test_a_local_clock_is_read_over_any_change(zone: str, day: Any, step: int, label: str, backward: bool) -> None:
    """Three days written by a local clock, twice an hour in autumn and none in spring, come back as they were."""
    start = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    count = 3 * 1440 // step
    shift = step if label == "end" else 0
    stamps = [(start + timedelta(minutes=index * step + shift)).astimezone(ZoneInfo(zone)) for index in range(count)]
    rows = [f"{stamp:%d.%m.%Y %H:%M};{index}\n" for index, stamp in enumerate(stamps)]
    text = "t;kw\n" + "".join(reversed(rows) if backward else rows)
    outcome = run(text, timezone=zone, interval_label=label)
    series = outcome.series[0]
    assert series.start == start
    repeat = step // series.step_minutes
    assert series.values.tolist() == np.repeat(np.arange(count), repeat).tolist()
    assert outcome.ledger.notes == []


@pytest.mark.parametrize(("day", "steps"), [("2026-03-29", 92), ("2026-06-21", 96), ("2026-10-25", 100)])
def test_a_local_day_has_92_96_or_100_steps(day: str, steps: int) -> None:
    first = naive.readings(datetime.fromisoformat(day), "Europe/Berlin")[0]
    last = naive.readings(datetime.fromisoformat(day) + timedelta(days=1), "Europe/Berlin")[0]
    moments = [first + timedelta(minutes=15 * step) for step in range(steps)]
    rows = [f"{moment.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%d %H:%M},1\n" for moment in moments]
    series = run("t,kw\n" + "".join(rows), timezone="Europe/Berlin").series[0]
    assert (series.start, series.end, len(series.values)) == (first, last, steps)


@quick
@given(
    lost=st.sets(st.integers(1, 18), max_size=6),
    doubled=st.sets(st.integers(0, 18), max_size=4),
    rule=st.sampled_from(("zero", "previous", "interpolate")),
)
def test_gaps_and_duplicates_are_counted_and_leave_the_rest(lost: set[int], doubled: set[int], rule: str) -> None:
    rows = [f"2026-01-01 00:{minute:02d},{minute}\n" for minute in range(20)]
    kept = [rows[index] * (2 if index in doubled else 1) for index in range(20) if index not in lost]
    outcome = run("t,kw\n" + "".join(kept), gaps=rule, duplicates="first", step_minutes=1)
    values = outcome.series[0].values
    assert len(values) == 20
    assert outcome.ledger.gaps_filled == len(lost)
    assert outcome.ledger.duplicates == len(doubled - lost)
    for index in range(20):
        if index not in lost or rule == "interpolate":
            assert values[index] == pytest.approx(index)
        elif rule == "zero":
            assert values[index] == 0
        else:
            assert values[index] == max(step for step in range(index) if step not in lost)


words = st.sampled_from(
    ["2026-01-01 00:00", "2026-01-01 00:15", "25.10.2026 02:30", "1,5", "2.5", "-", "inf", "NaN", "oops", "time", "kw",
     ",", ";", "\t", "\n", "\r\n", '"', " ", "\u00e9", "\ufeff", "1767225600"]
)  # fmt: skip
mappings = st.fixed_dictionaries(
    {},
    optional={
        "gaps": st.sampled_from(["refuse", "zero", "interpolate", "previous"]),
        "edges": st.sampled_from(["gap", "trim"]),
        "duplicates": st.sampled_from(["refuse", "first", "last", "mean"]),
        "invalid": st.sampled_from(["refuse", "skip"]),
        "dst": st.sampled_from(["in_order", "first", "refuse"]),
        "timezone": st.sampled_from(["UTC", "Europe/Berlin", "+05:30"]),
        "interval_label": st.sampled_from(["start", "end"]),
        "step_minutes": st.sampled_from([15, 7, 1440]),
        "header": st.booleans(),
        "decimal": st.sampled_from([".", ","]),
        "timestamp_column": st.sampled_from(["time", "column_1"]),
        "timestamp_format": st.sampled_from(["unix", "%Y-%m-%d %H:%M"]),
        "series_column": st.sampled_from(["kw", "column_2"]),
    },
)


@settings(max_examples=300)
@given(text=st.lists(words, max_size=60).map("".join) | st.text(max_size=100), mapping=mappings)
def test_any_text_is_taken_or_refused_with_findings(text: str, mapping: dict[str, Any]) -> None:
    """Whatever comes, it is series without gaps or a clear error; never anything else."""
    try:
        outcome = run(text, **mapping)
    except InvalidInput as refused:
        assert refused.findings
    except TooLarge:
        pass
    else:
        assert outcome.series
        assert all(np.isfinite(series.values).all() for series in outcome.series)
        assert all(1440 % series.step_minutes == 0 for series in outcome.series)


@quick
@given(
    content=st.binary(max_size=200),
    head=st.sampled_from([b"", b"PAR1", b"\x1f\x8b\x08\x00", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_refused_with_findings(content: bytes, head: bytes) -> None:
    try:
        pipeline.run(io.BytesIO(head + content), "file", Mapping(), LIMITS)
    except InvalidInput as refused:
        assert refused.findings
