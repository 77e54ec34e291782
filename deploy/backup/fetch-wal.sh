#!/bin/sh
# PostgreSQL's restore_command: fetch-wal.sh %f %p [FOLDER]
# Gives back one file that archive-wal.sh kept. A file that is not there is the end of the archive, not a fault.
set -eu
name=$1
path=$2
folder=${3:-${HYGGE_BACKUP_DIR:-/backups}}
[ -e "$folder/wal/$name.gz" ] || exit 1
gzip -dc "$folder/wal/$name.gz" >"$path"
