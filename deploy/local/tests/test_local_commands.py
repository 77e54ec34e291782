"""The command line, and what the demo shows when it is through."""

import io
import sys
import webbrowser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from hygge_local import __main__ as commands
from hygge_local import browser, demo, options
from hygge_local.display import Screen
from hygge_local.runtime import Account, Runtime


def test_settings_of_services_are_passed_on() -> None:
    chosen = options.read(["up", "--set", "HYGGE_GATEWAY_RATE_LIMIT_LOGIN=9/minute", "--set", "HYGGE_ENGINE_A=b=c"])
    assert dict(chosen.environment) == {"HYGGE_GATEWAY_RATE_LIMIT_LOGIN": "9/minute", "HYGGE_ENGINE_A": "b=c"}


@pytest.mark.parametrize(
    "arguments", [["up", "--set", "HYGGE_GATEWAY_X"], ["up", "--set", "HYGGE_GATWAY_X=1"], ["up", "results"], ["start"]]
)
def test_what_makes_no_sense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        options.read(arguments)


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_browser_opens_only_in_a_terminal_with_a_display(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert not browser.can_open()
    monkeypatch.setenv(variable, ":0")
    assert browser.can_open()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    assert not browser.can_open()


def test_a_machine_without_browser_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(url: str) -> bool:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", none)
    assert browser.open_page("http://127.0.0.1:8080/") is False


RESULTS = "http://127.0.0.1:8099/runs/7"


@pytest.mark.parametrize(
    ("arguments", "shown", "opened"),
    [([], True, True), (["--no-browser"], True, False), (["--exit"], True, False), (["--no-web"], False, False)],
)
def test_the_demo_leads_to_its_results(
    arguments: list[str], shown: bool, opened: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pages: list[str] = []
    monkeypatch.setattr(demo, "show", lambda *_, **__: 7)
    monkeypatch.setattr(browser, "can_open", lambda: True)
    monkeypatch.setattr(browser, "open_page", pages.append)
    output = io.StringIO()
    runtime: Any = SimpleNamespace(
        url="http://127.0.0.1:8099", admin=Account("admin", "secret"), folder=SimpleNamespace(secrets=tmp_path)
    )
    screen = Screen(Console(file=output, width=200))
    assert commands._demo(cast("Runtime", runtime), screen, options.read(["demo", *arguments])) == 0
    assert (f"The year's results: {RESULTS}" in output.getvalue()) is shown
    assert "Sign in as admin with password secret" in output.getvalue()
    assert pages == ([RESULTS] if opened else [])
