"""Settings of the gateway, prefix HYGGE_GATEWAY_."""

from pathlib import Path

from limits import RateLimitItem, parse
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from hygge_core.settings import RedisSettings
from hygge_gateway.identities.settings import IdentitySettings

MEGABYTE = 1024 * 1024


class Settings(IdentitySettings, RedisSettings):
    """The gateway checks tokens with its own keys, so `jwks_url` is only what it tells others."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_GATEWAY_")

    topology_url: str
    profiles_url: str
    engine_url: str
    results_url: str

    # A PEM file (one key) or a folder of them (the highest number is the newest); made when missing in DEV and TEST.
    signing_key_file: Path
    # How long a new key is published before it signs. Longer where the folder reaches processes at different times.
    signing_key_publish_seconds: float = Field(60.0, ge=0)
    # Client id → secret, for the client-credentials grant of the other services.
    service_clients: dict[str, SecretStr] = Field(default_factory=dict)
    bootstrap_admin_username: str | None = None
    bootstrap_admin_password: SecretStr | None = None
    registration_open: bool = True
    # The built web app, served at /; without it there is a plain start page.
    web_directory: Path | None = None

    access_token_seconds: int = Field(600, ge=30, le=3600)
    # A refresh token that is not used for this long ends its session.
    refresh_token_seconds: int = Field(14 * 86400, ge=60)
    # A session ends after this, however often it was refreshed.
    session_seconds: int = Field(60 * 86400, ge=60)
    # In cookies, the refresh token used last may be exchanged again within this, because answers get lost.
    refresh_leeway_seconds: float = Field(10.0, ge=0, le=60)

    rate_limit_user: str = "100000/minute"
    rate_limit_address: str = "10000/minute"
    # Attempts per address (signing in, registering, service tokens: each by itself), and per user name.
    rate_limit_login: str = "30/minute"
    # Per address, which may be a whole office: every page that is loaded asks once. Nobody guesses such a token.
    rate_limit_refresh: str = "600/minute"

    # Failures in a row: of one user name from one network, and of one name from all networks that it does not know.
    lockout_failures: int = Field(10, ge=2)
    lockout_name_failures: int = Field(100, ge=2)
    lockout_seconds: int = Field(900, ge=1)
    # The count of a network begins anew after this long without a failure.
    lockout_window_seconds: int = Field(3600, ge=1)
    # A network from which the user signed in within this is known.
    lockout_known_days: int = Field(90, ge=0)
    # The head of the audit log goes to the gateway's own log this often, or after so many entries.
    audit_anchor_seconds: float = Field(3600.0, gt=0)
    audit_anchor_entries: int = Field(1000, ge=1)

    max_body_mb: int = Field(300, ge=1)
    # A body has this long to arrive, and a second more for each so many bytes (Apache's mod_reqtimeout has the same).
    slow_body_seconds: float = Field(20.0, gt=0)
    slow_body_bytes_per_second: int = Field(500, ge=1)
    # Host names, with commas between, that this gateway answers to; empty: any. Health and metrics are always answered.
    allowed_hosts: str = ""
    connect_timeout_seconds: float = Field(3.0, gt=0)
    # Silence of a service (before the answer or inside it) that counts as a failure.
    upstream_timeout_seconds: float = Field(60.0, gt=0)
    upstream_connections: int = Field(1000, ge=1)
    # Requests that a service gets at the same time from one gateway process (reads and writes by themselves), how many
    # more may wait for their turn, and for how long; what is beyond is refused at once.
    upstream_slots: int = Field(24, ge=1)
    upstream_queue: int = Field(200, ge=1)
    upstream_queue_seconds: float = Field(1.0, gt=0)
    # Requests of users that one gateway process answers at a time; what is beyond is refused at once. About as many
    # as it answers in a quarter of a second: with more of them each would only wait longer.
    places: int = Field(256, ge=1)
    # Answers that never change are kept here, and used for so long without asking whether they may still be seen.
    cache_mb: int = Field(64, ge=1)
    cache_seconds: float = Field(5.0, ge=0, le=60)
    breaker_failures: int = Field(5, ge=1)
    breaker_open_seconds: float = Field(10.0, gt=0)

    @field_validator("rate_limit_user", "rate_limit_address", "rate_limit_login", "rate_limit_refresh")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        parse(value)
        return value

    @field_validator("topology_url", "profiles_url", "engine_url", "results_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def services(self) -> dict[str, str]:
        """Service name → base URL."""
        return {
            "topology": self.topology_url,
            "profiles": self.profiles_url,
            "engine": self.engine_url,
            "results": self.results_url,
        }

    @property
    def max_body_bytes(self) -> int:
        return self.max_body_mb * MEGABYTE

    def limit(self, name: str) -> RateLimitItem:
        """The parsed limit `rate_limit_<name>`."""
        return parse(getattr(self, f"rate_limit_{name}"))
