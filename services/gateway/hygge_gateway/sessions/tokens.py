"""Access tokens: RS256 JWTs (RFC 9068) with the claims that hygge_core.auth reads."""

import secrets
import time
from dataclasses import dataclass

from joserfc import jwt

from hygge_core.auth import ALGORITHMS, TOKEN_TYPE, Role
from hygge_gateway.keys import KeyRing


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Signs access tokens that live `seconds`."""

    keys: KeyRing
    issuer: str
    audience: str
    seconds: int

    def issue(
        self, user_id: int, username: str, role: Role, operates: list[int] | None = None, views: list[int] | None = None
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(user_id),
            "username": username,
            "role": role.value,
            "operates": operates or [],
            "views": views or [],
            "iat": now,
            "nbf": now,
            "exp": now + self.seconds,
            "jti": secrets.token_urlsafe(12),
        }
        key = self.keys.signing_key()
        return jwt.encode({"alg": ALGORITHMS[0], "typ": TOKEN_TYPE, "kid": key.kid}, claims, key, algorithms=ALGORITHMS)
