"""Runs, the topology snapshots they pin, their checkpoints, and stored answers of idempotent requests."""

from hygge_core.idempotency import CREATE_TABLE, DROP_TABLE

UP = """
CREATE TABLE engine.snapshot (
    id bigserial PRIMARY KEY,
    grid_id bigint NOT NULL,
    version integer NOT NULL,
    hash text NOT NULL,
    document json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (grid_id, version, hash)
);

CREATE TABLE engine.run (
    id bigserial PRIMARY KEY,
    grid_id bigint NOT NULL,
    grid_created_by bigint NOT NULL,
    snapshot_id bigint NOT NULL REFERENCES engine.snapshot,
    created_by bigint NOT NULL,
    rerun_of bigint,
    name text,
    tags text[] NOT NULL DEFAULT '{}',
    owners text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    phase text,
    progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    error jsonb,
    parameters jsonb NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    step_minutes integer NOT NULL,
    houses integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    engine_version text NOT NULL,
    profiles_hash text,
    result_digest text,
    timings jsonb NOT NULL DEFAULT '{}',
    proof jsonb,
    revision integer NOT NULL DEFAULT 1,
    worker text,
    lease_until timestamptz,
    epoch integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (status <> 'succeeded' OR result_digest IS NOT NULL)
);
CREATE INDEX run_unfinished ON engine.run (id) WHERE status IN ('queued', 'running');
CREATE INDEX run_grid ON engine.run (grid_id, id);
CREATE INDEX run_creator ON engine.run (created_by, id);
CREATE INDEX run_tags ON engine.run USING gin (tags);
CREATE INDEX run_owners ON engine.run USING gin (owners);
CREATE INDEX run_snapshot ON engine.run (snapshot_id);

CREATE TABLE engine.checkpoint (
    run_id bigint PRIMARY KEY REFERENCES engine.run ON DELETE CASCADE,
    windows_done integer NOT NULL,
    state bytea NOT NULL,
    digests bytea NOT NULL,
    totals bytea NOT NULL,
    proof jsonb NOT NULL
);
-- Numbers with a full mantissa don't compress: trying costs more than the bytes.
ALTER TABLE engine.checkpoint ALTER COLUMN state SET STORAGE EXTERNAL, ALTER COLUMN totals SET STORAGE EXTERNAL;
"""

DOWN = """
DROP TABLE engine.checkpoint;
DROP TABLE engine.run;
DROP TABLE engine.snapshot;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(UP)
    db.execute_sql(CREATE_TABLE.format(schema="engine"))


def down(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(DROP_TABLE.format(schema="engine"))
    db.execute_sql(DOWN)
