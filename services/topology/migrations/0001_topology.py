"""The tree grid → transformer → house → device, flags, priority lists, snapshots, idempotency keys."""

from typing import Any

from hygge_core.idempotency import CREATE_TABLE, DROP_TABLE

# A child names its grid too, and the foreign key spans both columns: whole grids are read and checked without joins,
# and no child can stand in another grid than its parent.
UP = """
CREATE SEQUENCE node_id AS bigint;

CREATE DOMAIN amount AS double precision CHECK (VALUE >= 0 AND VALUE < 'Infinity');
CREATE DOMAIN price AS double precision CHECK (VALUE > '-Infinity' AND VALUE < 'Infinity');
CREATE DOMAIN share AS double precision CHECK (VALUE >= 0 AND VALUE <= 1);
CREATE DOMAIN label AS text CHECK (char_length(VALUE) BETWEEN 1 AND 200);

CREATE TABLE grid (
    id bigint PRIMARY KEY DEFAULT nextval('node_id'),
    name label NOT NULL,
    timezone label NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    import_limit_kw amount,
    export_limit_kw amount,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    flags jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(flags) = 'array'),
    version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX ON grid (created_by);

CREATE TABLE transformer (
    id bigint PRIMARY KEY DEFAULT nextval('node_id'),
    grid_id bigint NOT NULL REFERENCES grid ON DELETE CASCADE,
    name label NOT NULL,
    capacity_kw amount,
    UNIQUE (grid_id, id)
);

CREATE TABLE house (
    id bigint PRIMARY KEY DEFAULT nextval('node_id'),
    grid_id bigint NOT NULL,
    transformer_id bigint NOT NULL,
    name label NOT NULL,
    house_type label NOT NULL,
    flags text[] NOT NULL DEFAULT '{}',
    min_sell_price price,
    max_buy_price price,
    sharing_key share,
    owner label,
    UNIQUE (grid_id, id),
    FOREIGN KEY (grid_id, transformer_id) REFERENCES transformer (grid_id, id) ON DELETE CASCADE
);
CREATE INDEX ON house (transformer_id, id);
CREATE INDEX ON house (owner) WHERE owner IS NOT NULL;

CREATE TABLE device (
    id bigint PRIMARY KEY DEFAULT nextval('node_id'),
    grid_id bigint NOT NULL,
    house_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('solar_panel', 'wind_turbine', 'generator', 'battery', 'electric_vehicle',
                                       'heat_pump', 'heater', 'air_conditioner')),
    name label,
    parameters jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
    FOREIGN KEY (grid_id, house_id) REFERENCES house (grid_id, id) ON DELETE CASCADE,
    CHECK ((parameters->>'capacity_kw')::amount IS NOT NULL OR kind NOT IN ('wind_turbine', 'generator')),
    CHECK ((parameters->>'capacity_kwp')::amount IS NOT NULL OR kind <> 'solar_panel'),
    CHECK ((parameters->>'max_power_kw')::amount IS NOT NULL
           OR kind NOT IN ('heat_pump', 'heater', 'air_conditioner')),
    CHECK (kind NOT IN ('battery', 'electric_vehicle') OR COALESCE(
        (parameters->>'capacity_kwh')::amount > 0
        AND (parameters->>'max_charge_kw')::amount >= 0
        AND (parameters->>'max_discharge_kw')::amount >= 0
        AND (parameters->>'charge_efficiency')::share > 0
        AND (parameters->>'discharge_efficiency')::share > 0
        AND (parameters->>'min_soc')::share <= (parameters->>'initial_soc')::share
        AND (parameters->>'initial_soc')::share <= (parameters->>'max_soc')::share, false))
);
CREATE INDEX ON device (house_id, id);
CREATE INDEX ON device (grid_id, house_id);

CREATE TABLE flag (
    id bigint PRIMARY KEY DEFAULT nextval('node_id'),
    name label NOT NULL,
    description text NOT NULL DEFAULT '',
    created_by bigint,
    UNIQUE (created_by, name)
);
CREATE UNIQUE INDEX ON flag (name) WHERE created_by IS NULL;
INSERT INTO flag (name, description) VALUES
    ('medical', 'Somebody here depends on electrical medical equipment'),
    ('essential', 'Serves the community: water, communication, a shop, a school'),
    ('prosumer', 'Generates as well as consumes');

CREATE TABLE priority_list (
    id bigint PRIMARY KEY DEFAULT nextval('node_id'),
    grid_id bigint REFERENCES grid ON DELETE CASCADE,
    name label NOT NULL,
    configuration jsonb NOT NULL CHECK (jsonb_typeof(configuration) = 'array'),
    created_by bigint NOT NULL
);
CREATE INDEX ON priority_list (grid_id, id);
CREATE INDEX ON priority_list (created_by);

CREATE TABLE snapshot (
    grid_id bigint NOT NULL REFERENCES grid ON DELETE CASCADE,
    version bigint NOT NULL,
    hash text NOT NULL,
    document json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (grid_id, version)
);
"""

DOWN = """
DROP TABLE snapshot, priority_list, flag, device, house, transformer, grid;
DROP DOMAIN amount, price, share, label;
DROP SEQUENCE node_id;
"""


def up(_migrator: Any, db: Any) -> None:
    db.execute_sql(UP)
    db.execute_sql(CREATE_TABLE.format(schema="topology"))


def down(_migrator: Any, db: Any) -> None:
    db.execute_sql(DROP_TABLE.format(schema="topology"))
    db.execute_sql(DOWN)
