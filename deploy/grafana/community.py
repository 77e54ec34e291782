"""The dashboard of a community's results, straight from the day rows."""

from panels import Dashboard, Panel, results, variable

RUN = "nullif(${run:sqlstring}, '')::bigint"
NODE = "nullif(${node:sqlstring}, '')::bigint"
WHOLE_RUN = f"FROM results.node_period_sums WHERE run_id = {RUN} AND node_id = {NODE} AND period = 'run'"
# `day` is what the rows are found by; `ts` is computed from them.
SHOWN = "$__timeFilter(ts) AND day BETWEEN $__timeFrom()::timestamptz::date - 1 AND $__timeTo()::timestamptz::date + 1"
DAYS = "day BETWEEN $__timeFrom()::timestamptz::date AND $__timeTo()::timestamptz::date"
RUNS = """SELECT coalesce(name, 'Run') || ' (' || run_id || ')' AS __text, run_id AS __value
FROM results.run_list ORDER BY run_id DESC LIMIT 500"""
NODES = f"""SELECT name || ' (' || kind || ')' AS __text, node_id AS __value
FROM results.node_list WHERE run_id = {RUN} ORDER BY position LIMIT 5000"""
OPEN_RUN = "/d/hygge-community?var-run=${__data.fields.run_id}&from=${__data.fields.from_ms}&to=${__data.fields.to_ms}"


def dashboard() -> Dashboard:
    """One run, one node at a time, and all houses in a table."""
    board = Dashboard(
        "hygge-community",
        "Hygge: a community's results",
        "Choose a run and a node; the time is the simulated one: click a run in the first table to go there",
        since="now-1y",
        refresh="",
    )
    board.variables = [variable("run", "Run", RUNS), variable("node", "Node", NODES)]
    board.row("Runs", _runs(), height=6)
    board.row("The whole run", *_totals(), height=4)
    board.row("Energy", _powers(), _days())
    board.row(
        "Prices and storage",
        _series("Local price", "local_price_eur_per_kwh", "mean price"),
        _series("Stored energy", "soc_kwh", "stored", unit="kwatth"),
    )
    board.row("Transformers", _loading(), _sharing())
    board.row("Houses", _houses(), height=12)
    return board


def _runs() -> Panel:
    query = """SELECT run_id, name, grid_id, starts_at, ends_at, timezone, closed_at IS NOT NULL AS closed,
        (extract(epoch FROM starts_at) * 1000)::bigint AS from_ms, (extract(epoch FROM ends_at) * 1000)::bigint AS to_ms
        FROM results.run_list ORDER BY run_id DESC LIMIT 100"""
    links = {
        "matcher": {"id": "byName", "options": "run_id"},
        "properties": [{"id": "links", "value": [{"title": "Show this run", "url": OPEN_RUN}]}],
    }
    return results("Runs: click a number", query, kind="table", overrides=[links])


def _totals() -> list[Panel]:
    figures = {
        "Load": ("load_kwh", "kwatth"),
        "Generation": ("generation_kwh", "kwatth"),
        "Bought from neighbours": ("bought_local_kwh + bought_grid_kwh", "kwatth"),
        "Imported": ("imported_kwh", "kwatth"),
        "Exported": ("exported_kwh", "kwatth"),
        "Load that was not imported": ("1 - (imported_kwh + unserved_kwh) / nullif(load_kwh, 0)", "percentunit"),
    }
    return [
        results(title, f"SELECT {value} AS value {WHOLE_RUN}", kind="stat", unit=unit)
        for title, (value, unit) in figures.items()
    ]


def _powers() -> Panel:
    query = f"""SELECT $__timeGroupAlias(ts, $__interval), avg(load_kw) AS "load", avg(generation_kw) AS "generation",
        avg(storage_kw) AS "into storage", avg(shared_local_kw + shared_grid_kw) AS "from neighbours",
        avg(grid_kw) AS "from upstream", avg(curtailed_kw) AS "curtailed", avg(unserved_kw) AS "unserved"
        FROM results.node_series WHERE run_id = {RUN} AND node_id = {NODE} AND {SHOWN} GROUP BY 1 ORDER BY 1"""
    return results("Power (mean)", query, unit="kwatt", interval="15m")


def _days() -> Panel:
    query = f"""SELECT day::timestamptz AS "time", load_kwh AS "load", generation_kwh AS "generation",
        own_use_kwh AS "own use", imported_kwh AS "imported", exported_kwh AS "exported"
        FROM results.node_day_sums WHERE run_id = {RUN} AND node_id = {NODE} AND {DAYS} ORDER BY 1"""
    return results(
        "Energy by local day", query, unit="kwatth", fields={"custom": {"drawStyle": "bars", "fillOpacity": 60}}
    )


def _series(title: str, column: str, name: str, unit: str = "short") -> Panel:
    query = f"""SELECT $__timeGroupAlias(ts, $__interval), avg({column}) AS "{name}"
        FROM results.node_series WHERE run_id = {RUN} AND node_id = {NODE} AND {SHOWN} GROUP BY 1 ORDER BY 1"""
    return results(title, query, unit=unit, interval="15m")


def _loading() -> Panel:
    query = f"""SELECT $__timeGroupAlias(ts, $__interval), name AS metric,
        max(abs(grid_kw + shared_grid_kw)) / min(capacity_kw) AS value
        FROM results.node_series JOIN results.node_list USING (run_id, node_id)
        WHERE run_id = {RUN} AND kind = 'transformer' AND capacity_kw > 0 AND {SHOWN} GROUP BY 1, 2 ORDER BY 1"""
    return results("Loading of the transformers (largest)", query, unit="percentunit", interval="15m")


def _sharing() -> Panel:
    query = f"""SELECT day::timestamptz AS "time", bought_local_kwh AS "inside transformers",
        bought_grid_kwh AS "between transformers", imported_kwh AS "imported"
        FROM results.node_day_sums WHERE run_id = {RUN} AND node_id = {NODE} AND {DAYS} ORDER BY 1"""
    return results(
        "Where bought energy came from",
        query,
        unit="kwatth",
        fields={"custom": {"drawStyle": "bars", "stacking": {"mode": "normal"}, "fillOpacity": 60}},
    )


def _houses() -> Panel:
    query = f"""SELECT name AS "House", house_type AS "Kind",
        load_kwh AS "Load kWh", generation_kwh AS "Generation kWh",
        imported_kwh AS "Imported kWh", exported_kwh AS "Exported kWh",
        bought_local_kwh + bought_grid_kwh AS "Bought kWh", sold_local_kwh + sold_grid_kwh AS "Sold kWh",
        import_cost_eur + purchase_cost_eur + fees_eur + fuel_cost_eur
            - export_revenue_eur - sale_revenue_eur - incentive_eur AS "Pays",
        reference_cost_eur AS "Would pay alone", co2_kg AS "CO2 kg"
        FROM results.node_period_sums JOIN results.node_list USING (run_id, node_id)
        WHERE run_id = {RUN} AND period = 'run' AND kind = 'house' ORDER BY position LIMIT 10000"""
    return results("Houses over the whole run (money in the grid's currency)", query, kind="table")
