#!/bin/sh
# What every container of the image starts with; then it becomes the command (which so gets the signals).
#
#   serve             the service            migrate           bring its schema up to date
#   worker            the engine's worker    anything else     as it is
set -eu

# The engine's compiled core is in the image, for processors with these instructions (Intel since 2013, AMD since 2015);
# another machine compiles for itself. numba wants to write beside it, so what it sees are links in a folder of its own.
has_all() {
    for flag; do grep -qw -- "$flag" /proc/cpuinfo || return 1; done
}
if [ -d /app/numba ] && [ -z "${NUMBA_CACHE_DIR:-}" ]; then
    export NUMBA_CACHE_DIR=/tmp/numba
    if has_all avx2 bmi1 bmi2 f16c fma movbe abm; then
        [ -d /tmp/numba ] || cp -Rs /app/numba /tmp/numba
        export NUMBA_CPU_NAME=x86-64-v3 NUMBA_CPU_FEATURES=
    fi
fi

case ${1:-serve} in
    serve) set -- python -m hygge_core.serve "$HYGGE_SERVICE" ;;
    migrate) shift && set -- python -m hygge_core.migrate "$HYGGE_SERVICE" /app/migrations "$@" ;;
    worker)
        shift
        set -- celery -A hygge_engine.worker:app worker --pool prefork --without-gossip --without-mingle --loglevel INFO "$@"
        ;;
esac
exec "$@"
