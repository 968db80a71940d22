ARG BASE
FROM ${BASE}
ARG BUILD
RUN printf '%s' "$BUILD" > /app/build.json
COPY gateway-healthy.sh /usr/local/bin/gateway-healthy
USER nextjs
EXPOSE 4000
# Every 30 s in the product; the sample host should not wait that long.
HEALTHCHECK --interval=2s --timeout=5s --start-period=4s --retries=3 CMD ["gateway-healthy"]
CMD ["node", "gateway/main.js"]
