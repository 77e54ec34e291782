"""How a session's refresh tokens travel, and for which token each was given: lost answers in browsers get a leeway."""

from typing import Any

UP = """
ALTER TABLE sessions ADD COLUMN transport text NOT NULL DEFAULT 'body' CHECK (transport IN ('body', 'cookie'));
ALTER TABLE refresh_tokens ADD COLUMN parent_id bigint REFERENCES refresh_tokens (id) ON DELETE CASCADE;
CREATE INDEX refresh_tokens_parent_id_idx ON refresh_tokens (parent_id);
"""

DOWN = """
ALTER TABLE refresh_tokens DROP COLUMN parent_id;
ALTER TABLE sessions DROP COLUMN transport;
"""


def up(_migrator: Any, db: Any) -> None:
    db.execute_sql(UP)


def down(_migrator: Any, db: Any) -> None:
    db.execute_sql(DOWN)
