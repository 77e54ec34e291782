#!/bin/sh
# What an image gets from package registries, each file checked by the hash in requirements.lock.
#
#   fetch.sh tools                   the installer and the tools of the build, into /tools
#   fetch.sh more NAME…              further packages beside them
#   fetch.sh dependencies SERVICE    what the service needs, into /opt/hygge
set -eu
lock=requirements.lock

# An index and authorities of one's own come as build secrets, so that no image and no repository names them.
[ ! -s /run/secrets/pip_conf ] || export PIP_CONFIG_FILE=/run/secrets/pip_conf
[ ! -s /run/secrets/ca ] || export PIP_CERT=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca
# uv does not read pip's configuration.
index=$(python -m pip config get global.index-url 2>/dev/null || true)
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"

# install PYTHON: the requirements on standard input with all that they need, in the versions and with the hashes of the lock.
install() {
    /tools/bin/uv pip compile --quiet --python "$1" --constraint "$lock" --no-annotate --no-header - -o pins.txt
    python requirements.py pick "$lock" pins.txt >picked.txt
    /tools/bin/uv pip install --quiet --python "$1" --no-deps --only-binary :all: --require-hashes -r picked.txt
}

tools() {
    python -m venv /tools
    python requirements.py pick "$lock" uv >uv.txt
    /tools/bin/python -m pip install --quiet --no-deps --require-hashes -r uv.txt
    printf 'uv\nsetuptools\ncyclonedx-bom\n' | install /tools/bin/python
}

more() {
    printf '%s\n' "$@" | install /tools/bin/python
}

dependencies() {
    python -m venv --without-pip /opt/hygge
    python requirements.py wanted libs/hygge_core/pyproject.toml "services/$1/pyproject.toml" | install /opt/hygge/bin/python
    slim /opt/hygge/lib
    python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/hygge/lib
}

# Tests, headers and sources that only a compiler reads.
slim() {
    find "$1" -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} +
    find "$1" -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.h' -o -name '*.hpp' \
        -o -name '*.c' -o -name '*.cpp' -o -name '*.cc' -o -name '*.a' -o -name '*.lib' \) -delete
    # Parts of Arrow that nobody here imports: calls over a network, and files in a cloud.
    find "$1" -path '*/pyarrow/*' \( -name '*arrow_flight*' -o -name '*python_flight*' -o -name '_flight*' -o -name 'flight.py' \
        -o -name '*arrow_s3*' -o -name '_s3fs*' \) -delete
}

"$@"
