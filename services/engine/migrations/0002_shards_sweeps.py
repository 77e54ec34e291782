"""Runs in shards with the barrier between their two passes, sweeps, and what estimates are made from."""

UP = """
CREATE TABLE engine.sweep (
    id bigserial PRIMARY KEY,
    grid_id bigint NOT NULL,
    grid_created_by bigint NOT NULL,
    created_by bigint NOT NULL,
    name text,
    base json NOT NULL,
    vary json NOT NULL,
    mode text NOT NULL CHECK (mode IN ('product', 'zip')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sweep_grid ON engine.sweep (grid_id, id);
CREATE INDEX sweep_creator ON engine.sweep (created_by, id);

ALTER TABLE engine.run
    ADD COLUMN transformers integer NOT NULL DEFAULT 0,
    ADD COLUMN shards integer NOT NULL DEFAULT 1 CHECK (shards BETWEEN 1 AND 256),
    ADD COLUMN stage text NOT NULL DEFAULT 'open' CHECK (stage IN ('again', 'open', 'shared', 'closing', 'closed')),
    ADD COLUMN window_house_steps bigint,
    ADD COLUMN indicators jsonb,
    ADD COLUMN sweep_id bigint REFERENCES engine.sweep,
    ADD COLUMN sweep_place integer,
    ADD COLUMN varied json;
CREATE INDEX run_sweep ON engine.run (sweep_id, sweep_place) WHERE sweep_id IS NOT NULL;
CREATE INDEX run_measured ON engine.run (finished_at) WHERE status = 'succeeded';

ALTER TABLE engine.checkpoint
    ADD COLUMN engine_version text NOT NULL DEFAULT '',
    ADD COLUMN base integer,
    ADD COLUMN network bytea NOT NULL DEFAULT '';
UPDATE engine.checkpoint SET base = windows_done;
ALTER TABLE engine.checkpoint ALTER COLUMN base SET NOT NULL;

CREATE TABLE engine.passage (
    run_id bigint PRIMARY KEY REFERENCES engine.run ON DELETE CASCADE,
    engine_version text NOT NULL,
    shards integer NOT NULL,
    windows integer NOT NULL,
    windows_done integer NOT NULL DEFAULT 0,
    first_done integer NOT NULL DEFAULT 0,
    second_done integer NOT NULL DEFAULT 0,
    CHECK (first_done <= shards),
    CHECK (second_done = 0 OR first_done = shards),
    CHECK (second_done <= shards),
    CHECK (windows_done <= 2 * shards * windows)
);

CREATE TABLE engine.shard (
    run_id bigint NOT NULL REFERENCES engine.passage ON DELETE CASCADE,
    shard integer NOT NULL,
    first_transformer integer NOT NULL,
    last_transformer integer NOT NULL CHECK (last_transformer > first_transformer),
    pass integer NOT NULL DEFAULT 1 CHECK (pass IN (1, 2)),
    windows_done integer NOT NULL DEFAULT 0,
    base integer NOT NULL DEFAULT 0 CHECK (base <= windows_done),
    state bytea,
    digests bytea NOT NULL DEFAULT '',
    totals bytea,
    proof jsonb NOT NULL DEFAULT '{}',
    worker text,
    lease_until timestamptz,
    epoch integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, shard)
);

CREATE TABLE engine.handover (
    run_id bigint NOT NULL REFERENCES engine.passage ON DELETE CASCADE,
    window_index integer NOT NULL,
    shard integer NOT NULL,
    remainder bytea NOT NULL,
    PRIMARY KEY (run_id, window_index, shard)
);

CREATE TABLE engine.grid_part (
    run_id bigint NOT NULL REFERENCES engine.passage ON DELETE CASCADE,
    window_index integer NOT NULL,
    shard integer NOT NULL,
    units bytea NOT NULL,
    sums bytea NOT NULL,
    PRIMARY KEY (run_id, window_index, shard)
);
-- As for checkpoints: these are compressed already, or don't compress.
ALTER TABLE engine.shard ALTER COLUMN state SET STORAGE EXTERNAL, ALTER COLUMN totals SET STORAGE EXTERNAL;
ALTER TABLE engine.handover ALTER COLUMN remainder SET STORAGE EXTERNAL;
ALTER TABLE engine.grid_part ALTER COLUMN units SET STORAGE EXTERNAL, ALTER COLUMN sums SET STORAGE EXTERNAL;

CREATE TABLE engine.worker (
    name text PRIMARY KEY,
    processes integer NOT NULL,
    memory_bytes bigint NOT NULL,
    seen_at timestamptz NOT NULL
);
"""

DOWN = """
DROP TABLE engine.worker;
DROP TABLE engine.grid_part;
DROP TABLE engine.handover;
DROP TABLE engine.shard;
DROP TABLE engine.passage;
ALTER TABLE engine.checkpoint DROP COLUMN engine_version, DROP COLUMN base, DROP COLUMN network;
ALTER TABLE engine.run
    DROP COLUMN transformers, DROP COLUMN shards, DROP COLUMN stage, DROP COLUMN window_house_steps,
    DROP COLUMN indicators, DROP COLUMN sweep_id, DROP COLUMN sweep_place, DROP COLUMN varied;
DROP INDEX engine.run_measured;
DROP TABLE engine.sweep;
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(UP)


def down(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql(DOWN)
