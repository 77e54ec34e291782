"""Hygge without a service: simulate arrays or a community's document in this process.

    from hygge_engine import simulate
    result = simulate("examples/simbench_semiurb", year=2016, allocation="greedy")
    print(result.summary["self_sufficiency"])

Needs no database, no queue and no network, and imports none of their libraries.
"""

from hygge_engine.library.api import simulate
from hygge_engine.library.findings import InputError
from hygge_engine.library.result import NodeResults, Result

__all__ = ["InputError", "NodeResults", "Result", "simulate"]
