ARG BASE
FROM ${BASE} AS programs

FROM scratch
ARG VERSION
LABEL org.opencontainers.image.title="monlight/browser-relay" org.opencontainers.image.version="${VERSION}"
COPY --from=programs /out/${VERSION}/browser-relay/assets /app/assets
COPY --from=programs /out/${VERSION}/browser-relay/browser-relay /app/browser-relay
WORKDIR /app
EXPOSE 8000
ENTRYPOINT ["/app/browser-relay"]
