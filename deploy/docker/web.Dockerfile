# The web app and the way in: nginx, which passes only /api on to the gateway. From the top of the checkout:
#
#   docker build -f deploy/docker/web.Dockerfile -t hygge/web:dev .
#
# Optional build secrets: npmrc and pip_conf (registries of one's own, in npm's and pip's own format), ca (authorities, PEM).
ARG PYTHON_IMAGE=python:3.13-slim
ARG NODE_IMAGE=node:22-slim
ARG NGINX_IMAGE=nginx:1.28-alpine

FROM ${NODE_IMAGE} AS app
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca --mount=type=cache,target=/root/.npm \
    [ ! -s /run/secrets/npmrc ] || export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; \
    [ ! -s /run/secrets/ca ] || export NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_CAFILE=/run/secrets/ca; \
    npm ci --no-audit --no-fund
COPY examples /build/examples
COPY web ./
RUN npm run build && npm sbom --sbom-format cyclonedx --omit dev >/build/hygge.cdx.json

# The headers of a page are written down once, in the gateway; nginx's come from there.
FROM ${PYTHON_IMAGE} AS tools
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY deploy/docker/fetch.sh deploy/docker/requirements.py requirements.lock ./
RUN --mount=type=secret,id=pip_conf --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache \
    sh fetch.sh tools

FROM tools AS headers
RUN --mount=type=secret,id=pip_conf --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache \
    sh fetch.sh more starlette
COPY services/gateway/hygge_gateway/routing/security.py deploy/nginx/headers.py ./
RUN /tools/bin/python headers.py security.py /headers

FROM ${NGINX_IMAGE}
COPY --from=app /build/web/dist /srv/www
COPY --from=app /build/hygge.cdx.json /usr/share/sbom/hygge.cdx.json
COPY --from=headers /headers /etc/nginx/hygge
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/nginx/proxy.conf deploy/nginx/problems.conf /etc/nginx/hygge/
COPY deploy/nginx/start.sh deploy/nginx/health.sh /srv/
RUN find /srv/www -name '*.br' -delete && chmod -R a+rX /srv /etc/nginx /usr/share/sbom && chmod 0755 /srv/*.sh
ARG VERSION=0.0.0+unknown
ARG REVISION=unknown
ARG SOURCE=""
LABEL org.opencontainers.image.title="hygge/web" \
      org.opencontainers.image.description="Hygge: the web app, and the way in to the API" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      io.hygge.sbom="/usr/share/sbom/hygge.cdx.json"
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["sh", "/srv/health.sh"]
ENTRYPOINT ["/srv/start.sh"]
CMD []
