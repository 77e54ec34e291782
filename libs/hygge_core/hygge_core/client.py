"""Service-to-service REST: httpx with timeouts, bounded retries of what is safe to repeat, and errors as ours."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

import httpx
import stamina

from hygge_core import errors, metrics
from hygge_core.errors import Finding, HyggeError, InvalidInput, Unavailable, UpstreamTimeout

RETRIES = 3
TOKEN_MARGIN_SECONDS = 30
# Status of a call whose caller went away before the answer.
ABANDONED = "abandoned"


class _PassingError(Exception):
    """A passing fault that is worth another try; carries the error to raise when tries are used up."""

    def __init__(self, error: HyggeError) -> None:
        super().__init__(str(error))
        self.error = error


class ServiceClient:
    """Calls one service. `authorization` gives the header's value for each call (a caller's token, or our own).

    peer: the service's name in metrics; its host where none is given.
    """

    def __init__(
        self,
        base_url: str,
        authorization: Callable[[], str],
        *,
        peer: str | None = None,
        timeout_seconds: float = 30.0,
        verify: SSLContext | bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._authorization = authorization
        self._peer = peer or httpx.URL(base_url).host
        self._http = httpx.Client(
            base_url=base_url,
            timeout=httpx.Timeout(timeout_seconds, connect=3.0),
            verify=verify,
            transport=transport,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def request(self, method: str, path: str, *, retry: bool | None = None, **options: Any) -> httpx.Response:
        """A successful response; HyggeError otherwise. GET, PUT and DELETE are tried again on passing faults."""
        again = method in ("GET", "PUT", "DELETE") if retry is None else retry
        try:
            for attempt in stamina.retry_context(
                on=_PassingError, attempts=RETRIES if again else 1, timeout=20.0, wait_initial=0.1
            ):
                with attempt:
                    return self._once(method, path, options)
        except _PassingError as passing:
            raise passing.error from passing
        raise AssertionError("stamina yields at least one attempt")

    def _once(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        headers = {"Authorization": self._authorization(), **options.get("headers", {})}
        try:
            with measured(self._peer, method) as call:
                response = self._http.request(method, path, **{**options, "headers": headers})
                call.status = str(response.status_code)
        except httpx.ConnectTimeout as error:
            raise _PassingError(
                Unavailable(f"{self._http.base_url} can't be reached.", retry_after_seconds=5)
            ) from error
        except httpx.TimeoutException as error:
            raise _PassingError(UpstreamTimeout(f"{self._http.base_url} did not answer in time.")) from error
        except httpx.TransportError as error:
            raise _PassingError(
                Unavailable(f"{self._http.base_url} can't be reached.", retry_after_seconds=5)
            ) from error
        if response.is_success:
            return response
        failure = error_from(response)
        if response.status_code in (502, 503, 504):
            raise _PassingError(failure)
        raise failure


@dataclass(slots=True)
class Call:
    """A call to another service; `status` is for the metric."""

    status: str = "unreachable"


@contextmanager
def measured(peer: str, method: str) -> Iterator[Call]:
    """Times what is inside; who gets an answer notes its status."""
    call, started = Call(), time.perf_counter()
    try:
        yield call
    except (httpx.TimeoutException, TimeoutError):
        call.status = "timeout"
        raise
    except asyncio.CancelledError:
        call.status = ABANDONED
        raise
    finally:
        metrics.CLIENT_DURATION.labels(peer, method, call.status).observe(time.perf_counter() - started)


def error_from(response: httpx.Response) -> HyggeError:
    """The error of ours that a problem document stands for."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    detail = str(body.get("detail") or f"{response.request.url} answered {response.status_code}")
    if response.status_code == 422:
        findings = [Finding(str(e.get("field", "")), str(e.get("message", ""))) for e in body.get("errors", [])]
        return InvalidInput(findings, detail)
    wait = response.headers.get("retry-after", "")
    retry_after_seconds = int(wait) if wait.isdecimal() else None
    if response.status_code == httpx.codes.BAD_GATEWAY:
        # Said by a proxy in between: nobody is behind it.
        return Unavailable(detail, retry_after_seconds=retry_after_seconds)
    for cls in HyggeError.__subclasses__():
        if cls.status == response.status_code and cls is not InvalidInput:
            return cls(detail, retry_after_seconds=retry_after_seconds)
    return errors.HyggeError(detail)


class ServiceToken:
    """This service's own access token by client credentials (RFC 6749, 4.4), renewed before it ends."""

    def __init__(self, token_url: str, client_id: str, client_secret: str, *, verify: SSLContext | bool = True) -> None:
        self._url = token_url
        self._verify = verify
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._value = ""
        self._ends_at = 0.0

    def __call__(self) -> str:
        """The Authorization header's value; Unavailable when the gateway can't be reached."""
        if time.monotonic() > self._ends_at - TOKEN_MARGIN_SECONDS:
            self._renew()
        return f"Bearer {self._value}"

    def _renew(self) -> None:
        try:
            with measured("gateway", "POST") as call:
                response = httpx.post(self._url, data=self._form, timeout=5.0, verify=self._verify)
                call.status = str(response.status_code)
        except httpx.TransportError as error:
            raise Unavailable("No service token: the gateway can't be reached.", retry_after_seconds=5) from error
        if not response.is_success:
            raise error_from(response)
        body = response.json()
        self._value = body["access_token"]
        self._ends_at = time.monotonic() + float(body["expires_in"])
