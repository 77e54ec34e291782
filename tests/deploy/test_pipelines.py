"""The pipelines of GitHub and GitLab: valid, only with targets of the Makefile, promotion in order."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"
ORDER = ["dev", "test", "int", "prod"]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize(
    ("schema", "path"),
    [*(("vendor.github-workflows", path) for path in WORKFLOWS), ("vendor.gitlab-ci", GITLAB)],
    ids=lambda value: getattr(value, "name", value),
)
def test_pipelines_fit_their_schema(schema: str, path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "--data-transform"]
    transform = "gitlab-ci" if "gitlab" in schema else None
    command = [*command, transform] if transform else command[:-1]
    checked = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", [*WORKFLOWS, GITLAB], ids=lambda path: path.name)
def test_every_make_is_a_target(path: Path) -> None:
    called = {
        word
        for line in re.findall(r"(?:run: |- )make (.+)$", path.read_text(), re.MULTILINE)
        for word in line.split()
        if "=" not in word
    }
    assert called <= targets()


def test_github_promotes_in_order() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "pipeline.yml")["jobs"]
    deploying = {job["with"]["overlay"]: (name, job) for name, job in jobs.items() if "with" in job}
    assert list(deploying) == ORDER
    before = "images"
    for name, job in deploying.values():
        assert job["needs"] == before
        before = name
    assert set(jobs["images"]["needs"]) == {"check", "test", "e2e", "scan"}
    assert "tag" in deploying["int"][1]["if"]


def test_gitlab_promotes_in_order() -> None:
    pipeline = load(GITLAB)
    deploying = [name for name, job in pipeline.items() if isinstance(job, dict) and job.get("extends") == ".deploy"]
    assert [pipeline[name]["environment"]["name"] for name in deploying] == ORDER
    for before, name in pairwise(deploying):
        assert pipeline[name]["needs"] == [before]
    for name in deploying[2:]:
        assert pipeline[name]["rules"] == [{"if": "$CI_COMMIT_TAG", "when": "manual"}]


@pytest.mark.parametrize("path", [*WORKFLOWS, GITLAB], ids=lambda path: path.name)
def test_no_secret_is_on_a_command_line(path: Path) -> None:
    """What comes from the store goes through the environment: a command line is logged and seen by others."""
    for line in re.findall(r"(?:run:|^\s+- (?!if)).*$", path.read_text(), re.MULTILINE):
        assert "${{ secrets." not in line
        assert "password $" not in line.lower()
