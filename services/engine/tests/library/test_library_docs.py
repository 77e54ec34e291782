"""The snippets of the documentation run as they stand."""

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

from hygge_engine.cli import _parser
from hygge_engine.inputs.devices import KINDS, check_device

ROOT = Path(__file__).parents[4]


def snippets(name: str, language: str) -> list[str]:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("place", range(4))
def test_python_snippets_run(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(snippets("library.md", "python")[place], "docs/library.md", "exec"), {})  # noqa: S102  # our own
    assert place != 3 or "fixed_price_eur_per_kwh: " in said.getvalue()


def test_all_python_snippets_are_run() -> None:
    assert len(snippets("library.md", "python")) == 4


def test_commands_of_the_documentation_are_understood() -> None:
    text = (ROOT / "docs" / "library.md").read_text() + (ROOT / "examples" / "all_devices" / "README.md").read_text()
    lines = re.findall(r"^hygge (.+)$", text, re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        assert _parser().parse_args(line.split()).work is not None


def test_the_devices_of_the_documentation_are_right() -> None:
    house = json.loads(snippets("devices.md", "json")[0])
    assert [finding for device in house["devices"] for finding in check_device(device, "d", 15)] == []


def test_every_field_of_a_device_is_explained() -> None:
    text = (ROOT / "docs" / "devices.md").read_text()
    named = {name for model in KINDS.values() for name in model.model_fields}
    plain = {"kind", "name", "capacity_kwp", "tilt_deg", "azimuth_deg", "hub_height_m", "max_power_kw"}
    assert [name for name in sorted(named - plain) if name not in text] == []
    assert all(kind in text for kind in KINDS)
