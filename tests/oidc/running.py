"""Runs the provider of this folder as a process of its own, and goes through its pages as a browser does."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import httpx
import pytest
from joserfc.jwk import RSAKey

from hygge_local.node import find_node
from hygge_local.web_app import WebApp

FOLDER = Path(__file__).parent
CLIENT_ID = "hygge"
CLIENT_SECRET = "a client secret of sufficient length 4711"
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="([^"]+)"')
_ABORT = re.compile(r'href="([^"]+/abort)"')


def signing_key(kid: str) -> dict[str, Any]:
    """A private key as the provider takes it."""
    parameters = {"kid": kid, "use": "sig", "alg": "RS256"}
    return dict(RSAKey.generate_key(2048, parameters).as_dict(private=True))  # type: ignore[arg-type]


@dataclass
class OidcProvider:
    """The provider as a process; `start` again after `stop` to bring it back, with other keys if you like."""

    port: int
    redirect_uri: str
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [signing_key("first")])
    client: dict[str, Any] = field(default_factory=dict)
    userinfo_only: bool = False
    faults: dict[str, Any] = field(default_factory=dict)
    _folder: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)
    _process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, _t: type[BaseException] | None, _v: BaseException | None, _b: TracebackType | None) -> None:
        self.stop()
        self._folder.cleanup()

    def write(self, **faults: Any) -> None:
        """Tell the running provider about its people, and what to do wrong from now on."""
        self.faults = faults
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [self.redirect_uri],
            "post_logout_redirect_uris": [self.redirect_uri.replace("/api/v1/auth/oidc/callback", "/sign-in")],
            **self.client,
        }
        document = {
            "port": self.port, "keys": self.keys, "client": client, "userinfo_only": self.userinfo_only,
            "accounts": self.accounts, **faults,
        }  # fmt: skip
        # Renamed into place: the provider must not read half a file.
        fresh = self._configuration.with_suffix(".new")
        fresh.write_text(json.dumps(document))
        fresh.rename(self._configuration)

    def start(self) -> None:
        node = find_node()
        if node is None:
            pytest.skip("needs Node.js, for a real OpenID Connect provider")
        _install()
        self.write(**self.faults)
        self._process = subprocess.Popen(
            [node.node, "provider.mjs", self._configuration], cwd=FOLDER, env=node.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ready"):
                return
        pytest.fail("the provider did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @property
    def _configuration(self) -> Path:
        return Path(self._folder.name) / "provider.json"


def walk_through(browser: httpx.Client, url: str, login: str, *, abort: bool = False) -> str:
    """Sign in at the provider's own pages; the address that it sends the browser back to, not yet gone to."""
    response = browser.get(url)
    for _ in range(12):
        if response.is_redirect:
            target = urljoin(str(response.url), response.headers["location"])
            if "/auth/oidc/callback" in target:
                return target
            response = browser.get(target)
            continue
        assert response.status_code == 200, response.text
        if abort:
            link = _ABORT.search(response.text)
            assert link is not None, response.text
            response = browser.get(urljoin(str(response.url), unescape(link[1])))
            continue
        form, prompt = _FORM.search(response.text), _PROMPT.search(response.text)
        assert form is not None, response.text
        assert prompt is not None, response.text
        data = {"prompt": prompt[1], "login": login, "password": "any"}
        response = browser.post(urljoin(str(response.url), unescape(form[1])), data=data)
    raise AssertionError("the provider never sent the browser back")


def _install() -> None:
    """As the web app's packages are installed: once, and by one of several processes only."""
    WebApp(FOLDER).install()
