"""Settings from the environment, HYGGE_TOPOLOGY_…."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from hygge_core.settings import CoreSettings


class Settings(CoreSettings):
    """`max_document_mb`: how large an imported document may be; 10,000 houses with two devices take about 5 MB."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_TOPOLOGY_")

    port: int = 8081
    max_document_mb: int = Field(64, ge=1)
