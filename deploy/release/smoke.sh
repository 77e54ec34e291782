#!/bin/sh
# Look at an installation from outside, as nobody in particular: smoke.sh URL. Needs curl. It waits up to a minute for each.
#
# The page comes with its policy, keys are published, all services are in the combined document, and the door is shut.
set -eu
url=${1:?"usage: smoke.sh URL"}
url=${url%/}
answer=$(mktemp) && trap 'rm -f "$answer"' EXIT

# get PATH: the status; headers and body go to $answer
get() { curl --silent --show-error --include --max-time 10 --output "$answer" --write-out '%{http_code}' "$url$1" || true; }

# expect PATH STATUS TEXT: until it is so
expect() {
    for _ in $(seq 30); do
        status=$(get "$1")
        if [ "$status" = "$2" ] && grep -qi -- "$3" "$answer"; then
            echo "ok  $1 $2"
            return
        fi
        sleep 2
    done
    echo "$url$1 answered ${status:-nothing}, expected $2 with: $3" >&2
    exit 1
}

expect / 200 '^content-security-policy:'
expect /api/v1/auth/jwks 200 '"kty":"RSA"'
expect /api/v1/grids 401 'urn:hygge:problem:not-authenticated'
expect /openapi.json 200 '"/api/v1/runs"'
if grep -q '"x-unavailable-services"' "$answer"; then
    echo "Not all services answer: $(grep -o '"x-unavailable-services":\[[^]]*\]' "$answer")" >&2
    exit 1
fi
# What Prometheus and the cluster ask is not for the world.
status=$(get /metrics)
if [ "$status" = 200 ] && grep -q '^# TYPE' "$answer"; then
    echo "/metrics can be read from outside" >&2
    exit 1
fi
echo "ok  /metrics is not shown"
