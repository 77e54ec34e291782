"""Settings of signing in elsewhere; part of the gateway's, with its prefix."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from hygge_core.app import API_PREFIX
from hygge_core.settings import CoreSettings
from hygge_gateway.users.schemas import UserRole

CALLBACK_PATH = f"{API_PREFIX}/auth/oidc/callback"


class IdentitySettings(CoreSettings):
    """An external provider beside local passwords, or in their place."""

    # Where people reach this gateway, such as https://hygge.example: what the provider sends browsers back to must not
    # come from a request's Host header.
    public_url: str | None = None
    # As the provider itself writes it: its discovery document is at <issuer>/.well-known/openid-configuration.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    # Without it the client is a public one, which proves itself by PKCE only.
    oidc_client_secret: SecretStr | None = None
    oidc_scopes: str = "openid profile email"
    # Where the provider tells roles (Keycloak: realm_access.roles). Without it, roles are given here.
    oidc_role_claim: str | None = None
    oidc_role_map: dict[str, UserRole] = Field(default_factory=dict)
    # What becomes of somebody of whose roles none is in the map.
    oidc_unknown_role: Literal["participant", "refuse"] = "participant"
    oidc_username_claim: str = "preferred_username"
    # The provider's name on the sign-in page.
    oidc_label: str = Field("Single sign-on", min_length=1, max_length=60)
    # Whoever was locked out at the provider is out here after this at the latest.
    oidc_session_seconds: int = Field(12 * 3600, ge=60)
    oidc_timeout_seconds: float = Field(5.0, gt=0, le=30)
    # False: nobody signs in, registers or changes a password here; the provider takes their place.
    local_passwords: bool = True

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if self.oidc_issuer is None:
            if not self.local_passwords:
                raise ValueError("LOCAL_PASSWORDS is false and there is no OIDC_ISSUER: nobody could sign in")
            return self
        missing = [name for name in ("oidc_client_id", "public_url") if not getattr(self, name)]
        if missing:
            raise ValueError(f"OIDC_ISSUER needs {' and '.join(name.upper() for name in missing)}")
        if self.oidc_role_map and not self.oidc_role_claim:
            raise ValueError("OIDC_ROLE_MAP needs OIDC_ROLE_CLAIM, which says where the provider tells roles")
        if "openid" not in self.oidc_scopes.split():
            raise ValueError("OIDC_SCOPES must have openid")
        if not self._is_safe(self.oidc_issuer):
            raise ValueError("OIDC_ISSUER must begin with https://")
        return self

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to; to be registered there exactly so."""
        return f"{(self.public_url or '').rstrip('/')}{CALLBACK_PATH}"

    def _is_safe(self, url: str) -> bool:
        """Plain http is for trying things out only."""
        parts = urlsplit(url)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        return parts.scheme == "https" or (parts.scheme == "http" and (loopback or self.environment in ("DEV", "TEST")))
