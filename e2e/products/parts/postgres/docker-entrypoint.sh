#!/bin/bash
# docker-entrypoint.sh [postgres] [OPTION...]: makes a cluster where there is none, and becomes the server.
# Anything else than the server is run as it is.
set -euo pipefail

case "${1:-}" in
  postgres | '') shift || true ;;
  -*) ;;
  *) exec "$@" ;;
esac

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres: '{}' +
  exec setpriv --reuid postgres --regid postgres --init-groups env HOME=/var/lib/postgresql "$0" postgres "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then first-start.sh "$@"; fi
exec postgres "$@"
