#!/bin/sh
# Our own packages into /app, with the service's migrations, and the image's bill of materials into /sbom.
#
#   own.sh SERVICE VERSION
set -eu
service=$1 version=$2

for project in libs/hygge_core "services/$service"; do
    /tools/bin/uv build --quiet --wheel --no-build-isolation --python /tools/bin/python --out-dir wheels "$project"
done
/tools/bin/uv pip install --quiet --python /opt/hygge/bin/python --target /app --no-deps --no-index wheels/*.whl
cp -r "services/$service/migrations" /app/migrations
install -m 0755 entrypoint.sh /app/entrypoint.sh
install -m 0644 health.py /app/health.py
find /app -type d -name __pycache__ -prune -exec rm -rf {} +
python -m compileall -q -j 0 --invalidation-mode unchecked-hash /app

# All that the service imports is there.
(cd / && PYTHONPATH=/app /opt/hygge/bin/python -c "import hygge_$service.main, hygge_core.serve, hygge_core.migrate")

# The numeric core, compiled for any processor that the entry point then finds fit: a worker is ready in seconds, and every
# machine computes with the same code.
if [ "$service" = engine ] && [ "$(uname -m)" = x86_64 ]; then
    NUMBA_CACHE_DIR=/app/numba NUMBA_CPU_NAME=x86-64-v3 NUMBA_CPU_FEATURES="" PYTHONPATH=/app /opt/hygge/bin/python -c \
        "from hygge_engine import warmup; warmup.warm_up(); warmup.warm_up_rest()"
fi

mkdir -p /sbom
PYTHONPATH=/app /tools/bin/cyclonedx-py environment --output-reproducible --output-format JSON \
    --pyproject "services/$service/pyproject.toml" --output-file /sbom/hygge.cdx.json /opt/hygge/bin/python
chmod -R go+rX /app /sbom
