"""All SQL of sweeps."""

from collections.abc import Sequence
from typing import Any

from peewee import Expression, fn

from hygge_core.auth import Principal, Role
from hygge_core.paging import PageRequest
from hygge_engine.runs.repository import NOW
from hygge_engine.runs.schemas import Status
from hygge_engine.runs.tables import Run
from hygge_engine.sweeps.tables import Sweep


def insert(values: dict[str, Any]) -> int:
    """Store a sweep; its id."""
    return int(Sweep.insert({"created_at": NOW, **values}).execute())


def find(sweep_id: int) -> Any | None:
    return Sweep.select().where(Sweep.id == sweep_id).first()


def listed(principal: Principal, grid_id: int | None, request: PageRequest) -> list[Any]:
    """Up to limit + 1 sweeps that the caller may see, newest first."""
    query = Sweep.select().where(_visible(principal))
    if request.after:
        query = query.where(Sweep.id < request.after)
    if grid_id is not None:
        query = query.where(Sweep.grid_id == grid_id)
    return list(query.order_by(Sweep.id.desc()).limit(request.limit + 1))


def _visible(principal: Principal) -> Expression:
    """The SQL twin of `service.may_see`; a test holds them together."""
    if principal.sees_all:
        return Expression(1, "=", 1)
    if principal.role is Role.PARTICIPANT:
        return Expression(1, "=", 0)
    condition: Expression = Sweep.created_by == principal.user_id
    if principal.role is Role.OPERATOR:
        condition |= Sweep.grid_created_by == principal.user_id
    return condition | Sweep.grid_id.in_(sorted(principal.views | principal.operates))


def states(sweep_ids: Sequence[int]) -> dict[int, dict[Status, tuple[int, float]]]:
    """Of each sweep, by state: how many runs, and the sum of their progress."""
    query: Any = Run.select(Run.sweep_id, Run.status, fn.count(Run.id), fn.sum(Run.progress))
    found: dict[int, dict[Status, tuple[int, float]]] = {sweep_id: {} for sweep_id in sweep_ids}
    grouped = query.where(Run.sweep_id.in_(list(sweep_ids))).group_by(Run.sweep_id, Run.status).tuples()
    for sweep_id, status, count, progress in grouped:
        found[sweep_id][Status(status)] = (count, float(progress))
    return found


def runs(sweep_id: int) -> list[Any]:
    """The sweep's runs in their order, without what is large."""
    columns = (
        Run.id, Run.sweep_place, Run.varied, Run.status, Run.progress, Run.indicators, Run.result_digest, Run.error,
    )  # fmt: skip
    return list(Run.select(*columns).where(Run.sweep_id == sweep_id).order_by(Run.sweep_place))


def run_ids(sweep_id: int, statuses: Sequence[Status]) -> list[int]:
    """Runs of the sweep in these states, in their order."""
    query: Any = Run.select(Run.id).where((Run.sweep_id == sweep_id) & Run.status.in_(list(statuses)))
    return [row[0] for row in query.order_by(Run.sweep_place).tuples()]


def delete(sweep_id: int) -> bool:
    """Remove a sweep whose runs are gone; False while there are some (somebody resumed it meanwhile)."""
    left = Run.select().where(Run.sweep_id == Sweep.id)
    return bool(Sweep.delete().where((Sweep.id == sweep_id) & ~fn.EXISTS(left)).execute())
