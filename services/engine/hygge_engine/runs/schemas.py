"""What a run is asked for with, and how it is shown."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from hygge_core.timeaxis import utc_text
from hygge_engine.kernel import Allocation, StorageStrategy
from hygge_engine.markets import Pricing

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# As for everything else that is stored: NUL is no character for PostgreSQL, larger numbers are no price and no power.
NUL = "\0"
MAX_NUMBER = 1e9
FIRST_YEAR, LAST_YEAR = 1970, 2199


def storable(text: str) -> str:
    """The text, or ValueError if the database can't hold it."""
    if NUL in text:
        raise ValueError("must not contain the character NUL")
    return text


def _in_utc(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must be in {FIRST_YEAR} to {LAST_YEAR}")
    return moment.astimezone(UTC)


UtcMoment = Annotated[
    AwareDatetime,
    AfterValidator(_in_utc),
    PlainSerializer(utc_text, return_type=str, when_used="json"),
]
UtcTime = Annotated[datetime, PlainSerializer(utc_text, return_type=str, when_used="json")]


class Status(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED)


class Detail(StrEnum):
    """What is stored of each node: every step, hourly means, or only the sums of each day."""

    STEP = "step"
    HOUR = "hour"
    DAY = "day"


def weekday_number(value: Any) -> Any:
    """Monday is 0; names and their first three letters are understood too."""
    if isinstance(value, str) and (name := value.strip().lower()) in DAY_NAMES + LONG_DAY_NAMES:
        return DAY_NAMES.index(name[:3])
    return value


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


def short(name: str, *others: str) -> AliasChoices:
    """The field's full name, or a short one that leaves the unit out, as the model page has it."""
    return AliasChoices(name, name.removesuffix("_eur_per_kwh"), *others)


def kind_of_tariff(value: Any) -> Any:
    """A tariff without a kind is flat, unless it has periods."""
    if isinstance(value, dict) and "kind" not in value:
        return {"kind": "time_of_use" if "periods" in value else "flat", **value}
    return value


PricePerKwh = Annotated[float, Field(ge=0, le=MAX_NUMBER)]
RunName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50), AfterValidator(storable)]
Weekday = Annotated[int, BeforeValidator(weekday_number), Field(ge=0, le=6)]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ClockEnd = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class FlatTariff(Model):
    """One price for all time."""

    kind: Literal["flat"] = "flat"
    retail_eur_per_kwh: PricePerKwh = Field(
        0.30, validation_alias=short("retail_eur_per_kwh"), description="Price of imported energy, without fees"
    )
    feed_in_eur_per_kwh: PricePerKwh = Field(
        0.08, validation_alias=short("feed_in_eur_per_kwh"), description="Paid for exported energy"
    )


class TariffPeriod(Model):
    """A daily period by the community's local clock; `to` before `from` runs over midnight (24:00 is midnight too)."""

    from_: ClockTime = Field(alias="from", examples=["22:00"])
    to: ClockEnd = Field(examples=["06:00"])
    weekdays: list[Weekday] | None = Field(
        None, min_length=1, description="Days on which the period begins: 0 (Monday) to 6, or names; default: all"
    )
    retail_eur_per_kwh: PricePerKwh = Field(validation_alias=short("retail_eur_per_kwh"))


class TimeOfUseTariff(Model):
    """Periods with their own retail price; `retail_eur_per_kwh` holds at all other times."""

    kind: Literal["time_of_use"]
    periods: list[TariffPeriod] = Field(min_length=1, max_length=100)
    retail_eur_per_kwh: PricePerKwh = Field(0.30, validation_alias=short("retail_eur_per_kwh"))
    feed_in_eur_per_kwh: PricePerKwh = Field(0.08, validation_alias=short("feed_in_eur_per_kwh"))


Tariff = Annotated[
    Annotated[FlatTariff | TimeOfUseTariff, Field(discriminator="kind")], BeforeValidator(kind_of_tariff)
]


class Fees(Model):
    """What comes on top of a kWh: local trades pay the first two, imports the last two."""

    platform_fee_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("platform_fee_eur_per_kwh"))
    local_grid_fee_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("local_grid_fee_eur_per_kwh"))
    grid_fee_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("grid_fee_eur_per_kwh"))
    taxes_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("taxes_eur_per_kwh"))


class Carbon(Model):
    """Carbon intensity of imported energy: one number, or a profile of type `carbon`. Exactly one of them."""

    kg_per_kwh: float | None = Field(None, ge=0, le=MAX_NUMBER)
    profile_id: int | None = Field(None, ge=1)


class RunRequest(Model):
    """What to simulate. Money is in the grid's currency, whatever the field is called."""

    grid_id: int = Field(ge=1)
    start: UtcMoment = Field(description="First moment, with Z or an offset; the simulated time is [start, end)")
    end: UtcMoment
    step_minutes: int = Field(15, description="5, 15, 30 or 60")
    allocation: Allocation = Field(Allocation.PROPORTIONAL, description="Who gets how much of the shared energy")
    pricing: Pricing = Field(Pricing.MID_MARKET, description="At what price")
    fixed_price_eur_per_kwh: PricePerKwh | None = Field(
        None, validation_alias=short("fixed_price_eur_per_kwh"), description="Needed by pricing `fixed`"
    )
    storage_strategy: StorageStrategy = StorageStrategy.SELF_CONSUMPTION
    tariff: Tariff = FlatTariff()
    fees: Fees = Fees()
    price_floor_eur_per_kwh: PricePerKwh | None = None
    price_cap_eur_per_kwh: PricePerKwh | None = None
    minimum_trade_kwh: float = Field(
        0.0, ge=0, le=MAX_NUMBER, description="Smaller trades of allocation `greedy` are dropped"
    )
    carbon: Carbon | None = None
    priority_list_id: int | None = Field(None, ge=1, description="Who is served first where capacity is scarce")
    seed: int = Field(0, ge=0, le=2**63 - 1)
    detail: Detail = Detail.STEP
    name: RunName | None = None
    tags: list[Tag] = Field(default=[], max_length=20)


class RunError(BaseModel):
    """Why a run failed; `errors` as in a 422 answer."""

    detail: str
    errors: list[dict[str, str]] = []


class RunBody(BaseModel):
    """A run. `timings`: wall seconds of each phase; `proof`: largest residuals of the balances over the run."""

    id: int
    grid_id: int
    name: str | None
    tags: list[str]
    status: Status
    progress: float = Field(description="0 to 1")
    phase: str | None = Field(description="collecting, validating, assembling, simulating or closing, while running")
    error: RunError | None
    parameters: RunRequest
    start: UtcTime
    end: UtcTime
    step_minutes: int
    created_at: UtcTime
    started_at: UtcTime | None
    finished_at: UtcTime | None
    created_by: int
    rerun_of: int | None
    engine_version: str
    topology_version: int
    topology_hash: str
    profiles_hash: str | None
    result_digest: str | None = Field(description="SHA-256 over all results; equal inputs give equal digests")
    timings: dict[str, float]
    proof: dict[str, float] | None


class RunWithSnapshot(RunBody):
    """A run with the community as it was when the run was made."""

    topology_snapshot: dict[str, Any]


class RunEvent(BaseModel):
    """One server-sent event: the moving parts of a run."""

    id: int
    status: Status
    progress: float
    phase: str | None
    error: RunError | None
