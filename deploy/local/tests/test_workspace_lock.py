"""requirements.lock: complete, hashed, without an index."""

import re
import subprocess
import sys
from pathlib import Path

from hygge_local.files import PROJECT

LOCK = (PROJECT / "requirements.lock").read_text()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_that_is_asked_for_is_pinned() -> None:
    asked = subprocess.run(
        [sys.executable, PROJECT / "deploy/local/lock.py"], capture_output=True, text=True, check=True
    )
    names = {canonical(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in asked.stdout.splitlines()}
    pinned = {canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE)}
    assert names - pinned == set(), "run `make lock`"
    assert not any(name.startswith("hygge") for name in pinned)


def test_every_pin_has_a_hash_and_no_host_is_named() -> None:
    pins = LOCK.count("==") - LOCK.count("python_full_version ==")
    assert pins > 100
    for block in re.split(r"\n(?=[a-z])", LOCK)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in LOCK
    assert "index" not in LOCK


def test_the_script_needs_no_packages() -> None:
    imports = re.findall(r"^(?:import|from) (\w+)", Path(PROJECT / "deploy/local/lock.py").read_text(), re.MULTILINE)
    assert set(imports) <= set(sys.stdlib_module_names)
