"""The largest welfare when nobody may trade with himself, at one price or with a price for each pair.

Accepted quantities can be routed without own trades while bids_p + asks_p ≤ volume for every participant p (see
`routing`). In the best outcome without the ban at most one participant p breaks that. Then the best outcome with the
ban has bids_p + asks_p = volume: p's bids trade with the others' asks and p's asks with the others' bids, nothing else.
These are two books, cleared apart; at one price for all, the price is where the sum of their welfare is largest.

Why no price far away does better without being apart: there the best orders up to some smaller volume v would trade,
without p, or anybody, being too big. From v to the volume without the ban p's part grows without a jump to more than
half; where it is exactly half, all that is accepted is apart, gains more than at v, and trades at one price.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.auctions.core import Book, Fills, fills
from hygge_engine.auctions.types import Float64, Int64

_TOLERANCE = 1e-12

Part = tuple[Int64, Int64]


class Outcome(NamedTuple):
    """Accepted quantities that can be routed without own trades.

    owner: who trades with everybody else while nobody else does, or None.
    """

    fills: Fills
    owner: int | None


class _Curve(NamedTuple):
    """Quantity and money of one side of a book from the best price on, float64[n + 1] each."""

    quantity: Float64
    money: Float64

    def at(self, volume: Float64) -> Float64:
        """The money of the best orders up to these volumes."""
        return np.interp(volume, self.quantity, self.money)


def _curve(quantity: Float64, price: Float64) -> _Curve:
    return _Curve(np.append(0.0, np.cumsum(quantity)), np.append(0.0, np.cumsum(quantity * price)))


def _volumes(book: Book, prices: Float64) -> Float64:
    """What can be traded at each of the prices, float64[P]: the smaller of demand and supply."""
    demand = np.append(0.0, np.cumsum(book.bid_quantity))[np.searchsorted(-book.bid_price, -prices, side="right")]
    supply = np.append(0.0, np.cumsum(book.ask_quantity))[np.searchsorted(book.ask_price, prices, side="right")]
    return np.asarray(np.minimum(demand, supply))


def _welfare(book: Book, volumes: Float64) -> Float64:
    """The welfare of a book's best orders up to each of the volumes, float64[P]."""
    values, costs = _curve(book.bid_quantity, book.bid_price), _curve(book.ask_quantity, book.ask_price)
    return values.at(volumes) - costs.at(volumes)


class Ban:
    """A sorted book whose participants do not trade with themselves."""

    def __init__(self, book: Book, participant: Int64) -> None:
        """participant: int64[n], by row of the orders."""
        self.book = book
        _, owners = np.unique(participant, return_inverse=True)
        self.bid_owner: Int64 = owners[book.bid_row].astype(np.int64)
        self.ask_owner: Int64 = owners[book.ask_row].astype(np.int64)

    def best_pairs(self) -> Outcome:
        """The best fills with a price for each pair; a cut price goes by arrival."""
        accepted = self._cleared([self._everything()], pro_rata=False)
        owner = self._too_big(accepted)
        return Outcome(accepted if owner is None else self._cleared(self.apart(owner), pro_rata=False), owner)

    def best_at_one_price(self) -> Outcome:
        """The best fills at one price for all; a cut price is shared pro rata."""
        accepted = self._cleared([self._everything()], pro_rata=True)
        owner = self._too_big(accepted)
        if owner is None:
            return Outcome(accepted, None)
        apart = self.apart(owner)
        both = self._cleared(apart, pro_rata=True)
        if both.lo > both.hi:  # no price clears both books
            both = self._cleared_at(apart, self._best_price(apart, (accepted.lo + accepted.hi) / 2))
        return Outcome(both, owner)

    def apart(self, owner: int) -> list[Part]:
        """Positions of bids and asks of the two books: the owner's bids with others' asks, and the other way round."""
        bids, asks = self.bid_owner == owner, self.ask_owner == owner
        return [(np.flatnonzero(bids), np.flatnonzero(~asks)), (np.flatnonzero(~bids), np.flatnonzero(asks))]

    def _everything(self) -> Part:
        return np.arange(self.book.bid_row.size), np.arange(self.book.ask_row.size)

    def _at(self, part: Part, price: float) -> Part:
        """Those of a part that may trade at a price."""
        bids, asks = part
        return bids[self.book.bid_price[bids] >= price], asks[self.book.ask_price[asks] <= price]

    def _cleared(self, parts: list[Part], pro_rata: bool) -> Fills:
        """Clear parts of the book apart; the interval is what their intervals have in common."""
        bid, ask = np.zeros(self.book.bid_row.size), np.zeros(self.book.ask_row.size)
        lo, hi = np.nan, np.nan
        for bids, asks in parts:
            part = self.book.part(bids, asks)
            bid[bids], ask[asks], low, high = fills(
                part.bid_quantity, part.bid_price, part.ask_quantity, part.ask_price, pro_rata
            )
            lo, hi = float(np.fmax(lo, low)), float(np.fmin(hi, high))
        return Fills(bid, ask, lo, hi)

    def _cleared_at(self, parts: list[Part], price: float) -> Fills:
        """The same among those who may trade at a price; the interval is what all accepted agree to."""
        accepted = self._cleared([self._at(part, price) for part in parts], pro_rata=True)
        if not accepted.bid.any():
            return accepted._replace(lo=np.nan, hi=np.nan)
        lo, hi = self.book.ask_price[accepted.ask > 0], self.book.bid_price[accepted.bid > 0]
        return accepted._replace(lo=float(lo.max()), hi=float(hi.min()))

    def _too_big(self, accepted: Fills) -> int | None:
        """The participant that has more than half of all that is accepted, or None."""
        owners = np.concatenate((self.bid_owner, self.ask_owner))
        if owners.size == 0:
            return None
        shares = np.bincount(owners, np.concatenate((accepted.bid, accepted.ask)))
        largest = int(np.argmax(shares))
        return largest if shares[largest] > float(accepted.bid.sum()) * (1 + _TOLERANCE) else None

    def _best_price(self, parts: list[Part], wanted: float) -> float:
        """The order price at which parts of the book, cleared apart, have the largest welfare, then the largest volume,
        then the one nearest to the wanted price."""
        prices = np.unique(np.concatenate((self.book.bid_price, self.book.ask_price)))
        welfare, volumes = np.zeros(prices.size), np.zeros(prices.size)
        for part in parts:
            book = self.book.part(*part)
            traded = _volumes(book, prices)
            welfare += _welfare(book, traded)
            volumes += traded
        good = welfare >= welfare.max() * (1 - _TOLERANCE)
        good &= volumes >= volumes[good].max() * (1 - _TOLERANCE)
        return float(prices[good][np.argmin(np.abs(prices[good] - wanted))])
