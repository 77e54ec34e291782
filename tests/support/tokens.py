"""Keys and access tokens for tests, made like the gateway makes them."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from hygge_core.auth import TOKEN_TYPE, TokenVerifier


class TokenMaker:
    """Signs tokens; `verifier()` knows the public key, `headers(...)` is ready for a test client."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})

    def jwks(self) -> dict[str, Any]:
        return dict(KeySet([self.key]).as_dict(private=False))

    def verifier(self) -> TokenVerifier:
        async def fetch() -> dict[str, Any]:
            return self.jwks()

        return TokenVerifier(fetch, issuer="hygge", audience="hygge")

    def token(self, user_id: int = 1, role: str = "admin", username: str | None = None, **claims: Any) -> str:
        """A token; `claims` add to or replace the usual ones (operates=[3], exp=…)."""
        now = int(time.time())
        body = {
            "iss": "hygge", "aud": "hygge", "sub": str(user_id), "username": username or f"user{user_id}", "role": role,
            "operates": [], "views": [], "iat": now, "nbf": now, "exp": now + 600, **claims,
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": "test", "typ": TOKEN_TYPE}, body, self.key)

    def headers(
        self, user_id: int = 1, role: str = "admin", username: str | None = None, **claims: Any
    ) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(user_id, role, username, **claims)}"}
