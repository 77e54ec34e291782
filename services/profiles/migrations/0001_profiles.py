"""Profiles, their day vectors, and the assignments of houses."""

UP = """
CREATE TABLE profiles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    profile_type text NOT NULL,
    source_type text NOT NULL,
    unit text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    step_minutes integer NOT NULL CHECK (step_minutes > 0 AND mod(1440, step_minutes) = 0),
    config_details jsonb NOT NULL DEFAULT '{}',
    created_by bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    content_hash text NOT NULL,
    value_mean double precision NOT NULL,
    value_max double precision NOT NULL,
    value_min double precision NOT NULL,
    value_sum double precision NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX profiles_created_by ON profiles (created_by, id);

-- One row is one UTC day of one profile: 1440 / step_minutes values, NaN outside [starts_at, ends_at).
-- No foreign key: it would cost one lookup a row on COPY, and days are written and deleted only with their profile.
CREATE TABLE profile_days (
    profile_id bigint NOT NULL,
    day date NOT NULL,
    "values" real[] NOT NULL,
    PRIMARY KEY (profile_id, day)
);
-- Long vectors (steps of a few minutes) go out of line as they are: floats hardly compress.
ALTER TABLE profile_days ALTER COLUMN "values" SET STORAGE EXTERNAL;

CREATE TABLE assignments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grid_id bigint NOT NULL,
    grid_created_by bigint NOT NULL,
    house_id bigint NOT NULL,
    profile_id bigint NOT NULL REFERENCES profiles (id),
    scale double precision NOT NULL CHECK (scale > 0 AND scale < 'Infinity')
);
CREATE INDEX assignments_grid ON assignments (grid_id, id);
CREATE INDEX assignments_profile ON assignments (profile_id, grid_id, grid_created_by);
"""

DOWN = "DROP TABLE assignments; DROP TABLE profile_days; DROP TABLE profiles;"


def up(migrator, db):
    db.execute_sql(UP)


def down(migrator, db):
    db.execute_sql(DOWN)
