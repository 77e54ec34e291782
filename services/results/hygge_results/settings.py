"""Settings of the results service: environment variables HYGGE_RESULTS_*."""

from pydantic_settings import SettingsConfigDict

from hygge_core.settings import CoreSettings


class Settings(CoreSettings):
    """What the service needs beside the common settings: nothing."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_RESULTS_")
