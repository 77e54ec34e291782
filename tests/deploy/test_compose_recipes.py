"""The small programs of the image recipes: what is installed, and nginx's headers."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from hygge_gateway.routing.security import page_headers
from tests.deploy.compose import ROOT, SERVICES

REQUIREMENTS = runpy.run_path(str(ROOT / "deploy/docker/requirements.py"))
HEADERS = runpy.run_path(str(ROOT / "deploy/nginx/headers.py"))
LOCK = """\
# made by somebody
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:ab
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:ba
typing-extensions==4.1 \\
    --hash=sha256:ca
"""


def test_a_pinned_name_gets_the_hashes_of_its_version() -> None:
    pins = REQUIREMENTS["read_pins"]("numpy==2.5.5\nTyping_Extensions==4.1  # why\n\n")
    picked = REQUIREMENTS["pick"](LOCK, pins)
    assert "--hash=sha256:ba" in picked
    assert "--hash=sha256:ca" in picked
    assert "2.4.6" not in picked
    assert "--hash=sha256:a" not in picked


@pytest.mark.parametrize("pins", ["numpy==9.9", "unknown==1.0"])
def test_what_the_lock_does_not_have_stops_the_build(pins: str) -> None:
    with pytest.raises(ValueError, match="make lock"):
        REQUIREMENTS["pick"](LOCK, REQUIREMENTS["read_pins"](pins))


@pytest.mark.parametrize("service", SERVICES)
def test_all_that_an_image_asks_for_is_in_the_lock(service: str) -> None:
    projects = [ROOT / "libs/hygge_core/pyproject.toml", ROOT / "services" / service / "pyproject.toml"]
    wanted = REQUIREMENTS["wanted"](projects)
    assert wanted
    assert not [requirement for requirement in wanted if requirement.startswith("hygge")]
    names = {match[0].lower().replace("_", "-") for line in wanted if (match := re.match(r"[\w.-]+", line))}
    picked = REQUIREMENTS["pick"]((ROOT / "requirements.lock").read_text(), dict.fromkeys(names, ""))
    assert picked.count("--hash=sha256:") >= len(names)


def test_only_who_needs_them_gets_the_large_packages() -> None:
    """Arrow, numba and pandas are most of an image."""
    large = {"pyarrow", "numba", "pandas"}
    found = {
        service: large & set(REQUIREMENTS["wanted"]([ROOT / f"services/{service}/pyproject.toml"]))
        | large & set(REQUIREMENTS["wanted"]([ROOT / "libs/hygge_core/pyproject.toml"]))
        for service in ("gateway", "topology")
    }
    assert found == {"gateway": set(), "topology": set()}


def test_nginx_says_what_the_gateway_says_on_pages(tmp_path: Path) -> None:
    security = HEADERS["load"](ROOT / "services/gateway/hygge_gateway/routing/security.py")
    HEADERS["write"](security, tmp_path)
    lines = (tmp_path / "page.conf").read_text().splitlines()
    found = dict(re.fullmatch(r'add_header (\S+) "(.*)" always;', line).groups() for line in lines)  # type: ignore[union-attr]
    wanted = page_headers({"type": "http", "scheme": "https"})
    assert found == wanted | {"Strict-Transport-Security": "$hygge_hsts"}
    assert f'https "{wanted["Strict-Transport-Security"]}";' in (tmp_path / "hsts.conf").read_text()


def test_nginx_s_headers_are_made_without_the_rest_of_our_code(tmp_path: Path) -> None:
    """As in the web image, which has Starlette and this one file of the gateway."""
    script, security = "deploy/nginx/headers.py", "services/gateway/hygge_gateway/routing/security.py"
    program = f"""
import runpy, sys
sys.modules.update(hygge_core=None, hygge_gateway=None)
sys.argv = {[script, security, str(tmp_path)]!r}
runpy.run_path(sys.argv[0], run_name="__main__")
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    assert (tmp_path / "page.conf").exists()


@pytest.mark.parametrize("value", ['a"b', "a$b", "a\nb", "a\\b"])
def test_a_header_that_would_change_the_configuration_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="X-Test"):
        HEADERS["lines"]({"X-Test": value})
