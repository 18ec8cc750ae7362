#!/bin/sh
# Roles and database on a PostgreSQL 18 of your own; the same that the embedded server gets. Safe to repeat.
#   stadtkern_owner  owns the tables, runs migrations      stadtkern_app  the program: owns nothing, row security applies
# Needs psql as superuser, and the passwords in files (OWNER_PASSWORD_FILE, APP_PASSWORD_FILE).
set -eu
owner=$(cat "${OWNER_PASSWORD_FILE:-/run/secrets/owner-password}")
app=$(cat "${APP_PASSWORD_FILE:-/run/secrets/app-password}")
user=${POSTGRES_USER:-postgres}

psql -v ON_ERROR_STOP=1 -U "$user" -d postgres -v owner="$owner" -v app="$app" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', r)
  FROM unnest(ARRAY['stadtkern_owner', 'stadtkern_app']) r
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) \gexec
ALTER ROLE stadtkern_owner PASSWORD :'owner';
ALTER ROLE stadtkern_app PASSWORD :'app';
SELECT 'CREATE DATABASE stadtkern OWNER stadtkern_owner'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'stadtkern') \gexec
REVOKE ALL ON DATABASE stadtkern FROM PUBLIC;
GRANT CONNECT ON DATABASE stadtkern TO stadtkern_app;
SQL
psql -v ON_ERROR_STOP=1 -U "$user" -d stadtkern <<'SQL'
GRANT USAGE ON SCHEMA public TO stadtkern_app;
ALTER DEFAULT PRIVILEGES FOR ROLE stadtkern_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO stadtkern_app;
ALTER DEFAULT PRIVILEGES FOR ROLE stadtkern_owner IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO stadtkern_app;
ALTER DEFAULT PRIVILEGES FOR ROLE stadtkern_owner IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO stadtkern_app;
SQL
