"""Settings from the environment or from secret files: misspelt names refused, all that is wrong named at once.

A setting `HYGGE_<SERVICE>_<NAME>` may also be the content of a file with that name in lower case, in the folder
HYGGE_SECRETS_DIR (default /run/secrets, where Docker and Kubernetes put secrets).
"""

import os
from pathlib import Path
from ssl import SSLContext
from typing import Any, Literal, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings

from hygge_core import tls

SECRETS_VARIABLE = "HYGGE_SECRETS_DIR"
DEFAULT_SECRETS_FOLDER = "/run/secrets"
# NIST SP 800-63B, 5.1.1 is about people's passwords; what only programs send can be longer than one remembers.
LEAST_SECRET_LENGTH = 16
LEAST_SECRET_CHARACTERS = 8
WELL_KNOWN = ("changeme", "change-me", "password", "passwort", "secret", "default", "example", "hygge", "postgres")


class SettingsError(SystemExit):
    """The process must not start; the message lists every missing, wrong and unknown setting."""


def secrets_folder() -> Path | None:
    """Where secret files are; None if there is no such folder."""
    folder = Path(os.environ.get(SECRETS_VARIABLE, DEFAULT_SECRETS_FOLDER))
    return folder if folder.is_dir() else None


class DatabaseSettings(BaseSettings):
    """Where a service's schema is; enough for its migrations. The password may come apart from the URL."""

    database_url: SecretStr
    database_password: SecretStr | None = None

    @model_validator(mode="after")
    def _complete_database_url(self) -> Self:
        if self.database_password is not None:
            self.database_url = SecretStr(with_password(self.database_url.get_secret_value(), self.database_password))
        return self


class CoreSettings(DatabaseSettings):
    """What every service needs. Subclasses set `model_config = SettingsConfigDict(env_prefix="HYGGE_X_")`."""

    environment: Literal["DEV", "TEST", "INT", "PROD"] = "DEV"
    host: str = "127.0.0.1"
    port: int
    processes: int = Field(1, ge=1, le=64, description="Server processes that share the port")
    # In-flight requests get this long to end after SIGTERM.
    shutdown_seconds: int = Field(20, ge=0)
    # Addresses or networks, with commas between, whose X-Forwarded-* headers are believed.
    trusted_proxies: str = "127.0.0.1"
    # TLS between services: what this one shows, and the authority that the others' certificates come from.
    tls_certificate_file: Path | None = None
    tls_key_file: Path | None = None
    tls_ca_file: Path | None = None
    database_pool_size: int = 20
    jwks_url: str
    token_issuer: str = "hygge"
    token_audience: str = "hygge"
    otlp_endpoint: str | None = None
    trace_ratio: float = 1.0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def load(cls) -> Self:
        """Read environment and secret files; raise SettingsError that names everything wrong."""
        prefix = str(cls.model_config.get("env_prefix") or "").upper()
        known = {prefix + name.upper() for name in cls.model_fields}
        wrong = [f"{name}: unknown setting" for name in os.environ if name.startswith(prefix) and name not in known]
        settings: Self | None = None
        try:
            settings = cls(_secrets_dir=secrets_folder())
            wrong += [f"{prefix}{name.upper()}: {fault}" for name, fault in settings.weak_secrets()]
        except ValidationError as error:
            wrong += [
                f"{prefix}{'_'.join(map(str, item['loc'][:1])).upper()}: {item['msg']}" for item in error.errors()
            ]
        if wrong or settings is None:
            raise SettingsError("Cannot start, settings are wrong:\n  " + "\n  ".join(sorted(wrong)))
        return settings

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.tls_certificate_file is None) != (self.tls_key_file is None):
            raise ValueError("TLS_CERTIFICATE_FILE and TLS_KEY_FILE need each other")
        return self

    def client_tls(self) -> SSLContext | bool:
        """What calls to other services check certificates with, in httpx's form."""
        return tls.client_context(self.tls_ca_file) if self.tls_ca_file else True

    def weak_secrets(self) -> list[tuple[str, str]]:
        """Name and fault of each secret that must not be used; outside DEV only."""
        if self.environment == "DEV":
            return []
        found = []
        for name in type(self).model_fields:
            faults = [fault for secret in _secrets_of(getattr(self, name)) if (fault := weakness(secret))]
            found += [(name, fault) for fault in faults[:1]]
        return found


class RedisSettings(BaseSettings):
    """Where Redis is; the password may come apart from the URL."""

    redis_url: str = Field(repr=False)
    redis_password: SecretStr | None = None

    @model_validator(mode="after")
    def _complete_redis_url(self) -> Self:
        if self.redis_password is not None:
            self.redis_url = with_password(self.redis_url, self.redis_password)
        return self


def with_password(url: str, password: SecretStr) -> str:
    """The URL with this password in place of whatever it had."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = parts.netloc.rpartition("@")[0].partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password.get_secret_value(), safe='')}@{place}"))


def weakness(secret: str) -> str | None:
    """Why a secret that only programs use is refused, or None."""
    lowered = secret.lower()
    if len(secret) < LEAST_SECRET_LENGTH:
        return f"too short for a secret outside DEV: at least {LEAST_SECRET_LENGTH} characters"
    if len(set(secret)) < LEAST_SECRET_CHARACTERS:
        return f"too simple for a secret outside DEV: at least {LEAST_SECRET_CHARACTERS} different characters"
    if any(word in lowered for word in WELL_KNOWN):
        return "looks like a default or example, which is refused outside DEV; make a random one"
    return None


def _secrets_of(value: Any) -> list[str]:
    """The secrets in a setting: itself, those in a mapping, and the password of a URL."""
    if isinstance(value, dict):
        return [secret for item in value.values() for secret in _secrets_of(item)]
    if isinstance(value, SecretStr):
        inner = value.get_secret_value()
        return _password_of(inner) if "://" in inner else [inner]
    return _password_of(value) if isinstance(value, str) and "://" in value else []


def _password_of(url: str) -> list[str]:
    password = urlsplit(url).password
    return [unquote(password)] if password is not None else []
