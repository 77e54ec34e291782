"""What a service tells of a service behind it: the same error, and when to come again."""

import httpx
import pytest

from hygge_core.client import ServiceClient
from hygge_core.errors import HyggeError, NotFound, TooManyRequests, Unavailable


def client(status: int, headers: dict[str, str] | None = None) -> ServiceClient:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, json={"detail": "so it is"})

    return ServiceClient("http://behind.test", str, transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("status", "headers", "kind", "seconds"),
    [
        (503, {"Retry-After": "30"}, Unavailable, 30),
        (503, {}, Unavailable, 5),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, Unavailable, 5),
        (502, {}, Unavailable, 5),
        (429, {"Retry-After": "7"}, TooManyRequests, 7),
        (404, {}, NotFound, None),
    ],
)
def test_errors_are_passed_on(
    status: int, headers: dict[str, str], kind: type[HyggeError], seconds: int | None
) -> None:
    with pytest.raises(kind, match="so it is") as raised:
        client(status, headers).request("POST", "/x")
    assert raised.value.retry_after_seconds == seconds


@pytest.mark.parametrize("error", [httpx.ConnectTimeout, httpx.ConnectError])
def test_nobody_there_is_unavailable(error: type[httpx.TransportError]) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise error("no")

    with pytest.raises(Unavailable):
        ServiceClient("http://behind.test", str, transport=httpx.MockTransport(refuse)).request("POST", "/x")
