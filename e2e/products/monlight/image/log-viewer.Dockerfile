ARG BASE
FROM ${BASE} AS programs

FROM scratch
ARG VERSION
LABEL org.opencontainers.image.title="monlight/log-viewer" org.opencontainers.image.version="${VERSION}"
COPY --from=programs /out/${VERSION}/log-viewer/assets /app/assets
COPY --from=programs /out/${VERSION}/log-viewer/log-viewer /app/log-viewer
WORKDIR /app
EXPOSE 8000
ENTRYPOINT ["/app/log-viewer"]
