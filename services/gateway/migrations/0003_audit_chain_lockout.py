"""The audit log becomes a hash chain; failed sign-ins are counted by name and network.

The chain is made by a trigger, so that rows of a previous release that still runs beside this one are chained too. Rows
that are there already are chained in the order of their ids.
"""

from typing import Any

UP = """
ALTER TABLE audit_events ADD COLUMN position bigint, ADD COLUMN previous_hash bytea, ADD COLUMN hash bytea;

-- '<bytes>:<value>', or '-' for NULL: no two different rows give the same text.
CREATE FUNCTION audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IS NULL THEN '-' ELSE octet_length(convert_to(value, 'UTF8')) || ':' || value END
$$;

CREATE FUNCTION audit_event_hash(entry audit_events) RETURNS bytea LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT AS $$
BEGIN
    RETURN sha256(entry.previous_hash || convert_to(
        audit_field(entry.position::text) || audit_field(entry.id::text)
        || audit_field((extract(epoch FROM entry.at) * 1000000)::bigint::text)
        || audit_field(entry.event) || audit_field(entry.actor_id::text) || audit_field(entry.actor_name)
        || audit_field(entry.subject) || audit_field(entry.address) || audit_field(entry.request_id)
        || audit_field(entry.details::text), 'UTF8'));
END $$;

CREATE FUNCTION audit_events_chain() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    last_position bigint;
    last_hash bytea;
BEGIN
    -- Until the transaction ends: positions follow the order of commits, and a rollback leaves no gap.
    PERFORM pg_advisory_xact_lock(1213810503, hashtext('audit_events'));
    SELECT a.position, a.hash INTO last_position, last_hash FROM audit_events a ORDER BY a.position DESC LIMIT 1;
    NEW.position := coalesce(last_position, 0) + 1;
    NEW.previous_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
    NEW.hash := audit_event_hash(NEW);
    RETURN NEW;
END $$;

ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only;
DO $$
DECLARE
    entry audit_events;
    last_hash bytea := decode(repeat('00', 32), 'hex');
    last_position bigint := 0;
BEGIN
    FOR entry IN SELECT * FROM audit_events ORDER BY id LOOP
        last_position := last_position + 1;
        entry.position := last_position;
        entry.previous_hash := last_hash;
        last_hash := audit_event_hash(entry);
        UPDATE audit_events SET position = last_position, previous_hash = entry.previous_hash, hash = last_hash
            WHERE id = entry.id;
    END LOOP;
END $$;
ALTER TABLE audit_events ENABLE TRIGGER audit_events_append_only;

ALTER TABLE audit_events
    ALTER COLUMN position SET NOT NULL, ALTER COLUMN previous_hash SET NOT NULL, ALTER COLUMN hash SET NOT NULL;
CREATE UNIQUE INDEX audit_events_position_key ON audit_events (position);
CREATE TRIGGER audit_events_chained BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_chain();

-- Names by their SHA-256, also of users that do not exist; network '*' counts what comes from strangers' networks.
CREATE TABLE sign_in_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_hash bytea NOT NULL,
    network text NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT now(),
    locked_until timestamptz,
    succeeded_at timestamptz,
    UNIQUE (name_hash, network)
);
CREATE INDEX sign_in_attempts_last_at_idx ON sign_in_attempts (last_at);
"""

DOWN = """
DROP TABLE sign_in_attempts;
DROP TRIGGER audit_events_chained ON audit_events;
DROP FUNCTION audit_events_chain();
DROP FUNCTION audit_event_hash(audit_events);
DROP FUNCTION audit_field(text);
ALTER TABLE audit_events DROP COLUMN position, DROP COLUMN previous_hash, DROP COLUMN hash;
"""


def up(_migrator: Any, db: Any) -> None:
    db.execute_sql(UP)


def down(_migrator: Any, db: Any) -> None:
    db.execute_sql(DOWN)
