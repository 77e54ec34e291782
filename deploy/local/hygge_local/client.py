"""A small client of the public API: signs in, keeps its token fresh, turns problem documents into readable errors."""

import json
from collections.abc import Iterator
from typing import Any, Self

import httpx

PREFIX = "/api/v1"
PAGE_SIZE = 500


class ApiError(Exception):
    """The API refused a request. `status` is the HTTP status, `errors` what it found wrong."""

    def __init__(self, status: int, text: str, errors: list[dict[str, str]]) -> None:
        super().__init__(text)
        self.status = status
        self.errors = errors


class Api:
    """Calls the gateway at `url` as one user. Paths are given without `/api/v1`."""

    def __init__(self, url: str, username: str, password: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._credentials = {"username": username, "password": password}
        self._http = httpx.Client(base_url=url + PREFIX, timeout=httpx.Timeout(300, connect=5), transport=transport)
        self._token: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **options: Any) -> Any:
        return self.request("GET", path, **options).json()

    def post(self, path: str, **options: Any) -> Any:
        return self.request("POST", path, **options).json()

    def put(self, path: str, **options: Any) -> Any:
        return self.request("PUT", path, **options).json()

    def items(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All entries of a list, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, params={**query, "limit": PAGE_SIZE, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One call, signed in; again with a new token if the old one has run out. Raises ApiError."""
        for last in (False, True):
            headers = {**options.get("headers", {}), "Authorization": f"Bearer {self._signed_in()}"}
            response = self._http.request(method, path, **{**options, "headers": headers})
            if response.status_code != httpx.codes.UNAUTHORIZED or last:
                break
            self._token = None
        if not response.is_success:
            raise _error(response)
        return response

    def events(self, path: str) -> Iterator[dict[str, Any]]:
        """The data of each server-sent event until the stream ends."""
        headers = {"Authorization": f"Bearer {self._signed_in()}", "Accept": "text/event-stream"}
        with self._http.stream("GET", path, headers=headers, timeout=httpx.Timeout(60, connect=5)) as response:
            if not response.is_success:
                response.read()
                raise _error(response)
            for line in response.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    def _signed_in(self) -> str:
        if self._token is None:
            response = self._http.post("/auth/login", json=self._credentials)
            if not response.is_success:
                raise _error(response)
            self._token = str(response.json()["access_token"])
        return self._token


def _error(response: httpx.Response) -> ApiError:
    try:
        body = response.json()
    except ValueError:
        body = {}
    errors = [dict(error) for error in body.get("errors", [])]
    request = response.request
    lines = [f"{request.method} {request.url.path}: {response.status_code} {body.get('detail', '')}".strip()]
    lines += [f"  {error.get('field')}: {error.get('message')}" for error in errors[:20]]
    return ApiError(response.status_code, "\n".join(lines), errors)
