"""SQL for network checks."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import Expression, chunked

from hygge_results.network.tables import NetworkCheck, NetworkHouse, NetworkLine
from hygge_results.runs.tables import Node

# PostgreSQL takes 65,535 parameters a statement; a row has ten at the most.
ROWS_PER_INSERT = 5_000
Row = Mapping[str, Any]


def find(run_id: int) -> NetworkCheck | None:
    found: NetworkCheck | None = NetworkCheck.get_or_none(NetworkCheck.run_id == run_id)
    return found


def insert(check: Row, houses: Sequence[Row], lines: Sequence[Row]) -> None:
    """Store a check with its rows."""
    NetworkCheck.insert(**check).execute()
    for table, rows in ((NetworkHouse, houses), (NetworkLine, lines)):
        for chunk in chunked(rows, ROWS_PER_INSERT):
            table.insert_many(chunk).execute()


def outside(check: NetworkCheck) -> Expression:
    """The condition of a house that leaves the band."""
    low, high = check.low_pu, check.high_pu
    return (NetworkHouse.min_voltage_pu < low) | (NetworkHouse.max_voltage_pu > high)


def overloaded() -> Expression:
    """The condition of a line that is loaded above its rating."""
    return NetworkLine.max_loading_percent > 100


def houses(check: NetworkCheck, *, after: int, limit: int, only_violations: bool) -> list[tuple[NetworkHouse, str]]:
    """Houses from position `after` on, with their names."""
    wanted = (NetworkHouse.run_id == check.run_id) & (NetworkHouse.position >= after)
    if only_violations:
        wanted &= outside(check)
    found = list(NetworkHouse.select().where(wanted).order_by(NetworkHouse.position).limit(limit))
    ids = [house.node_id for house in found]
    nodes = Node.select().where((Node.run_id == check.run_id) & Node.node_id.in_(ids))
    names = {node.node_id: node.name for node in nodes}
    return [(house, names[house.node_id]) for house in found]


def lines(check: NetworkCheck, *, after: int, limit: int, only_violations: bool) -> list[NetworkLine]:
    """Lines from position `after` on."""
    wanted = (NetworkLine.run_id == check.run_id) & (NetworkLine.position >= after)
    if only_violations:
        wanted &= overloaded()
    return list(NetworkLine.select().where(wanted).order_by(NetworkLine.position).limit(limit))


def counts(check: NetworkCheck, *, only_violations: bool) -> tuple[int, int]:
    """How many houses and lines there are, or how many of them are in violation."""
    of_houses, of_lines = NetworkHouse.run_id == check.run_id, NetworkLine.run_id == check.run_id
    if only_violations:
        of_houses, of_lines = of_houses & outside(check), of_lines & overloaded()
    return (
        int(NetworkHouse.select().where(of_houses).count()),
        int(NetworkLine.select().where(of_lines).count()),
    )
