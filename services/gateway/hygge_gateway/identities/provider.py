"""The OpenID Connect provider: its discovery document, its keys, and the exchange of a code for checked claims.

OpenID Connect Core 1.0 (3.1.3.7 for the ID token), Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636, RFC 9207, and
RFC 9700 for what to insist on.
"""

import asyncio
import time
import warnings
from typing import Any
from urllib.parse import urlencode

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from hygge_core.errors import NotAuthenticated, Unavailable
from hygge_gateway.identities.claims import value_at
from hygge_gateway.identities.settings import IdentitySettings

with warnings.catch_warnings():
    # Authlib would rather have a fork of httpx; with httpx it works the same.
    from authlib.deprecate import AuthlibDeprecationWarning

    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.httpx_client import AsyncOAuth2Client

# Signatures that the provider alone can make (RFC 8725, 3.1); what it says about itself narrows them.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
CLOCK_SKEW_SECONDS = 30
# How old the provider's description of itself may get before it is read again.
MAX_AGE_SECONDS = 3600.0
RETRY_AFTER_SECONDS = 10

logger = structlog.get_logger("hygge.oidc")


class ProviderMetadata(BaseModel):
    """What the discovery document says, as far as it is needed here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One provider, asked over HTTP; nothing is asked before somebody wants to sign in."""

    def __init__(self, settings: IdentitySettings) -> None:
        assert settings.oidc_issuer is not None
        assert settings.oidc_client_id is not None
        self._settings = settings
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        self._metadata: ProviderMetadata | None = None
        self._read_at = float("-inf")
        self._keys: KeySet | None = None
        self._lock = asyncio.Lock()
        # Made once: reading all authorities takes longer than many a call.
        self._tls = httpx.create_ssl_context()

    async def authorization_url(self, state: str, nonce: str, code_verifier: str) -> str:
        """Where the browser goes to sign in."""
        metadata = await self.metadata()
        async with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=state, code_verifier=code_verifier, nonce=nonce
            )
        return str(url)

    async def claims(self, code: str, told_issuer: str | None, nonce: str, code_verifier: str) -> dict[str, Any]:
        """The checked claims of whoever signed in; NotAuthenticated if anything about the answer is not right."""
        metadata = await self.metadata()
        self._check_issuer(metadata, told_issuer)
        try:
            async with self._client(metadata) as client:
                answer = await client.fetch_token(metadata.token_endpoint, code=code, code_verifier=code_verifier)
        except OAuthError as error:
            logger.warning("code refused", issuer=self.issuer, error=error.error)
            raise _untrusted() from error
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        claims = await self._checked(metadata, answer.get("id_token"), nonce)
        return await self._completed(metadata, claims, answer.get("access_token"))

    async def logout_url(self, back_to: str) -> str | None:
        """Where the browser goes to sign out at the provider too; None if it has no such page."""
        endpoint = (await self.metadata()).end_session_endpoint
        if endpoint is None:
            return None
        query = urlencode({"client_id": self.client_id, "post_logout_redirect_uri": back_to})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    async def metadata(self) -> ProviderMetadata:
        """The discovery document, read again now and then; an old one serves while the provider is away."""
        if self._metadata is not None and time.monotonic() - self._read_at < MAX_AGE_SECONDS:
            return self._metadata
        async with self._lock:
            if self._metadata is None or time.monotonic() - self._read_at >= MAX_AGE_SECONDS:
                await self._discover()
        assert self._metadata is not None
        return self._metadata

    async def _discover(self) -> None:
        try:
            document = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            found = ProviderMetadata.model_validate(document)
        except (httpx.HTTPError, ValueError) as error:
            if self._metadata is None:
                raise self._away(error) from error
            return
        if found.issuer != self.issuer:
            # Discovery 1.0, 4.3: exactly the same, or somebody else's document has been put in the way.
            logger.error("wrong issuer in the discovery document", expected=self.issuer, found=found.issuer)
            raise Unavailable("Signing in elsewhere is set up wrongly; tell an administrator.", retry_after_seconds=60)
        self._metadata, self._read_at = found, time.monotonic()

    async def _checked(self, metadata: ProviderMetadata, id_token: Any, nonce: str) -> dict[str, Any]:
        if not isinstance(id_token, str):
            raise _untrusted()
        algorithms = [name for name in ALGORITHMS if name in metadata.id_token_signing_alg_values_supported]
        try:
            decoded = await self._decoded(metadata, id_token, algorithms)
            registry = jwt.JWTClaimsRegistry(
                leeway=CLOCK_SKEW_SECONDS,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as error:
            logger.warning("ID token refused", issuer=self.issuer, error=str(error))
            raise _untrusted() from error
        claims: dict[str, Any] = dict(decoded.claims)
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.client_id) != self.client_id:
            logger.warning("ID token refused", issuer=self.issuer, error="azp is another client's")
            raise _untrusted()
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise _untrusted()
        return claims

    async def _decoded(self, metadata: ProviderMetadata, id_token: str, algorithms: list[str]) -> jwt.Token:
        """Tried again with fresh keys: the provider may have rotated them. The token came from itself, by TLS."""
        if self._keys is not None:
            try:
                return jwt.decode(id_token, self._keys, algorithms=algorithms)
            except (JoseError, ValueError):
                self._keys = None
        try:
            document = await self._get(metadata.jwks_uri)
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
        decoded = jwt.decode(id_token, keys, algorithms=algorithms)
        self._keys = keys
        return decoded

    async def _completed(self, metadata: ProviderMetadata, claims: dict[str, Any], access_token: Any) -> dict[str, Any]:
        """With what only the userinfo endpoint tells, when a claim that is needed is not in the ID token."""
        needed = [self._settings.oidc_username_claim, self._settings.oidc_role_claim]
        if metadata.userinfo_endpoint is None or all(value_at(claims, path) is not None for path in needed if path):
            return claims
        try:
            told = await self._get(metadata.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"})
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        if told.get("sub") != claims["sub"]:
            raise _untrusted()
        return {**told, **claims}

    def _check_issuer(self, metadata: ProviderMetadata, told: str | None) -> None:
        """RFC 9207: the answer that a browser brings says whose it is."""
        if told != self.issuer and (told is not None or metadata.authorization_response_iss_parameter_supported):
            raise _untrusted()

    def _client(self, metadata: ProviderMetadata) -> AsyncOAuth2Client:
        secret = self._settings.oidc_client_secret
        methods = metadata.token_endpoint_auth_methods_supported
        posted = "client_secret_basic" not in methods and "client_secret_post" in methods
        with_secret = "client_secret_post" if posted else "client_secret_basic"
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            token_endpoint_auth_method=with_secret if secret else "none",
            scope=self._settings.oidc_scopes,
            redirect_uri=self._settings.redirect_uri,
            code_challenge_method="S256",
            timeout=self._settings.oidc_timeout_seconds,
            verify=self._tls,
        )

    async def _get(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=self._settings.oidc_timeout_seconds, verify=self._tls) as client:
            response = await client.get(url, headers=headers)
        response.raise_for_status()
        document = response.json()
        if not isinstance(document, dict):
            raise ValueError("not a JSON object")
        return document

    def _away(self, error: Exception) -> Unavailable:
        reason = "an unreadable answer" if isinstance(error, ValidationError) else type(error).__name__
        logger.warning("provider away", issuer=self.issuer, error=reason)
        label = self._settings.oidc_label
        return Unavailable(f"{label} can't be reached; try again shortly.", retry_after_seconds=RETRY_AFTER_SECONDS)


def _untrusted() -> NotAuthenticated:
    return NotAuthenticated("The provider's answer can't be trusted; sign in again.")
