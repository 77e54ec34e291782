"""Settings of the engine's API and of its workers, from `HYGGE_ENGINE_*`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from hygge_core.settings import CoreSettings, RedisSettings


class Settings(CoreSettings, RedisSettings):
    """The API and the workers read the same settings."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_ENGINE_")

    topology_url: str
    profiles_url: str
    results_url: str
    token_url: str
    client_id: str
    client_secret: SecretStr
    upstream_timeout_seconds: float = Field(60.0, gt=0)
    # Closing a run sums up all of its rows: a minute for millions of them.
    results_patience_seconds: float = Field(7200.0, gt=0, description="For registering, closing and removing a run")

    max_horizon_days: int = Field(1100, ge=1, description="The longest run that is accepted")
    # One window is a local month; a very large community's month is cut further, so that a worker's memory is bounded.
    # Windows are part of a run's digest: all workers of an installation have the same number here.
    max_window_house_steps: int = Field(4_000_000, ge=1000)
    max_memory_bytes: int | None = Field(
        None, ge=100_000_000, description="What one worker process may use; default: its part of 70 % of the memory"
    )
    shard_house_steps: int = Field(
        40_000_000, ge=1000, description="Runs are cut into shards of about this size, if there is more than one worker"
    )
    max_sweep_runs: int = Field(500, ge=1)

    # Estimates use what finished runs took; these are used until there are some.
    house_steps_per_second: float = Field(8e6, gt=0, description="Of one process, computing alone")
    rows_per_second: float = Field(40_000.0, gt=0, description="Day rows that one connection writes at detail `day`")
    closed_rows_per_second: float = Field(100_000.0, gt=0, description="Day rows that results sum up at a run's end")
    bytes_per_second: float = Field(60e6, gt=0, description="Bytes of vectors that one connection writes")

    writers: int = Field(2, ge=1, le=8, description="Windows that are copied at once, each on a connection of its own")

    # Many workers on shards keep the database busy by themselves; windows that wait would only take memory.
    shard_writers: int = Field(
        0, ge=0, le=8, description="As writers, of a shard; 0: written before the next is computed"
    )

    lease_seconds: float = Field(20.0, gt=0.5, description="A worker that is silent for so long has lost its run")
    compile_ahead: bool = Field(True, description="Compile what is rarely used beside the first runs, not in one")
    slice_seconds: float = Field(120.0, gt=0, description="A worker lets other runs go first after this time")
    sweep_seconds: float = Field(5.0, gt=0, description="How often a worker looks for runs nobody works on")
    max_attempts: int = Field(5, ge=1, description="Tries without a new checkpoint before a run is failed")
    retry_delay_seconds: float = Field(
        3.0, ge=0, description="Pause before a run is tried again, times the tries so far"
    )
    outage_seconds: float = Field(
        7200.0, ge=0, description="How long a run waits for a service that is away before it is failed"
    )
    # Longer than any task: slice + one window. Redis hands a job out again when it is not acknowledged for so long.
    visibility_timeout_seconds: int = Field(1800, ge=60)

    events_poll_seconds: float = Field(0.5, gt=0)
    events_heartbeat_seconds: float = Field(15.0, gt=0)
    idempotency_hours: int = Field(24, ge=1)
    worker_metrics_port: int = Field(0, ge=0, description="Where a worker shows /metrics; 0: nowhere")
