"""What the outer loop takes and gives. Nothing here computes.

Letters in shapes: H houses, K transformers, T steps of a window, D local days of a window, n houses of a transformer.
"""

from dataclasses import dataclass, replace

from hygge_engine.kernel import ENERGY_SUMS, Handdown, Rules, Signals, State, ThermalInput
from hygge_engine.kernel.types import Float32, Float64, Int64
from hygge_engine.markets import MONEY_SUMS, PriceRule, Rates, SharedBill

PEAKS = 2
ENERGIES = len(ENERGY_SUMS) - PEAKS
DAY_SUMS: tuple[str, ...] = (*ENERGY_SUMS[:ENERGIES], *MONEY_SUMS, *ENERGY_SUMS[ENERGIES:])
MONEY = slice(ENERGIES, ENERGIES + len(MONEY_SUMS))


@dataclass(frozen=True, slots=True)
class Period:
    """One window: its number, its first step in the run, and where its local days begin (int64[D+1], from 0 to T)."""

    index: int
    start_step: int
    day_offsets: Int64

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return int(self.day_offsets[-1])


@dataclass(frozen=True, slots=True)
class WindowInput:
    """What flows in during a window.

    load_kw, generation_kw: float32[H, T], what houses want, and what sun and wind offer before the inverter's limit.
    rates: of the window. signals: prices of the whole run, as devices and bidders know them; None where neither looks
    at them. thermal: heat and cold wanted, None where nobody has a device for it. schedule_kw: float32[H, T] for the
    strategy `scheduled`.
    """

    load_kw: Float32
    generation_kw: Float32
    rates: Rates
    signals: Signals | None = None
    thermal: ThermalInput | None = None
    schedule_kw: Float32 | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """A run's parameters. flow_limit: pools with more participants get no flows between them."""

    step_hours: float
    rules: Rules
    price_rule: PriceRule
    flow_limit: int = 2000


@dataclass(frozen=True, slots=True)
class NodeResult:
    """Results of N nodes: `values` float32[N, 9, T] by MEASURES, `day_sums` float64[N, D, 31] by DAY_SUMS."""

    values: Float32
    day_sums: Float64


@dataclass(frozen=True, slots=True)
class Proof:
    """The worst violations in the window; all are rounding errors.

    energy_residual_kwh, rounded_residual_kwh: balance of a house's step before and after rounding to float32.
    pool_residual_kwh: bought − sold of a pool's step. money_residual: paid − received, in the grid's currency, see
    `markets.money_residual`. soc_violation_kwh: energy outside a storage's bounds. need_violation_kwh: bought beyond a
    house's deficit, or sold beyond its surplus.
    """

    energy_residual_kwh: float
    rounded_residual_kwh: float
    pool_residual_kwh: float
    money_residual: float
    soc_violation_kwh: float
    need_violation_kwh: float


@dataclass(frozen=True, slots=True)
class GridResult:
    """The grid as a whole in one window.

    price: float32[1, T] per kWh, of trades between transformers (nan where an auction had none). flows_kwh: float64[K,
    K] between transformers by (seller, buyer), or None where there are too many.
    """

    nodes: NodeResult
    price: Float32
    flows_kwh: Float64 | None
    pool_residual_kwh: float
    money_residual: float
    digest: bytes


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One window's results, of a whole grid or (grid = None) of a shard.

    transformer_price: float32[K, T] per kWh, nan where an auction traded nothing. house_flows_kwh: energy of the window
    by (seller, buyer), float64[n, n] for each transformer's houses, None where there are too many. grid_units:
    int64[9, T], see `kernel.Outcome`. state: after the window. digests: BLAKE3 of each transformer's results.
    """

    period: Period
    houses: NodeResult
    transformers: NodeResult
    transformer_price: Float32
    house_flows_kwh: tuple[Float64 | None, ...]
    grid_units: Int64
    state: State
    proof: Proof
    digests: tuple[bytes, ...]
    grid: GridResult | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What the grid's stage decided for a window, the same for all shards.

    grid_price: float64[T], of trades between transformers. bill: prices of `bill_sharing`, else None. rates: of the
    window.
    """

    handdown: Handdown
    grid_price: Float64
    bill: SharedBill | None
    rates: Rates

    def select(self, transformers: slice, houses: slice) -> "Settled":
        """The part of a shard with these transformers and houses of the grid."""
        return replace(self, handdown=self.handdown.select(transformers, houses))
