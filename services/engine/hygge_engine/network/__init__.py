"""Network check: voltages, loadings and losses of a grid's lines and transformers, by AC power flow of every step.

Arrays in, arrays out; the solver is power-grid-model, installed with `hygge-engine[network]` and imported when used.
"""

from hygge_engine.network.check import NetworkCheck, NetworkResult, check_network, net_position_kw
from hygge_engine.network.findings import findings
from hygge_engine.network.model import Lines, Network, Transformers
from hygge_engine.network.solver import PackageMissing, Solution, Solver

__all__ = [
    "Lines",
    "Network",
    "NetworkCheck",
    "NetworkResult",
    "PackageMissing",
    "Solution",
    "Solver",
    "Transformers",
    "check_network",
    "findings",
    "net_position_kw",
]
