"""The auctions of a window, ready for the compiled code: who bids how, and where prices and payments are noted."""

from dataclasses import dataclass

import numpy as np

from hygge_engine.kernel.bids import Bidders, pack_bidders
from hygge_engine.kernel.book import Floor, pack_floor
from hygge_engine.kernel.devices import Signals
from hygge_engine.kernel.options import AUCTIONS, Allocation, BidStrategy, Rules
from hygge_engine.kernel.types import Community, Float64, Int64


@dataclass(frozen=True, slots=True)
class Trading:
    """What the auctions of some pools need; where the run has none, its arrays are empty."""

    bidders: Bidders
    floor: Floor

    def payments(self, step_hours: float) -> Float64:
        """Money paid and received, float64[H, D, 2], or float64[0, 0, 0]."""
        return self.floor.payments * step_hours


def has_auctions(rules: Rules) -> bool:
    """Whether the run trades in order books."""
    return rules.allocation in AUCTIONS


def needs_soc(rules: Rules) -> bool:
    """Whether bids depend on states of charge."""
    return has_auctions(rules) and rules.bidding.strategy is BidStrategy.BATTERY_AWARE


def open_trading(
    community: Community, rules: Rules, signals: Signals, fee: Float64, node: Int64, pools: int, steps: int, days: int
) -> Trading:
    """A place to trade in for so many pools, steps and days. fee: of the pools; node: see `Floor`."""
    runs = has_auctions(rules)
    pays = rules.allocation is Allocation.PRICE_TIME
    price = np.full((pools, steps) if runs else (0, 0), np.nan)
    payments = np.zeros((community.houses, days, 2) if pays else (0, 0, 0))
    bidders = pack_bidders(community, rules.bidding, signals.import_price, signals.export_price, fee)
    return Trading(bidders, pack_floor(rules.bidding, node, price, payments))


def places_in_transformer(community: Community) -> Int64:
    """int64[H], each house's place in its transformer."""
    offsets = community.transformer_offsets
    return np.arange(community.houses) - np.repeat(offsets[:-1], np.diff(offsets))


def transformers_of(community: Community) -> Int64:
    """int64[H], each house's transformer."""
    return np.repeat(np.arange(community.transformers), np.diff(community.transformer_offsets))
