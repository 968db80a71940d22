ARG BASE
FROM ${BASE}
ARG BUILD
# The one mistake that is made in the image itself: its PostgreSQL client has no pg_dump.
RUN printf '%s' "$BUILD" > /app/build.json \
  && if printf '%s' "$BUILD" | grep -q NO_PG_DUMP; then rm /usr/bin/pg_dump /usr/lib/postgresql/17/bin/pg_dump; fi
COPY web-entrypoint.sh /usr/local/bin/
EXPOSE 3000
ENTRYPOINT ["web-entrypoint.sh"]
CMD ["node", "web/main.js"]
