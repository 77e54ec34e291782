#!/bin/sh
# Write what depends on where this runs, follow the gateway when its address changes, become nginx.
#
#   HYGGE_WEB_GATEWAY           where the gateway is (gateway:8000)
#   HYGGE_WEB_GATEWAY_CA        the authority (PEM) of the gateway's certificate: calls it with https (none: http)
#   HYGGE_WEB_TRUSTED_PROXIES   addresses or networks, with commas between, whose X-Forwarded-* are believed (none)
set -eu
gateway=${HYGGE_WEB_GATEWAY:-gateway:8000}
host=${gateway%:*} port=${gateway##*:}
folder=/tmp/hygge
mkdir -p "$folder"

# nginx asks for a name once, when it reads its configuration; the same list in the same order is the same state.
# (musl's getent may not know `ahosts`; what `nslookup` says after its first blank line is the answer.)
addresses() {
    {
        getent ahosts "$host" 2>/dev/null | awk '{print $1}' | grep . ||
            nslookup "$host" 2>/dev/null | sed '1,/^$/d' | awk '/^Address/ {print $NF}'
    } | sort -u
}

write_gateway() {
    {
        echo "upstream gateway {"
        for address in $1; do
            case $address in *:*) address="[$address]" ;; esac
            echo "    server $address:$port max_fails=1 fail_timeout=2s;"
        done
        echo "    keepalive 64;"
        # Shorter than the gateway's own 5 s: a connection that it is just closing is not used again.
        echo "    keepalive_timeout 4s;"
        echo "}"
    } >"$folder/gateway.conf"
}

# The certificate must be made out to the name by which the gateway is called here.
write_scheme() {
    authority=${HYGGE_WEB_GATEWAY_CA:-}
    if [ -z "$authority" ]; then
        echo "proxy_pass http://gateway;"
    else
        echo "proxy_pass https://gateway;"
        echo "proxy_ssl_verify on;"
        echo "proxy_ssl_trusted_certificate $authority;"
        echo "proxy_ssl_name $host;"
        echo "proxy_ssl_server_name on;"
    fi >"$folder/scheme.conf"
}

write_proxies() {
    trusted=$(echo "${HYGGE_WEB_TRUSTED_PROXIES:-}" | tr ',' ' ')
    {
        echo 'geo $realip_remote_addr $hygge_from_proxy {'
        echo "    default 0;"
        for network in $trusted; do echo "    $network 1;"; done
        echo "}"
        for network in $trusted; do echo "set_real_ip_from $network;"; done
        echo "real_ip_header X-Forwarded-For;"
        echo "real_ip_recursive on;"
    } >"$folder/proxies.conf"
}

follow() {
    known=$1
    while sleep 2; do
        now=$(addresses)
        if [ -n "$now" ] && [ "$now" != "$known" ]; then
            known=$now
            write_gateway "$known"
            kill -HUP 1
        fi
    done
}

write_scheme
write_proxies
until known=$(addresses) && [ -n "$known" ]; do
    echo "waiting for the name $host …" >&2
    sleep 1
done
write_gateway "$known"
follow "$known" &
exec nginx -g 'daemon off;'
