"""Settings from the environment: one prefix per service, misspelt names refused, all that is wrong named at once."""

import os
from typing import Literal, Self

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings


class SettingsError(SystemExit):
    """The process must not start; the message lists every missing, wrong and unknown setting."""


class CoreSettings(BaseSettings):
    """What every service needs. Subclasses set `model_config = SettingsConfigDict(env_prefix="HYGGE_X_")`."""

    environment: Literal["DEV", "TEST", "INT", "PROD"] = "DEV"
    host: str = "127.0.0.1"
    port: int
    database_url: SecretStr
    database_pool_size: int = 20
    jwks_url: str
    token_issuer: str = "hygge"
    token_audience: str = "hygge"
    otlp_endpoint: str | None = None
    trace_ratio: float = 1.0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raise SettingsError that names everything wrong."""
        prefix = str(cls.model_config.get("env_prefix") or "").upper()
        known = {prefix + name.upper() for name in cls.model_fields}
        wrong = [f"{name}: unknown setting" for name in os.environ if name.startswith(prefix) and name not in known]
        settings: Self | None = None
        try:
            settings = cls()
        except ValidationError as error:
            wrong += [f"{prefix}{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        if wrong or settings is None:
            raise SettingsError("Cannot start, settings are wrong:\n  " + "\n  ".join(sorted(wrong)))
        return settings
