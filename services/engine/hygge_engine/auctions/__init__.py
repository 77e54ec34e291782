"""Auctions: books of orders in, trades and prices out. It knows no house, step, run or service, only NumPy and numba.

`clear` clears one book; `books` holds the compiled functions for use inside other compiled code.
"""

from hygge_engine.auctions.clear import clear
from hygge_engine.auctions.types import ASK, BID, Clearing, ClearingPrice, Market, Mechanism, Orders

__all__ = ["ASK", "BID", "Clearing", "ClearingPrice", "Market", "Mechanism", "Orders", "clear"]
