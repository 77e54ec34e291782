#!/bin/sh
# A logical dump of the whole database into /backups, whole or not at all; removes what is too old.
# Restored with pg_restore into an empty database that has been provisioned.
set -eu
umask 077
folder=${HYGGE_BACKUP_DIR:-/backups}
keep=${HYGGE_BACKUP_KEEP:-7}
PGPASSWORD=$(cat "${HYGGE_SECRETS_DIR:-/run/secrets}/hygge_backup_password")
export PGPASSWORD

case $keep in '' | *[!0-9]* | 0) echo "dump: HYGGE_BACKUP_KEEP is $keep; it must be 1 or more" >&2; exit 1 ;; esac
name=hygge-$(date -u +%Y%m%dT%H%M%SZ).dump
rm -f "$folder"/*.new
# Compressed and in one snapshot, while everybody works. Owners and rights belong to the roles of the server it goes back to.
pg_dump --no-password --format custom --file "$folder/$name.new"
pg_restore --list "$folder/$name.new" >/dev/null
mv "$folder/$name.new" "$folder/$name"
sync "$folder" 2>/dev/null || sync
for old in $(ls -r "$folder" | grep '^hygge-.*\.dump$' | tail -n +$((keep + 1))); do
    rm -f "${folder:?}/$old"
done
echo "Dump $name: $(du -sk "$folder/$name" | cut -f 1) kB, $(ls "$folder" | grep -c '\.dump$') kept."
