"""The three services that the engine calls, as it sees them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from hygge_core.client import ServiceClient, ServiceToken
from hygge_engine.inputs.collect import Bundle, BundleRequest, read_bundle
from hygge_engine.settings import Settings

CONNECT_SECONDS = 3.0
ARROW = "application/vnd.apache.arrow.stream"


class TopologyClient:
    """Communities."""

    def __init__(self, http: ServiceClient) -> None:
        self._http = http

    def snapshot(self, grid_id: int, authorization: str) -> dict[str, Any]:
        """Pin the community as it is now and return its document; NotFound when the caller may not see it."""
        path = f"/api/v1/grids/{grid_id}/snapshots"
        # Storing the same content twice gives the same snapshot, so it is safe to repeat.
        response = self._http.request("POST", path, retry=True, headers={"Authorization": authorization})
        document: dict[str, Any] = response.json()
        return document


class ProfilesClient:
    """Series of power."""

    def __init__(self, http: ServiceClient) -> None:
        self._http = http

    def bundle(self, request: BundleRequest, authorization: str | None = None) -> Bundle:
        """All series of a grid in one answer, with our own token or a caller's; InvalidInput when one is too short."""
        headers = {"Accept": ARROW} | ({"Authorization": authorization} if authorization else {})
        response = self._http.request(
            "POST", "/api/v1/bundles", retry=True, json=request.as_json(), headers=headers
        )  # reading changes nothing
        return read_bundle(response.content)


class ResultsClient:
    """Where results go. patience_seconds: how long what looks at all of a run's rows may take."""

    def __init__(self, http: ServiceClient, patience_seconds: float) -> None:
        self._http = http
        self._patience = httpx.Timeout(patience_seconds, connect=CONNECT_SECONDS)

    def register(self, run_id: int, body: dict[str, Any]) -> None:
        """Announce a run, its nodes and its time; again changes nothing."""
        self._http.request("PUT", f"/api/v1/results/{run_id}", json=body, timeout=self._patience)

    def close(self, run_id: int, body: dict[str, Any]) -> None:
        """All rows are written: compute indicators and bills. Again changes nothing."""
        self._http.request("POST", f"/api/v1/results/{run_id}/close", json=body, retry=True, timeout=self._patience)

    def store_network(self, run_id: int, body: dict[str, Any]) -> None:
        """What the network went through; again changes nothing."""
        self._http.request("PUT", f"/api/v1/results/{run_id}/network", json=body, timeout=self._patience)

    def indicators(self, run_id: int) -> dict[str, Any]:
        """The indicators of a closed run's grid as a whole, by name."""
        found: dict[str, Any] = self._http.get(f"/api/v1/results/{run_id}/summary").json()["indicators"]
        return found

    def remove(self, run_id: int) -> None:
        """Remove everything of a run; again changes nothing."""
        self._http.request("DELETE", f"/api/v1/results/{run_id}", timeout=self._patience)


@dataclass(frozen=True, slots=True)
class Services:
    """The services around the engine; tests put their own here."""

    topology: TopologyClient
    profiles: ProfilesClient
    results: ResultsClient
    forget_token: Callable[[], None]


def connect_services(settings: Settings) -> Services:
    """Clients over HTTP with the engine's own service token."""
    token = _SharedToken(settings)

    def client(peer: str, url: str, authorization: Callable[[], str] = token) -> ServiceClient:
        verify, patience = settings.client_tls(), settings.upstream_timeout_seconds
        return ServiceClient(url, authorization, peer=peer, timeout_seconds=patience, verify=verify)

    return Services(
        TopologyClient(client("topology", settings.topology_url, str)),
        ProfilesClient(client("profiles", settings.profiles_url)),
        ResultsClient(client("results", settings.results_url), settings.results_patience_seconds),
        token.forget,
    )


class _SharedToken:
    """The engine's own token for requests of several threads: one renewal at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Take a new token for the next request."""
        known = self._settings
        secret = known.client_secret.get_secret_value()
        self._token = ServiceToken(known.token_url, known.client_id, secret, verify=known.client_tls())

    def __call__(self) -> str:
        with self._lock:
            return self._token()
