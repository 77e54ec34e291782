"""What it costs to check an access token: the signature once, then what is remembered of it."""

import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygge_core.auth import Role, TokenVerifier
from hygge_gateway.keys import KeyRing
from hygge_gateway.routing.callers import identify
from hygge_gateway.sessions.tokens import TokenIssuer

TOKENS = 300


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians in ms: with the signature, and of a token that was seen before."""

    first_ms: float
    remembered_ms: float

    def told(self) -> str:
        return f"{self.first_ms:.3f} / {self.remembered_ms:.4f} ms"


def measure() -> Figures:
    """Of tokens with the grants of five communities."""
    with tempfile.TemporaryDirectory() as folder:
        keys = KeyRing(Path(folder) / "keys", create=True)
        issuer = TokenIssuer(keys, "hygge", "hygge", 600)
        tokens = [issuer.issue(n, f"user{n}", Role.OPERATOR, operates=[1, 2, 3, 4, 5]) for n in range(1, TOKENS + 1)]

        async def jwks() -> dict[str, Any]:
            return keys.jwks()

        verifier = TokenVerifier(jwks, issuer="hygge", audience="hygge")
        scopes = [{"headers": [(b"authorization", b"Bearer " + token.encode())]} for token in tokens]
        return asyncio.run(_both(verifier, scopes))


async def _both(verifier: TokenVerifier, scopes: list[Any]) -> Figures:
    first: list[float] = []
    remembered: list[float] = []
    await identify(scopes[0], verifier)
    for times in (first, remembered):
        for scope in scopes[1:]:
            started = time.perf_counter()
            await identify(scope, verifier)
            times.append((time.perf_counter() - started) * 1000)
    return Figures(statistics.median(first), statistics.median(remembered))
