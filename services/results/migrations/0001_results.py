"""Runs and nodes, the node-day table (hypertable, or native partitions by month), flows, sums of periods, a view."""

MEASURES = (
    "load_kw", "generation_kw", "storage_kw", "soc_kwh", "shared_local_kw", "shared_grid_kw", "grid_kw", "curtailed_kw",
    "unserved_kw", "local_price_eur_per_kwh",
)  # fmt: skip
SUMS = (
    "load_kwh", "generation_kwh", "own_use_kwh", "charge_kwh", "discharge_kwh", "storage_loss_kwh", "bought_local_kwh",
    "sold_local_kwh", "bought_grid_kwh", "sold_grid_kwh", "imported_kwh", "exported_kwh", "curtailed_kwh",
    "unserved_kwh", "import_cost_eur", "export_revenue_eur", "purchase_cost_eur", "sale_revenue_eur", "fees_eur",
    "reference_cost_eur", "co2_kg", "import_peak_kw", "export_peak_kw",
)  # fmt: skip

RUNS = """
CREATE TABLE runs (
    run_id bigint PRIMARY KEY,
    grid_id bigint NOT NULL,
    grid_created_by bigint NOT NULL,
    created_by bigint NOT NULL,
    name text,
    timezone text NOT NULL,
    currency text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    step_minutes smallint NOT NULL,
    stored_step_minutes smallint NOT NULL,
    parameters jsonb NOT NULL,
    registration_hash text NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    digest text,
    proof jsonb,
    CHECK (starts_at < ends_at)
);
CREATE TABLE nodes (
    run_id bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    node_id bigint NOT NULL,
    position integer NOT NULL,
    parent_id bigint,
    kind text NOT NULL CHECK (kind IN ('grid', 'transformer', 'house')),
    name text NOT NULL,
    owner text,
    capacity_kw double precision,
    storage_capacity_kwh double precision,
    flags text[] NOT NULL DEFAULT '{}',
    house_type text,
    PRIMARY KEY (run_id, node_id)
);
CREATE TABLE flows (
    run_id bigint NOT NULL,
    source_id bigint NOT NULL,
    target_id bigint NOT NULL,
    energy_kwh double precision NOT NULL,
    PRIMARY KEY (run_id, source_id, target_id)
);
"""

# Rows stay whole in their page as long as they fit: reading a day or a year then follows no pointers.
STORAGE_OPTIONS = "fillfactor = 100, toast_tuple_target = 8160"

PARTITIONS = f"""
CREATE FUNCTION ensure_partitions(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = results, pg_temp AS $body$
DECLARE
    month date := date_trunc('month', first_day);
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('results.node_days'));
    WHILE month <= last_day LOOP
        part := 'node_days_' || to_char(month, 'YYYY_MM');
        IF to_regclass('results.' || part) IS NULL THEN
            -- Attaching locks the parent far less than CREATE TABLE … PARTITION OF: running imports go on.
            EXECUTE 'CREATE TABLE ' || part || ' (LIKE node_days INCLUDING ALL) WITH ({STORAGE_OPTIONS})';
            EXECUTE 'ALTER TABLE node_days ATTACH PARTITION ' || part || ' FOR VALUES FROM ('
                || quote_literal(month) || ') TO (' || quote_literal(month + interval '1 month') || ')';
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $body$
"""

# A hypertable makes its chunks at their first row, under a lock held until commit. Two windows of a run are copied
# side by side and committed in order, so they would wait for each other; the chunks must be there before. Rows every
# 15 days meet every chunk of 30 days; they go again in the same transaction.
CHUNKS = """
CREATE FUNCTION ensure_partitions(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = results, pg_temp AS $body$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('results.node_days'));
    INSERT INTO node_days (run_id, node_id, day, starts_at, steps)
        SELECT 0, 0, day::date, day, 0 FROM generate_series(first_day, last_day, interval '15 days') AS day
        UNION SELECT 0, 0, last_day, last_day, 0;
    DELETE FROM node_days WHERE run_id = 0;
END $body$
"""

PERIODS = f"""
CREATE TABLE period_sums (
    run_id bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    node_id bigint NOT NULL,
    period text NOT NULL,
    hours double precision NOT NULL,
    {", ".join(f"{name} double precision NOT NULL" for name in SUMS)},
    own_discharge_kwh double precision NOT NULL,
    load_peak_kw double precision,
    load_peak_at timestamptz,
    import_peak_at timestamptz,
    export_peak_at timestamptz,
    hours_above_80_percent double precision,
    hours_above_100_percent double precision,
    PRIMARY KEY (run_id, period, node_id)
)
"""

# Filter by `day` too: it is what partitions and the primary key know; `ts` alone is computed for every row first.
VIEW = f"""
CREATE VIEW node_series AS
SELECT d.run_id, d.node_id, d.day, d.starts_at + (s.step - 1) * make_interval(mins => r.stored_step_minutes) AS ts,
       {", ".join(f"coalesce(d.{name}[s.step], 0) AS {name}" for name in MEASURES[:-1])},
       d.{MEASURES[-1]}[s.step] AS {MEASURES[-1]}
FROM node_days d JOIN runs r USING (run_id) CROSS JOIN LATERAL generate_series(1, d.steps) AS s(step)
"""

GRANTS = """
DO $body$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'hygge_engine') THEN
        GRANT USAGE ON SCHEMA results TO hygge_engine;
        GRANT SELECT, INSERT, DELETE ON node_days, flows TO hygge_engine;
        GRANT EXECUTE ON FUNCTION ensure_partitions(date, date) TO hygge_engine;
    END IF;
END $body$
"""


def node_days_sql(partitioned):
    """The table; sums come before vectors so that reading one never walks over the vectors."""
    sums = ", ".join(f"{name} double precision NOT NULL DEFAULT 0" for name in SUMS)
    vectors = ", ".join(f"{name} real[] STORAGE EXTERNAL" for name in MEASURES)
    tail = "PARTITION BY RANGE (day)" if partitioned else f"WITH ({STORAGE_OPTIONS})"
    return f"""
    CREATE TABLE node_days (
        run_id bigint NOT NULL, node_id bigint NOT NULL, day date NOT NULL, starts_at timestamptz NOT NULL,
        steps smallint NOT NULL, {sums}, load_peak_kw double precision, {vectors},
        PRIMARY KEY (run_id, node_id, day)
    ) {tail}
    """


def up(migrator, db):
    timescale = db.execute_sql("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone() is not None
    db.execute_sql(RUNS)
    db.execute_sql(node_days_sql(partitioned=not timescale))
    if timescale:
        db.execute_sql(
            "SELECT create_hypertable("
            "'node_days', by_range('day', INTERVAL '1 month'), create_default_indexes => false)"
        )
    db.execute_sql(CHUNKS if timescale else PARTITIONS)
    db.execute_sql("REVOKE EXECUTE ON FUNCTION ensure_partitions(date, date) FROM PUBLIC")
    db.execute_sql(PERIODS)
    db.execute_sql(VIEW)
    db.execute_sql(GRANTS)


def down(migrator, db):
    db.execute_sql("DROP VIEW node_series")
    db.execute_sql("DROP FUNCTION ensure_partitions(date, date)")
    db.execute_sql("DROP TABLE period_sums, flows, node_days, nodes, runs CASCADE")
