ARG BASE
FROM ${BASE} AS programs

FROM scratch
ARG VERSION
LABEL org.opencontainers.image.title="monlight/metrics-collector" org.opencontainers.image.version="${VERSION}"
COPY --from=programs /out/${VERSION}/metrics-collector/assets /app/assets
COPY --from=programs /out/${VERSION}/metrics-collector/metrics-collector /app/metrics-collector
WORKDIR /app
EXPOSE 8000
ENTRYPOINT ["/app/metrics-collector"]
