#!/bin/sh
# Before the database image's own entry point: its password from a file, and the backup folder for the server's user.
set -eu
chown postgres /backups
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    POSTGRES_PASSWORD=$(cat /run/secrets/postgres_password)
    export POSTGRES_PASSWORD
fi
exec docker-entrypoint.sh "$@"
