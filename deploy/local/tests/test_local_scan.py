"""The scan for known faults: what cannot be asked about never looks as if it were fine."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def scan() -> Any:
    spec = importlib.util.spec_from_file_location("scan", Path(__file__).parents[1] / "scan.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FINE = {"name": "a", "version": "1", "vulns": []}
FAULTY = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "web", "status"),
    [
        ([FINE], {"vulnerabilities": {}}, 0),
        ([FINE, FAULTY], {"vulnerabilities": {}}, 1),
        ([FINE], {"vulnerabilities": {"x": {"severity": "high"}}}, 1),
        ([FINE, SKIPPED], {"vulnerabilities": {}}, 2),
        ([FAULTY, SKIPPED], {"vulnerabilities": {}}, 1),
        ([FINE], {"message": "405 Method Not Allowed"}, 2),
        ([], {"vulnerabilities": {}}, 2),
        ([SKIPPED], {"vulnerabilities": {"x": {"severity": "low"}}}, 1),
    ],
)
def test_the_status(
    scan: Any, monkeypatch: pytest.MonkeyPatch, packages: list[Any], web: dict[str, Any], status: int
) -> None:
    answers = {"pip_audit": {"dependencies": packages}, "audit": web}

    def answer(command: list[str], *_: Any) -> dict[str, Any]:
        return answers["pip_audit" if "pip_audit" in command else "audit"]

    monkeypatch.setattr(scan, "_answer", answer)
    assert scan.main() == status


def test_a_program_that_says_nothing_is_no_good_news(scan: Any, tmp_path: Path) -> None:
    with pytest.raises(scan.CannotAsk):
        scan._answer(["true"], tmp_path)
