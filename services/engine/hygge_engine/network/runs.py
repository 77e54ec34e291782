"""The network check as a part of a run."""

from typing import Any

from hygge_core.errors import HyggeError
from hygge_engine.network.check import NetworkCheck
from hygge_engine.network.model import Network


def network_check_of(document: dict[str, Any], step_hours: float, power_factor: float) -> NetworkCheck:
    """The check of a community's network; `findings` has let it through."""
    return NetworkCheck(Network.from_document(document), step_hours, power_factor)


def proof_of(check: NetworkCheck) -> dict[str, float]:
    """What a run's proof says about it; HyggeError where nothing could be solved at all."""
    try:
        found = check.result()
    except ValueError as error:
        raise HyggeError(f"The network check failed: {error}; look at the network's data.") from error
    return {
        "network_residual_kw": found.balance_residual_kw,
        "network_unsolved_steps": float(found.unsolved.size),
    }
