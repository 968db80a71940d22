# One version: the migrations it was released with, its mistake, and a file that fills a layer of its own.
ARG BASE
FROM ${BASE}
ARG VERSION
ARG MIGRATIONS
ARG MISTAKE
LABEL org.opencontainers.image.title="brittle" org.opencontainers.image.version="${VERSION}"
RUN node /opt/package-release/package-release.js "${VERSION}" "${MIGRATIONS}" "${MISTAKE}"
USER node
