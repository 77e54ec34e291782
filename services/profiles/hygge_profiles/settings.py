"""Settings of the profiles service, from `HYGGE_PROFILES_*`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from hygge_core.settings import CoreSettings


class Settings(CoreSettings):
    """What the service needs to start; sizes are of requests, points count values in one file."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_PROFILES_")

    port: int = 8082
    topology_url: str
    max_upload_mb: int = Field(256, gt=0)
    # A small archive can unpack to far more than it weighs.
    max_unpacked_mb: int = Field(1024, gt=0)
    max_body_mb: int = Field(64, gt=0)
    max_upload_points: int = Field(60_000_000, gt=0)
    uploads_at_once: int = Field(2, gt=0)
    builds_at_once: int = Field(2, gt=0)
