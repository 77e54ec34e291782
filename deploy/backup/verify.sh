#!/bin/sh
# Says whether a base backup is as its manifest says: verify.sh FOLDER
# By pg_verifybackup, or, where that does not run (the Python package of the embedded server has a broken one), by the
# same checks: the manifest's own sum, the sum of every file, and the log that the backup needs, read to its end.
set -eu
backup=$1
if pg_verifybackup --version >/dev/null 2>&1; then
    exec pg_verifybackup --quiet "$backup"
fi
cd "$backup"

fail() {
    echo "verify: $*" >&2
    exit 1
}

noted=$(sed -n 's/^"Manifest-Checksum": "\([0-9a-f]*\)"}$/\1/p' backup_manifest)
[ "$(sed '$d' backup_manifest | sha256sum | cut -d ' ' -f 1)" = "$noted" ] || fail "backup_manifest was changed"
sums=$(sed -n 's/^{ "Path": "\(.*\)", "Size": .*"Checksum-Algorithm": "SHA256", "Checksum": "\([0-9a-f]*\)".*/\2  \1/p' \
    backup_manifest)
[ "$(echo "$sums" | wc -l)" -eq "$(grep -c '^{ "Path": ' backup_manifest)" ] || fail "backup_manifest can't be read"
if ! said=$(echo "$sums" | sha256sum -c 2>&1); then
    echo "$said" | grep -v ': OK$' >&2
    fail "files differ from the manifest"
fi
sed -n 's/^{ "Timeline": \([0-9]*\), "Start-LSN": "\(.*\)", "End-LSN": "\(.*\)" }.*/\1 \2 \3/p' backup_manifest |
    while read -r timeline start end; do
        pg_waldump --quiet --path pg_wal --timeline "$timeline" --start "$start" --end "$end" ||
            fail "the log from $start to $end can't be read"
    done
