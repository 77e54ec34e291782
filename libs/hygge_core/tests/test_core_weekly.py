"""Weekly spans: names of days, clock times, overlaps against a naive count of minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_core.weekly import DAY_MINUTES, WEEK_MINUTES, clock_minute, clock_text, overlaps, weekday_number


@pytest.mark.parametrize(("value", "number"), [("mon", 0), (" Sunday ", 6), ("TUE", 1), (3, 3), ("noday", "noday")])
def test_days_by_number_or_name(value: object, number: object) -> None:
    assert weekday_number(value) == number


def test_clock_times_and_back() -> None:
    assert clock_minute("07:45") == 465
    assert clock_text(DAY_MINUTES + 465) == "tue 07:45"


spans = st.tuples(
    st.lists(st.integers(0, 6), min_size=1, max_size=3),
    st.integers(0, 47).map(lambda part: part * 30),
    st.integers(1, 50).map(lambda part: part * 30),
)


def naive(listed: list[tuple[list[int], int, int]]) -> set[tuple[int, int]]:
    """All pairs that share a minute, by looking at every minute of the week."""
    found = set()
    for minute in range(0, WEEK_MINUTES, 30):
        here = [
            index
            for index, (days, begin, length) in enumerate(listed)
            for day in set(days)
            if (minute - day * DAY_MINUTES - begin) % WEEK_MINUTES < length
        ]
        found |= {(a, b) for place, a in enumerate(here) for b in here[place + 1 :]}
    return found


@given(st.lists(spans, max_size=4))
def test_overlaps_are_found_exactly_where_minutes_are_shared(listed: list[tuple[list[int], int, int]]) -> None:
    found = {(earlier, later) for earlier, later, _ in overlaps(listed)}
    expected = naive(listed)
    assert bool(found) == bool(expected)
    assert found <= expected
    assert {later for _, later in found} == {later for _, later in expected}
