#!/bin/bash
# first-start.sh [OPTION...]: makes the cluster, user and database that the environment asks for.
set -euo pipefail

# from_env NAME DEFAULT: the variable, or the content of the file that NAME_FILE names.
from_env() {
  local file=$1_FILE
  if [ -n "${!file:-}" ]; then cat "${!file}"; else printf '%s' "${!1:-$2}"; fi
}

user=$(from_env POSTGRES_USER postgres)
password=$(from_env POSTGRES_PASSWORD '')
database=$(from_env POSTGRES_DB "$user")
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

if [ -z "$password" ] && [ "$method" != trust ]; then
  echo 'Error: the database has no data yet, and POSTGRES_PASSWORD is not set: it is needed for the superuser.' >&2
  exit 1
fi

options=()
if [ -n "$password" ]; then
  password_file=$(mktemp)
  printf '%s\n' "$password" > "$password_file"
  options+=(--pwfile="$password_file")
fi
# shellcheck disable=SC2086 # POSTGRES_INITDB_ARGS holds several words
initdb --username="$user" "${options[@]}" ${POSTGRES_INITDB_ARGS:-}
rm -f "${password_file:-}"
printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

# Reachable by the local socket only, until all is made: over TCP nobody may take this server for the real one.
pg_ctl --wait -o "$(printf '%q ' -c listen_addresses= "$@")" start
sql() { psql --no-psqlrc --no-password -v ON_ERROR_STOP=1 --username "$user" "$@"; }
if [ "$database" != postgres ]; then createdb --username "$user" --maintenance-db postgres "$database"; fi
for file in /docker-entrypoint-initdb.d/*; do
  case "$file" in
    *.sh) POSTGRES_USER=$user POSTGRES_DB=$database bash "$file" ;;
    *.sql) sql --dbname "$database" --file "$file" ;;
    *.sql.gz) gunzip -c "$file" | sql --dbname "$database" ;;
  esac
done
pg_ctl --wait --mode fast stop
echo 'PostgreSQL init process complete; ready for start up.'
