"""Who got energy from whom over a run."""

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.paging import encode_cursor
from hygge_results.base import database
from hygge_results.flows import repository
from hygge_results.flows.schemas import FlowOut, FlowsOut
from hygge_results.runs.service import whole_sight


def flows(
    principal: Principal, run_id: int, node_id: int | None, minimum_kwh: float, *, offset: int, limit: int
) -> FlowsOut:
    """A page of flows; NotFound for a run or node that is not there, NotAllowed for households."""
    with reading(database):
        seen = whole_sight(principal, run_id)
        if node_id is not None:
            seen.node(node_id)
        rows = repository.page(run_id, node_id, minimum_kwh, offset, limit + 1)
    items = [FlowOut(source_id=a, target_id=b, energy_kwh=kwh) for a, b, kwh in rows[:limit]]
    return FlowsOut(
        run_id=run_id, items=items, next_cursor=encode_cursor(offset + limit) if len(rows) > limit else None
    )
