#!/bin/sh
# Once, on a new server in a container (/docker-entrypoint-initdb.d/): the role that takes backups, and its way in.
set -eu
secret=${HYGGE_SECRETS_DIR:-/run/secrets}/hygge_backup_password
password=${HYGGE_BACKUP_PASSWORD:-}
if [ -z "$password" ] && [ -r "$secret" ]; then
    password=$(cat "$secret")
fi
if [ -z "$password" ]; then
    echo "prepare-server: no role for backups, because there is no $secret" >&2
    exit 0
fi
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$password" \
    --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" <<'END'
CREATE ROLE hygge_backup LOGIN REPLICATION PASSWORD :'password';
END
# Functions belong to a database: backups connect to this one.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --command "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO hygge_backup"
# An entry for all databases does not cover replication connections.
echo "host replication hygge_backup all scram-sha-256" >>"$PGDATA/pg_hba.conf"
