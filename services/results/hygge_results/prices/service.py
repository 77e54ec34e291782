"""Prices of local trades: the price series of a transformer or the grid beside the traded volume."""

from typing import Any

import numpy as np

from hygge_core.auth import Principal, Role
from hygge_core.errors import NotAllowed
from hygge_results.formats import exact
from hygge_results.series import service
from hygge_results.series.measures import PRICE
from hygge_results.series.service import Wanted

VOLUME = "shared_local_kw"
MEASURES = (PRICE, VOLUME)


def prices(principal: Principal, run_id: int, wanted: Wanted) -> dict[str, Any]:
    """The body of the answer to `wanted` MEASURES; errors as for series, NotAllowed for households."""
    if principal.role is Role.PARTICIPANT:
        raise NotAllowed("This concerns the whole community; a household sees its own houses only.")
    found = service.read(principal, run_id, wanted)
    price, volume = found.values[PRICE].astype(np.float64), found.values[VOLUME].astype(np.float64)
    traded = np.where(np.isnan(price) | np.isnan(volume), 0, volume)
    total = float(traded.sum())
    return {
        "run_id": run_id, "node_id": found.nodes[0].node_id, "resolution": found.resolution,
        "timezone": found.run.timezone, "start": found.timestamps[0] if len(found.timestamps) else None,
        "step_minutes": found.step_minutes, "timestamps": None if found.step_minutes else found.timestamps,
        "unit": f"{found.run.currency}/kWh", "prices": exact(found.values[PRICE]),
        "traded_kw": exact(found.values[VOLUME]),
        "mean_price": float(np.nan_to_num(price) @ traded) / total if total > 0 else None,
    }  # fmt: skip
