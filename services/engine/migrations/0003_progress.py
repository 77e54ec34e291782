"""When a run last came forward: what tells a long run from one that is stuck."""


def up(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE engine.run ADD COLUMN progressed_at timestamptz")


def down(migrator, db):  # type: ignore[no-untyped-def]
    db.execute_sql("ALTER TABLE engine.run DROP COLUMN progressed_at")
