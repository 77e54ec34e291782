"""What a run is asked for with, and how it is shown."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from hygge_core.timeaxis import no_number, utc_text
from hygge_engine.kernel import Allocation, BidStrategy, ChargeStrategy, ClearingPrice, LeftOver, StorageStrategy
from hygge_engine.markets import Pricing
from hygge_engine.presets.service import known, resolved
from hygge_engine.runs.money import (
    MAX_NUMBER,
    Carbon,
    Fees,
    FlatTariff,
    Incentive,
    Model,
    Part,
    PricePerKwh,
    ProfileId,
    SignedPricePerKwh,
    Tariff,
    short,
)

# As for everything else that is stored: NUL is no character for PostgreSQL.
NUL = "\0"
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
    BeforeValidator(no_number),
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


RunName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50), AfterValidator(storable)]
Kilowatts = Annotated[float, Field(ge=0, le=MAX_NUMBER)]


class BiddingRequest(Model):
    """How houses bid under the auctions `price_time` and `uniform_price`, and how their books are priced."""

    strategy: BidStrategy = BidStrategy.TRUTHFUL
    k: Part = Field(0.5, description="Weight of the bid in a pair's price, and of the equilibrium interval's upper end")
    price_rule: ClearingPrice = Field(
        ClearingPrice.MID, description="Which price of the equilibrium interval `uniform_price` takes"
    )


class StorageRequest(Model):
    """The numbers of the storage strategies `time_of_use` and `peak_shaving`.

    Prices are what a house pays for an imported kWh: retail with grid fee and taxes.
    """

    charge_below_eur_per_kwh: SignedPricePerKwh | None = Field(
        None,
        validation_alias=short("charge_below_eur_per_kwh"),
        description="`time_of_use`: batteries charge, from the grid too, while importing costs less",
    )
    discharge_above_eur_per_kwh: SignedPricePerKwh | None = Field(
        None,
        validation_alias=short("discharge_above_eur_per_kwh"),
        description="`time_of_use`: batteries serve their house while importing costs more",
    )
    peak_limit_kw: Kilowatts | None = Field(
        None, description="`peak_shaving`: batteries serve what a house takes beyond this"
    )
    recharge_below_kw: Kilowatts | None = Field(
        None, description="`peak_shaving`: batteries charge from the grid up to this import; default 0: from surplus"
    )


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
    storage: StorageRequest = StorageRequest()
    charge_strategy: ChargeStrategy | None = Field(None, description="For all cars, instead of what each of them says")
    bidding: BiddingRequest = BiddingRequest()
    left_over: LeftOver = Field(
        LeftOver.SELLER, description="Whose is what a holder of a static key cannot use: the seller's or the holder's"
    )
    rounding_decimals: int | None = Field(
        None, ge=0, le=9, description="What a buyer gets in a step is truncated to so many decimals of a kWh"
    )
    tariff: Tariff = FlatTariff()
    fees: Fees = Fees()
    incentive: Incentive | None = Field(None, description="Paid on top of the market per shared kWh")
    compensation_eur_per_kwh: PricePerKwh | None = Field(
        None,
        validation_alias=short("compensation_eur_per_kwh"),
        description="`supply_demand_ratio` with a compensation for sellers: at balance they get feed-in plus this",
    )
    price_floor_eur_per_kwh: PricePerKwh | None = None
    price_cap_eur_per_kwh: PricePerKwh | None = None
    minimum_trade_kwh: float = Field(
        0.0, ge=0, le=MAX_NUMBER, description="Smaller trades of `greedy` and the auctions are dropped, kWh per step"
    )
    carbon: Carbon | None = None
    temperature_profile_id: ProfileId | None = Field(
        None, description="Outdoor temperature for heat pumps and air conditioners: a profile of type `weather` in degC"
    )
    priority_list_id: int | None = Field(None, ge=1, description="Who is served first where capacity is scarce")
    network_check: bool = Field(False, description="Also compute voltages and line loadings, for grids with line data")
    power_factor: float = Field(1.0, gt=0, le=1, description="Of all houses in the network check; inductive below 1")
    preset: Annotated[str, AfterValidator(known)] | None = Field(
        None,
        description="Name of a national preset; it fills in what is not given. See GET /api/v1/presets",
    )
    seed: int = Field(0, ge=0, le=2**63 - 1)
    shards: int | None = Field(
        None, ge=1, le=256, description="Into how many parts the run is cut, at the most; default: by its size"
    )
    detail: Detail = Detail.STEP
    name: RunName | None = None
    tags: list[Tag] = Field(default=[], max_length=20)

    @model_validator(mode="after")
    def _take_from_preset(self) -> Self:
        """What the caller gave stays known as such: a dump with `exclude_unset` has none of the preset's values, a full
        dump has them all.
        """
        for name, value in resolved(self).items():
            given = name in self.model_fields_set
            setattr(self, name, value)
            if not given:
                self.model_fields_set.discard(name)
        return self


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
    phase: str | None = Field(
        description="collecting, validating, assembling, sharing (first pass of shards), simulating or closing"
    )
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
    sweep_id: int | None = None
    shards: int = Field(1, description="Parts that any number of workers work on at once")
    engine_version: str
    topology_version: int
    topology_hash: str
    profiles_hash: str | None
    result_digest: str | None = Field(description="SHA-256 over all results; equal inputs give equal digests")
    timings: dict[str, float]
    proof: dict[str, float] | None


class Estimate(BaseModel):
    """What a run will take."""

    houses: int
    steps: int
    house_steps: int
    windows: int = Field(description="Stretches of time that are computed and stored one after the other")
    shards: int = Field(description="Parts that workers work on at once")
    workers: int = Field(description="Worker processes that are alive now")
    seconds: float = Field(description="From start to end, with these workers and nothing else to do")
    seconds_compute: float = Field(description="Of one processor, all passes")
    seconds_write: float = Field(description="Of one connection to the database")
    storage_bytes: int
    storage_rows: int
    peak_memory_bytes: int = Field(description="Largest memory of a worker process")
    memory_bytes: int = Field(description="Memory that a worker process may use")
    fits: bool = Field(description="False: the run would be refused")
    basis: str = Field(description="measured on N runs, or defaults")


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
