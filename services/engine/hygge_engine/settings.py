"""Settings of the engine's API and of its workers, from `HYGGE_ENGINE_*`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from hygge_core.settings import CoreSettings


class Settings(CoreSettings):
    """The API and the workers read the same settings."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_ENGINE_")

    redis_url: str
    topology_url: str
    profiles_url: str
    results_url: str
    token_url: str
    client_id: str
    client_secret: SecretStr
    upstream_timeout_seconds: float = Field(60.0, gt=0)

    max_horizon_days: int = Field(1100, ge=1, description="The longest run that is accepted")
    # One window is a local month; a very large community's month is cut further, so that a worker's memory is bounded.
    max_window_house_steps: int = Field(4_000_000, ge=1000)

    writers: int = Field(2, ge=1, le=8, description="Windows that are copied at once, each on a connection of its own")

    lease_seconds: float = Field(20.0, gt=0.5, description="A worker that is silent for so long has lost its run")
    slice_seconds: float = Field(120.0, gt=0, description="A worker lets other runs go first after this time")
    sweep_seconds: float = Field(5.0, gt=0, description="How often a worker looks for runs nobody works on")
    max_attempts: int = Field(5, ge=1, description="Tries without a new checkpoint before a run is failed")
    retry_delay_seconds: float = Field(
        3.0, ge=0, description="Pause before a run is tried again, times the tries so far"
    )
    # Longer than any task: slice + one window. Redis hands a job out again when it is not acknowledged for so long.
    visibility_timeout_seconds: int = Field(1800, ge=60)

    events_poll_seconds: float = Field(0.5, gt=0)
    events_heartbeat_seconds: float = Field(15.0, gt=0)
    idempotency_hours: int = Field(24, ge=1)
    worker_metrics_port: int = Field(0, ge=0, description="Where a worker shows /metrics; 0: nowhere")
