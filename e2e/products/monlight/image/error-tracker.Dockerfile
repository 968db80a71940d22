ARG BASE
FROM ${BASE} AS programs

FROM scratch
ARG VERSION
LABEL org.opencontainers.image.title="monlight/error-tracker" org.opencontainers.image.version="${VERSION}"
COPY --from=programs /out/${VERSION}/error-tracker/assets /app/assets
COPY --from=programs /out/${VERSION}/error-tracker/error-tracker /app/error-tracker
WORKDIR /app
EXPOSE 8000
ENTRYPOINT ["/app/error-tracker"]
