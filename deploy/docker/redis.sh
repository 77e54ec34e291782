#!/bin/sh
# Redis with its password from a file. What it holds are hints and counters; the truth is in PostgreSQL (decision 5).
set -eu
exec redis-server - <<END
bind * -::*
dir /data
appendonly yes
appendfsync everysec
save ""
maxmemory 384mb
maxmemory-policy noeviction
requirepass $(cat /run/secrets/redis_password)
END
