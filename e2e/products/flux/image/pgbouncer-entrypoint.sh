#!/bin/sh
# Writes PgBouncer's settings from the variables of the image that the product uses, and becomes it.
set -eu
umask 077
port=${LISTEN_PORT:-5432}
cat > /etc/pgbouncer/pgbouncer.ini << SETTINGS
[databases]
${DB_NAME:-*} = host=${DB_HOST:?} port=${DB_PORT:-5432} user=${DB_USER:?}
[pgbouncer]
listen_addr = 0.0.0.0
listen_port = $port
unix_socket_dir =
auth_type = ${AUTH_TYPE:-scram-sha-256}
auth_file = /etc/pgbouncer/userlist.txt
pool_mode = ${POOL_MODE:-session}
max_client_conn = ${MAX_CLIENT_CONN:-100}
default_pool_size = ${DEFAULT_POOL_SIZE:-20}
admin_users = ${ADMIN_USERS:-postgres}
ignore_startup_parameters = extra_float_digits
SETTINGS
printf '"%s" "%s"\n' "$DB_USER" "${DB_PASSWORD:?}" > /etc/pgbouncer/userlist.txt
chown -R postgres: /etc/pgbouncer
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
