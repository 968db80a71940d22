#!/bin/bash
# What the product's deploy script prepares on the shared cluster: the role that PostgREST signs in with, and the
# database of the control plane.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$PGRST_DB_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" << 'SQL'
CREATE ROLE authenticator LOGIN NOINHERIT PASSWORD :'password';
CREATE DATABASE flux_system;
SQL
