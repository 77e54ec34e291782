"""SQL for flows."""

from hygge_results.base import database

Row = tuple[int, int, float]


def page(run_id: int, node_id: int | None, minimum_kwh: float, offset: int, limit: int) -> list[Row]:
    """Flows of a run, from or to one node if named, in the order of their ends."""
    of_node = "AND %(node)s IN (source_id, target_id)" if node_id is not None else ""
    rows: list[Row] = database.execute_sql(
        f"SELECT source_id, target_id, energy_kwh FROM flows WHERE run_id = %(run)s {of_node}"
        " AND energy_kwh >= %(minimum)s ORDER BY source_id, target_id OFFSET %(offset)s LIMIT %(limit)s",
        {"run": run_id, "node": node_id, "minimum": minimum_kwh, "offset": offset, "limit": limit},
    ).fetchall()
    return rows
