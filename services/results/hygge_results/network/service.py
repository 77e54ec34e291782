"""Network checks: stored once by the engine, read by who may see the run."""

import hashlib

import orjson

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, Finding, InvalidInput, NotFound
from hygge_core.paging import PageRequest, encode_cursor
from hygge_results.base import database
from hygge_results.network import repository
from hygge_results.network.schemas import Band, Counts, HouseOut, LineOut, NetworkIn, NetworkOut, StoredOut
from hygge_results.network.tables import NetworkCheck, NetworkHouse, NetworkLine
from hygge_results.runs import repository as runs
from hygge_results.runs.service import Sight, missing, whole_sight


def store(run_id: int, body: NetworkIn) -> tuple[StoredOut, bool]:
    """Store a run's check; returns what is stored and whether it is new. The same again changes nothing.

    Raises NotFound for a run that is not registered, InvalidInput for houses that are not the run's or come twice,
    Conflict when another check is stored.
    """
    digest = hashlib.sha256(orjson.dumps(body.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).hexdigest()
    out = StoredOut(run_id=run_id, houses=len(body.houses), lines=len(body.lines))
    with transaction(database):
        runs.lock_registration(run_id)
        if runs.find(run_id) is None:
            raise missing(run_id)
        known = repository.find(run_id)
        if known is not None:
            if known.content_hash != digest:
                raise Conflict(f"Run {run_id} has another network check; delete the run's results first.")
            return out, False
        findings = _findings(body, {node.node_id for node in runs.nodes(run_id, kind="house")})
        if findings:
            raise InvalidInput(findings)
        _insert(run_id, body, digest)
    return out, True


def _insert(run_id: int, body: NetworkIn, digest: str) -> None:
    check = {"run_id": run_id, **body.band.model_dump(), "losses_kwh": body.losses_kwh, "content_hash": digest}
    houses = [{"run_id": run_id, "position": place, **row.model_dump()} for place, row in enumerate(body.houses)]
    first = len(houses)
    lines = [{"run_id": run_id, "position": place, **row.model_dump()} for place, row in enumerate(body.lines, first)]
    repository.insert(check, houses, lines)


def _findings(body: NetworkIn, house_ids: set[int]) -> list[Finding]:
    found: list[Finding] = []
    seen: set[int] = set()
    for index, house in enumerate(body.houses):
        if house.node_id not in house_ids:
            found.append(Finding(f"houses.{index}.node_id", f"the run has no house {house.node_id}"))
        if house.node_id in seen:
            found.append(Finding(f"houses.{index}.node_id", f"house {house.node_id} is listed twice"))
        if house.min_voltage_pu > house.max_voltage_pu:
            found.append(Finding(f"houses.{index}.min_voltage_pu", "the lowest voltage is above the highest"))
        seen.add(house.node_id)
    lines: set[tuple[str, str]] = set()
    for index, line in enumerate(body.lines):
        if (line.kind, line.name) in lines:
            found.append(Finding(f"lines.{index}.name", f"{line.kind} {line.name!r} is listed twice"))
        lines.add((line.kind, line.name))
    return found


def network(principal: Principal, run_id: int, paging: PageRequest, *, only_violations: bool) -> NetworkOut:
    """A page of a run's check; NotFound where the run made none, NotAllowed for households."""
    with reading(database):
        seen = whole_sight(principal, run_id)
        return whole_check(seen, after=paging.after, limit=paging.limit, only_violations=only_violations)


def require_check(run_id: int) -> NetworkCheck:
    """The run's check; NotFound where it made none."""
    check = repository.find(run_id)
    if check is None:
        raise NotFound(f"Run {run_id} made no network check; ask for one with network_check when starting a run.")
    return check


def whole_check(seen: Sight, *, after: int, limit: int, only_violations: bool = False) -> NetworkOut:
    """A page of a run's check from position `after` on, inside the caller's transaction."""
    check = require_check(seen.run.run_id)
    checked, violations = (_counts(check, only_violations=only) for only in (False, True))
    wanted = limit + 1
    houses = repository.houses(check, after=after, limit=wanted, only_violations=only_violations)
    left = wanted - len(houses)
    lines = repository.lines(check, after=after, limit=left, only_violations=only_violations) if left else []
    positions = [house.position for house, _ in houses] + [line.position for line in lines]
    return NetworkOut(
        run_id=seen.run.run_id,
        band=Band(low_pu=check.low_pu, high_pu=check.high_pu),
        losses_kwh=check.losses_kwh,
        checked=checked,
        violations=violations,
        houses=[_house(check, house, name) for house, name in houses[:limit]],
        lines=[_line(line) for line in lines[: max(limit - len(houses), 0)]],
        next_cursor=encode_cursor(positions[limit]) if len(positions) > limit else None,
    )


def _counts(check: NetworkCheck, *, only_violations: bool) -> Counts:
    houses, lines = repository.counts(check, only_violations=only_violations)
    return Counts(houses=houses, lines=lines)


def _house(check: NetworkCheck, house: NetworkHouse, name: str) -> HouseOut:
    names = set(HouseOut.model_fields) - {"name", "violation"}
    outside = house.min_voltage_pu < check.low_pu or house.max_voltage_pu > check.high_pu
    return HouseOut(name=name, violation=bool(outside), **{field: getattr(house, field) for field in names})


def _line(line: NetworkLine) -> LineOut:
    names = set(LineOut.model_fields) - {"violation"}
    return LineOut(violation=line.max_loading_percent > 100, **{field: getattr(line, field) for field in names})
