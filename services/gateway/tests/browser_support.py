"""A browser at the gateway, as far as its session is concerned."""

from typing import Any

import httpx

SESSION = "/api/v1/auth/session"
REFRESH = f"{SESSION}/refresh"
REGISTRATION = f"{SESSION}/registration"


class Browser(httpx.Client):
    """Keeps cookies as a browser does; `fetch` sends what the web app's own pages send."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=20.0)

    def fetch(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Origin": str(self.base_url).rstrip("/"), "X-CSRF-Token": self.cookies.get("hygge_csrf", "")}
        return self.request(method, path, headers=headers | options.pop("headers", {}), **options)

    def sign_in(self, username: str, password: str) -> dict[str, Any]:
        response = self.fetch("POST", SESSION, json={"username": username, "password": password})
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.json()
        return tokens

    def refresh(self) -> httpx.Response:
        return self.fetch("POST", REFRESH)

    def sign_out(self) -> httpx.Response:
        return self.fetch("DELETE", SESSION)

    @property
    def refresh_cookie(self) -> str:
        """What the HttpOnly cookie holds; only tests and thieves look into it."""
        value: str | None = self.cookies.get("hygge_refresh")
        assert value is not None, "no session"
        return value

    def copy(self) -> "Browser":
        """A second one with the same cookies: another tab before it hears of the next ones, or a thief."""
        other = Browser(str(self.base_url))
        for cookie in self.cookies.jar:
            other.cookies.jar.set_cookie(cookie)
        return other


def attributes(response: httpx.Response) -> dict[str, set[str]]:
    """Attributes of each cookie that an answer sets, its value left out."""
    found = {}
    for header in response.headers.get_list("set-cookie"):
        named, *rest = header.split("; ")
        found[named.split("=", maxsplit=1)[0]] = set(rest)
    return found


def assert_cleared(response: httpx.Response) -> None:
    cleared = attributes(response)
    assert cleared.keys() == {"hygge_refresh", "hygge_csrf"}
    assert all("Max-Age=0" in each for each in cleared.values())
