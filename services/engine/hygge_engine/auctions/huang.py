"""The trade reduction of Huang, Scheller-Wolf and Sycara (Computational Intelligence 18, 2002): many units a trader,
budget-balanced, and nobody gains by a false price.

The book is crossed as in a call auction. Buyers pay the price of the last accepted bid, sellers get that of the last
accepted ask; who asked or bid exactly that, or worse, does not trade. The longer side of the rest gives up the
difference in equal amounts, and what an order cannot give up the others do. The difference of both prices stays with
the market maker.
"""

import numpy as np

from hygge_engine.auctions.core import Book
from hygge_engine.auctions.types import Float64


def reduced(quantity: Float64, gap: float) -> Float64:
    """Take `gap` from quantities in equal amounts, float64[n]; none falls below 0 and the others take on its part."""
    left = quantity.astype(np.float64)
    if gap >= left.sum():
        return np.zeros_like(left)
    by_size = np.sort(left)
    # With the m smallest at 0, the others give (gap − Σ smallest) / (n − m); m is right when that is no more than each.
    below = np.append(0.0, np.cumsum(by_size)[:-1])
    level = (gap - below) / (by_size.size - np.arange(by_size.size))
    first = int(np.argmax(level <= by_size))
    return np.asarray(np.maximum(left - max(float(level[first]), 0.0), 0.0))


def huang_fills(book: Book, last_bid: float, last_ask: float) -> tuple[Float64, Float64]:
    """What is accepted of a sorted book's bids and asks, when a call auction's last ones have these prices."""
    bids = np.where(book.bid_price > last_bid, book.bid_quantity, 0.0)
    asks = np.where(book.ask_price < last_ask, book.ask_quantity, 0.0)
    gap = float(bids.sum() - asks.sum())
    side, orders = (bids, bids > 0) if gap > 0 else (asks, asks > 0)
    if orders.any():
        side[orders] = reduced(side[orders], abs(gap))
    return bids, asks
