ARG BASE
FROM ${BASE}
ARG VERSION
ARG SCHEMA
ARG MISTAKE
ENV ACME_VERSION=${VERSION} ACME_SCHEMA=${SCHEMA} ACME_MISTAKE=${MISTAKE}
# A layer of its own, so that versions differ in what is downloaded.
RUN head -c 100000 /dev/urandom > /app/release.bin && echo "${VERSION}" > /app/release.txt
