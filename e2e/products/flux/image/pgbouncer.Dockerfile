ARG BASE
FROM ${BASE}
COPY pgbouncer-entrypoint.sh /usr/local/bin/
EXPOSE 6432
ENTRYPOINT ["pgbouncer-entrypoint.sh"]
CMD ["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]
