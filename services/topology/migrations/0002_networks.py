"""The electrical network of a grid, the buses of its houses, and which transformer of the community is which."""

from typing import Any

# `json` and not `jsonb`: figures come back with the digits they were sent with. Houses and transformers that are
# deleted take their rows here with them, whoever deletes them.
UP = """
CREATE TABLE network (
    grid_id bigint PRIMARY KEY REFERENCES grid ON DELETE CASCADE,
    content json NOT NULL CHECK (json_typeof(content) = 'object')
);

CREATE TABLE network_connection (
    grid_id bigint NOT NULL REFERENCES network ON DELETE CASCADE,
    house_id bigint PRIMARY KEY,
    bus label NOT NULL,
    FOREIGN KEY (grid_id, house_id) REFERENCES house (grid_id, id) ON DELETE CASCADE
);
CREATE INDEX ON network_connection (grid_id, house_id);

CREATE TABLE network_transformer (
    grid_id bigint NOT NULL REFERENCES network ON DELETE CASCADE,
    name label NOT NULL,
    transformer_id bigint NOT NULL,
    PRIMARY KEY (grid_id, name),
    FOREIGN KEY (grid_id, transformer_id) REFERENCES transformer (grid_id, id) ON DELETE CASCADE
);
CREATE INDEX ON network_transformer (transformer_id);
"""

DOWN = "DROP TABLE network_transformer, network_connection, network"


def up(_migrator: Any, db: Any) -> None:
    db.execute_sql(UP)


def down(_migrator: Any, db: Any) -> None:
    db.execute_sql(DOWN)
