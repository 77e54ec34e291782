"""Who signs in elsewhere, keys of people's programs, and accounts of machines.

An expanding step: the release before goes on working with this schema, and sees machines as users without a password.
"""

from typing import Any

UP = """
ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'machine'));

-- A subject of a provider is one user here, and a user is one subject: roles come from one place only.
CREATE TABLE identities (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    subject text NOT NULL,
    linked_by bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_login_at timestamptz,
    UNIQUE (issuer, subject)
);

-- Sign-ins that have gone to the provider and are not back yet.
CREATE TABLE pending_logins (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state_hash bytea NOT NULL UNIQUE,
    browser_hash bytea NOT NULL,
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    return_to text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX pending_logins_expires_at_idx ON pending_logins (expires_at);

CREATE TABLE api_keys (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    public_id text NOT NULL UNIQUE,
    secret_hash bytea NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role text CHECK (role IN ('admin', 'operator', 'viewer', 'participant')),
    grids bigint[],
    -- Whom the services see behind a key that is bound to grids: a number that no user has or will have.
    actor_id bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CHECK ((grids IS NULL) = (actor_id IS NULL))
);
CREATE INDEX api_keys_user_id_idx ON api_keys (user_id, id);

CREATE TABLE service_accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    client_id text NOT NULL UNIQUE,
    created_by bigint NOT NULL
);

CREATE TABLE service_account_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX service_account_secrets_account_id_idx ON service_account_secrets (account_id);
"""

DOWN = """
DROP TABLE service_account_secrets, service_accounts, api_keys, pending_logins, identities;
ALTER TABLE users DROP COLUMN kind;
"""


def up(_migrator: Any, db: Any) -> None:
    db.execute_sql(UP)


def down(_migrator: Any, db: Any) -> None:
    db.execute_sql(DOWN)
