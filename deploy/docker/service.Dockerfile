# One recipe for all Python services. From the top of the checkout:
#
#   docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=topology -t hygge/topology:dev .
#
# Optional build secrets: pip_conf (an index or mirror of one's own, in pip's own format), ca (further authorities, PEM).
# The result runs `python -m hygge_core.serve $SERVICE`; with another command it is the service's migrations, a worker, …
ARG PYTHON_IMAGE=python:3.13-slim

# The installer and the tools of the build, as pinned in the lock.
FROM ${PYTHON_IMAGE} AS tools
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY deploy/docker/fetch.sh deploy/docker/requirements.py requirements.lock ./
RUN --mount=type=secret,id=pip_conf --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache \
    sh fetch.sh tools

# What the service needs from registries: its part of the lock, checked by hash, without what only tests and compilers use.
FROM tools AS dependencies
ARG SERVICE
COPY libs/hygge_core/pyproject.toml libs/hygge_core/
COPY services/${SERVICE}/pyproject.toml services/${SERVICE}/
RUN --mount=type=secret,id=pip_conf --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache \
    sh fetch.sh dependencies "${SERVICE}"

# Our own code beside it (a layer of its own: a new version moves a few hundred kilobytes), and the list of all parts.
FROM dependencies AS own
ARG SERVICE
ARG VERSION=0.0.0+unknown
COPY libs/hygge_core libs/hygge_core
COPY services/${SERVICE} services/${SERVICE}
COPY deploy/docker/own.sh deploy/docker/health.py deploy/docker/entrypoint.sh ./
RUN sh own.sh "${SERVICE}" "${VERSION}"

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 hygge \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin hygge \
    && install -d -o 10001 -g 10001 -m 0700 /etc/hygge/signing-keys
COPY --from=dependencies /opt/hygge /opt/hygge
COPY --from=own /app /app
COPY --from=own /sbom /usr/share/sbom
ARG SERVICE
ARG VERSION=0.0.0+unknown
ARG REVISION=unknown
ARG SOURCE=""
LABEL org.opencontainers.image.title="hygge/${SERVICE}" \
      org.opencontainers.image.description="Hygge: model, simulate, plan, run and settle a local energy community" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="NOASSERTION" \
      io.hygge.sbom="/usr/share/sbom/hygge.cdx.json"
ENV PATH=/opt/hygge/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONSAFEPATH=1 \
    HOME=/tmp OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 HYGGE_SERVICE=${SERVICE}
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=120s --retries=3 \
    CMD ["python", "-E", "/app/health.py"]
ENTRYPOINT ["/app/entrypoint.sh"]
CMD ["serve"]
