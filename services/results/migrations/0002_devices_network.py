"""Sums of devices and incentives; every day row has its largest load; day sums by column; results of network checks."""

ENERGIES = ("driven_kwh", "ev_shortfall_kwh", "heat_kwh", "unmet_heat_kwh", "generator_kwh", "clipped_kwh")
MONEY = ("fuel_cost_eur", "incentive_eur")
ADDED = (*ENERGIES, *MONEY)

# Engines always wrote the largest load; a row of another hand gets it from its vector. Where there is no vector either
# it is unknown: NaN, which readers show as null.
LOAD_PEAKS = """
UPDATE node_days SET load_peak_kw = CASE
    WHEN steps = 0 THEN 'NaN'
    ELSE coalesce((SELECT max(load) FROM unnest(load_kw) AS load), 0)
END WHERE load_peak_kw IS NULL
"""

NETWORK = """
CREATE TABLE network_checks (
    run_id bigint PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    low_pu double precision NOT NULL,
    high_pu double precision NOT NULL,
    losses_kwh double precision NOT NULL,
    content_hash text NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE network_houses (
    run_id bigint NOT NULL REFERENCES network_checks ON DELETE CASCADE,
    node_id bigint NOT NULL,
    position integer NOT NULL,
    min_voltage_pu double precision NOT NULL,
    max_voltage_pu double precision NOT NULL,
    hours_below double precision NOT NULL,
    hours_above double precision NOT NULL,
    min_at timestamptz,
    max_at timestamptz,
    PRIMARY KEY (run_id, node_id)
);
CREATE TABLE network_lines (
    run_id bigint NOT NULL REFERENCES network_checks ON DELETE CASCADE,
    name text NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('line', 'transformer')),
    max_loading_percent double precision NOT NULL,
    max_at timestamptz,
    hours_above_100_percent double precision NOT NULL,
    energy_loss_kwh double precision NOT NULL,
    PRIMARY KEY (run_id, kind, name)
);
"""

# A copy of the day sums of closed runs for reads of all nodes: the rows of node_days are as wide as their vectors.
# Values of the node at `position` on day `first_day + n` stand at `position * days + n + 1`.
DAY_COLUMNS = """
CREATE TABLE day_columns (
    run_id bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    name text NOT NULL,
    first_day date NOT NULL,
    days smallint NOT NULL,
    values double precision[] STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (run_id, name, first_day)
)
"""

VIEW_MEASURES = (
    "load_kw", "generation_kw", "storage_kw", "soc_kwh", "shared_local_kw", "shared_grid_kw", "grid_kw", "curtailed_kw",
    "unserved_kw",
)  # fmt: skip
STORED_PRICE = "d.local_price_eur_per_kwh[s.step]"
# NaN: nothing was traded at a price in that step. No vector: free all day, and of a house no price at all.
SHOWN_PRICE = f"""
    CASE WHEN d.local_price_eur_per_kwh IS NOT NULL THEN nullif({STORED_PRICE}, 'NaN'::real)
         WHEN n.kind <> 'house' THEN 0::real END
"""


def view_sql(price):
    """The view of steps; its columns are those of the first migration, so replacing it keeps what was granted."""
    return f"""
    CREATE OR REPLACE VIEW node_series AS
    SELECT d.run_id, d.node_id, d.day, d.starts_at + (s.step - 1) * make_interval(mins => r.stored_step_minutes) AS ts,
           {", ".join(f"coalesce(d.{name}[s.step], 0) AS {name}" for name in VIEW_MEASURES)},
           {price} AS local_price_eur_per_kwh
    FROM node_days d JOIN runs r USING (run_id) LEFT JOIN nodes n USING (run_id, node_id)
         CROSS JOIN LATERAL generate_series(1, d.steps) AS s(step)
    """


def up(migrator, db):
    for table in ("node_days", "period_sums"):
        added = ", ".join(f"ADD COLUMN {name} double precision NOT NULL DEFAULT 0" for name in ADDED)
        db.execute_sql(f"ALTER TABLE {table} {added}")
    db.execute_sql(LOAD_PEAKS)
    # The default is for rows that only make room for others (chunks of a hypertable) and go again at once.
    db.execute_sql("ALTER TABLE node_days ALTER COLUMN load_peak_kw SET DEFAULT 0")
    db.execute_sql("ALTER TABLE node_days ALTER COLUMN load_peak_kw SET NOT NULL")
    db.execute_sql(view_sql(SHOWN_PRICE))
    db.execute_sql(DAY_COLUMNS)
    db.execute_sql(NETWORK)


def down(migrator, db):
    db.execute_sql("DROP TABLE network_lines, network_houses, network_checks, day_columns")
    db.execute_sql(view_sql(STORED_PRICE))
    db.execute_sql("ALTER TABLE node_days ALTER COLUMN load_peak_kw DROP NOT NULL")
    db.execute_sql("ALTER TABLE node_days ALTER COLUMN load_peak_kw DROP DEFAULT")
    db.execute_sql("UPDATE node_days SET load_peak_kw = NULL WHERE load_peak_kw = 'NaN'")
    for table in ("period_sums", "node_days"):
        db.execute_sql(f"ALTER TABLE {table} {', '.join(f'DROP COLUMN {name}' for name in ADDED)}")
