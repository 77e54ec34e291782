"""What the user sees."""

import io
import time

import pytest
from rich.console import Console

from hygge_local import display
from hygge_local.display import Screen
from hygge_local.indicators import rows


def test_a_long_step_says_that_it_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "PLAIN_INTERVAL_SECONDS", 0.05)
    output = io.StringIO()
    screen = Screen(Console(file=output, width=100))
    with screen.step("Simulation") as update:
        update(0.25, "simulating")
        time.sleep(0.2)
    assert "Simulation … 0 s simulating 25%" in output.getvalue()
    assert screen.seconds["Simulation"] >= 0.2


def test_a_terminal_gets_a_live_line() -> None:
    output = io.StringIO()
    screen = Screen(Console(file=output, width=100, force_terminal=True))
    with screen.step("Import") as update:
        update(None, "profiles")
        screen.line("26 profiles")
        update(0.5, "")
    assert "26 profiles" in output.getvalue()
    assert "Import: " in output.getvalue()


def test_a_failed_step_is_not_reported_as_done() -> None:
    output = io.StringIO()
    screen = Screen(Console(file=output, width=100))
    with pytest.raises(ValueError, match="no"), screen.step("Import"):
        raise ValueError("no")
    assert output.getvalue() == ""
    assert screen.seconds == {}


def test_indicators_are_readable() -> None:
    summary = {
        "indicators": {
            "self_consumption_rate": 0.91234,
            "load_kwh": 525_012.3,
            "curtailed_kwh": 12.34,
            "import_peak_kw": 201.25,
            "import_peak_at": "2016-01-18T17:30:00Z",
            "mean_local_price_eur_per_kwh": 0.11991,
            "loading_max_percent": None,
            "sold_local_kwh": 3.0,
            "something_new_kw": 1.0,
        },
        "fairness": {"gini_savings": 0.3},
        "units": {
            "self_consumption_rate": "1", "gini_savings": "1", "load_kwh": "kWh", "curtailed_kwh": "kWh",
            "sold_local_kwh": "kWh", "import_peak_kw": "kW", "something_new_kw": "kW", "import_peak_at": "UTC",
            "mean_local_price_eur_per_kwh": "EUR/kWh",
        },
    }  # fmt: skip
    assert rows(summary) == [
        ("Self-consumption", "0.912", ""),
        ("Load", "525.0", "MWh"),
        ("Curtailed", "12.3", "kWh"),
        ("Import peak", "201.2", "kW"),
        ("Import peak at", "2016-01-18 17:30:00", "UTC"),
        ("Mean local price", "0.1199", "EUR/kWh"),
        ("Something new", "1.0", "kW"),
        ("Gini of savings", "0.300", ""),
    ]


def test_a_table_shows_its_rows() -> None:
    output = io.StringIO()
    Screen(Console(file=output, width=100)).table("Times", ["Phase", "Seconds"], [("Import", "1.25")])
    assert "Import" in output.getvalue()
    assert "1.25" in output.getvalue()
