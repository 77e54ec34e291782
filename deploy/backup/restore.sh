#!/bin/sh
# Makes a stopped server's data folder anew from a base backup and the archived log.
#   restore.sh             to the last commit that is known
#   restore.sh --to TIME   to a moment, in UTC: 2026-11-21T09:30:00Z
# The folder that was there is kept beside it. Run it as the server's own user. See README.md for the environment.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
folder=${HYGGE_BACKUP_DIR:-/backups}
data=${PGDATA:?PGDATA must name the data folder}
patience=${HYGGE_RESTORE_SECONDS:-86400}
to=
if [ $# -gt 0 ]; then
    [ "$1" = --to ] && [ $# -eq 2 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
    to=$2
fi

fail() {
    echo "restore: $*" >&2
    exit 1
}

[ "$(id -u)" != 0 ] || fail "run this as the user that the server runs as, not as root"
if [ -n "$to" ]; then
    echo "$to" | grep -Eq '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$' ||
        fail "$to is not a moment in UTC such as 2026-11-21T09:30:00Z"
fi
if [ -e "$data/postmaster.pid" ] && pg_ctl status --pgdata "$data" >/dev/null 2>&1; then
    fail "a server runs on $data; stop it first"
fi

# The newest base backup that was whole before the moment: names are moments, and sort as such.
limit=$(echo "${to:-9}" | tr -d ':-')
base=
for name in $(ls "$folder/base" 2>/dev/null | grep -v '\.new$'); do
    [ "$(printf '%s\n%s\n' "$name" "$limit" | LC_ALL=C sort | head -n 1)" != "$name" ] || base=$name
done
[ -n "$base" ] || fail "there is no base backup in $folder/base${to:+ from before $to}"
"$here/verify.sh" "$folder/base/$base" || fail "the base backup $base is damaged; remove it to use an older one"

# Beside its place first, and the old one aside when the new one is whole: an interrupted restore changes nothing.
draft=$data.restored
rm -rf "$draft"
mkdir -p "$(dirname "$data")"
if ! mkdir "$draft" 2>/dev/null; then
    fail "$draft can't be made: PGDATA must be a folder inside the volume, not the volume itself"
fi
cp -a "$folder/base/$base/." "$draft/"
chmod 0700 "$draft"
# What the lost server wrote last and could not archive any more is still good, wherever it can be read. A restore that
# was killed between its last two steps has put that server's folder aside and nothing in its place.
lost=$data
[ -e "$data" ] || lost=$(ls -d "$data".before-* 2>/dev/null | tail -n 1)
rescued=0
for file in "$lost"/pg_wal/????????????????????????; do
    if [ -f "$file" ] && cp "$file" "$draft/pg_wal/" 2>/dev/null; then
        rescued=$((rescued + 1))
    fi
done
echo "Base backup $base${to:+, to $to}; $rescued log files rescued from the old folder."

# A server of our own brings it to the end: nobody else reaches it before all is well. It goes by its own options, so
# it must not need those of the real one (a standby would), and what it writes must be archived as the real one does.
private=$(mktemp -d)
log=$private/log
# Only who can enter the private folder can connect, that is we.
echo "local all all trust" >"$private/hba"
# As one word of a shell inside a setting of the server.
quote() {
    printf %s "$1" | sed "s/%/%%/g; s/'/'\\\\''/g; s/^/'/; s/\$/'/"
}
touch "$draft/recovery.signal"
clean_up() {
    pg_ctl stop --pgdata "$draft" --mode fast --timeout 600 >/dev/null 2>&1 || true
    rm -rf "$private"
}
trap clean_up EXIT
set -- -D "$draft" -c listen_addresses= -c "unix_socket_directories=$private" -c "hba_file=$private/hba" \
    -c logging_collector=off -c log_destination=stderr -c hot_standby=off -c archive_mode=on \
    -c "archive_command=$(quote "$here/archive-wal.sh") %p %f $(quote "$folder")" \
    -c "restore_command=$(quote "$here/fetch-wal.sh") %f %p $(quote "$folder")" \
    -c recovery_target_action=promote -c recovery_target_timeline=latest
# The server reads this setting before it knows the names of time zones.
[ -z "$to" ] || set -- "$@" -c "recovery_target_time=$(echo "$to" | sed 's/T/ /; s/Z$/+00/')"
postgres "$@" >"$log" 2>&1 &
server=$!
waited=0
until pg_isready --quiet --host "$private"; do
    if ! kill -0 "$server" 2>/dev/null; then
        tail -n 20 "$log" >&2
        grep -q 'recovery ended before configured recovery target' "$log" &&
            fail "$to is later than the last commit that is known; restore without a moment instead. Nothing was changed"
        fail "the restored server ended; nothing was changed"
    fi
    [ "$waited" -lt "$patience" ] || fail "the restored server was not ready after $patience s; nothing was changed"
    sleep 1
    waited=$((waited + 1))
done
ask() {
    psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --host "$private" \
        --username "${POSTGRES_USER:-postgres}" --dbname "$@"
}
for database in $(ask postgres --command "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"); do
    ask "$database" --file "$here/after-restore.sql"
done
last=$(sed -n 's/.*last completed transaction was at log time //p' "$log" | tail -n 1)
pg_ctl stop --pgdata "$draft" --mode fast --timeout 600 >/dev/null

aside=$data.before-$(date -u +%Y%m%dT%H%M%SZ)
[ ! -e "$data" ] || mv "$data" "$aside"
mv "$draft" "$data"
sync "$(dirname "$data")" 2>/dev/null || sync
echo "Restored to the last commit at ${last:-the base backup}. Start the server, and take a backup soon."
[ ! -e "$aside" ] || echo "The folder that was there is $aside; remove it when nobody misses anything."
