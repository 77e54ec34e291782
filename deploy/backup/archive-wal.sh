#!/bin/sh
# PostgreSQL's archive_command: archive-wal.sh %p %f [FOLDER]
# Keeps one write-ahead log file, compressed, whole or not at all, on disk before it says so.
set -eu
umask 077
path=$1
name=$2
folder=${3:-${HYGGE_BACKUP_DIR:-/backups}}

# Without a base backup the log restores nothing: archiving begins with the first one.
[ -e "$folder/status/archiving" ] || exit 0

target=$folder/wal/$name.gz
if [ -e "$target" ]; then
    # The server asks again when it was stopped before it noted the success. Another content is another server's log.
    gzip -dc "$target" | cmp -s - "$path" && exit 0
    echo "archive-wal: $target holds something else; does another server write to this folder?" >&2
    exit 1
fi
draft=$target.$$.new
trap 'rm -f "$draft"' EXIT
gzip -1 -c "$path" >"$draft"
dd if=/dev/null of="$draft" conv=notrunc,fsync 2>/dev/null
mv "$draft" "$target"
sync "$folder/wal" 2>/dev/null || sync
