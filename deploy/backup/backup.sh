#!/bin/sh
# Takes a base backup of a running server, verifies it, removes what is too old, notes the success for monitoring.
# See README.md for the environment.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# Who runs this may be anybody; what it writes is for that user alone.
umask 077
folder=${HYGGE_BACKUP_DIR:-/backups}
keep=${HYGGE_BACKUP_KEEP:-7}
archive_seconds=${HYGGE_BACKUP_ARCHIVE_SECONDS:-120}
secret=${HYGGE_SECRETS_DIR:-/run/secrets}/hygge_backup_password
if [ -z "${PGPASSWORD:-}" ] && [ -r "$secret" ]; then
    PGPASSWORD=$(cat "$secret")
    export PGPASSWORD
fi

fail() {
    echo "backup: $*" >&2
    exit 1
}

ask() {
    psql --no-psqlrc --no-password --quiet --tuples-only --no-align --dbname "${PGDATABASE:-postgres}" --command "$1"
}

megabytes() {
    du -sk "$1" | awk '{printf "%.1f", $1 / 1024}'
}

# The log file that a base backup begins with: all earlier ones are of no use to it.
first_wal_of() {
    sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$1/backup_label"
}

case $keep in '' | *[!0-9]* | 0) fail "HYGGE_BACKUP_KEEP is $keep; it must be 1 or more" ;; esac
mkdir -p "$folder/base" "$folder/wal" "$folder/status"
exec 9>"$folder/status/lock"
if command -v flock >/dev/null; then
    flock -n 9 || fail "another backup to $folder is going on"
fi
started=$(date +%s)

[ "$(ask 'SHOW archive_mode')" != off ] || fail "the server has archive_mode off; see README.md for its settings"
touch "$folder/status/archiving"
# The embedded server has no interval until there is something to archive for; a superuser may set it now.
[ "$(ask 'SHOW archive_timeout')" != 0 ] || ask "ALTER SYSTEM SET archive_timeout = '60s'" ||
    fail "the server has no archive_timeout; see README.md for its settings"
ask 'SELECT pg_reload_conf()' >/dev/null 2>&1 || true

# What an interrupted backup left.
rm -rf "$folder"/base/*.new
draft=$folder/base/$started.new
pg_basebackup --pgdata "$draft" --format plain --wal-method stream --checkpoint fast \
    --manifest-checksums SHA256 --no-password --label "hygge $started"
"$here/verify.sh" "$draft" || fail "the backup does not verify; $draft is left to be looked at"

# A backup without the log after it is worth little: wait until the archive has the file that the backup began with.
first=$(first_wal_of "$draft")
[ -n "$first" ] || fail "$draft/backup_label does not name its first log file"
ask 'SELECT pg_switch_wal()' >/dev/null
waited=0
while [ ! -e "$folder/wal/$first.gz" ]; do
    [ "$waited" -lt "$archive_seconds" ] ||
        fail "$folder/wal/$first.gz has not come within $archive_seconds s: does the server's archive_command work?"
    sleep 1
    waited=$((waited + 1))
done

# The name is the moment at which it was whole: it serves any point in time after that.
name=$(date -u +%Y%m%dT%H%M%SZ)
mv "$draft" "$folder/base/$name"
sync "$folder/base" 2>/dev/null || sync

# The newest ones stay, and the log from the beginning of the oldest of them.
for old in $(ls -r "$folder/base" | grep -v '\.new$' | tail -n +$((keep + 1))); do
    rm -rf "${folder:?}/base/$old"
done
oldest=$(ls "$folder/base" | grep -v '\.new$' | head -n 1)
pg_archivecleanup -x .gz "$folder/wal" "$(first_wal_of "$folder/base/$oldest")"

ended=$(date +%s)
kilobytes=$(du -sk "$folder/base/$name" | cut -f 1)
wal_kilobytes=$(du -sk "$folder/wal" | cut -f 1)
report=$folder/status/hygge_backup.prom
cat >"$report.new" <<END
# HELP hygge_backup_last_success_timestamp_seconds When the last verified base backup was whole.
# TYPE hygge_backup_last_success_timestamp_seconds gauge
hygge_backup_last_success_timestamp_seconds $ended
# HELP hygge_backup_duration_seconds What it took.
# TYPE hygge_backup_duration_seconds gauge
hygge_backup_duration_seconds $((ended - started))
# HELP hygge_backup_size_bytes The size of the last base backup.
# TYPE hygge_backup_size_bytes gauge
hygge_backup_size_bytes $((kilobytes * 1024))
# HELP hygge_backup_archive_size_bytes The size of the archived write-ahead log.
# TYPE hygge_backup_archive_size_bytes gauge
hygge_backup_archive_size_bytes $((wal_kilobytes * 1024))
END
# Only numbers: whoever scrapes may read them.
chmod 0644 "$report.new"
mv "$report.new" "$report"
echo "Backup $name: $(megabytes "$folder/base/$name") MB in $((ended - started)) s, verified;" \
    "$(ls "$folder/base" | wc -l | tr -d ' ') kept, $(megabytes "$folder/wal") MB of log since the oldest."
