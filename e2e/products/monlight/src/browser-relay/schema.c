#include "../common/service.h"
#include "relay.h"

const char *const relay_migrations[] = {
	"CREATE TABLE dsn_keys ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, public_key TEXT NOT NULL UNIQUE, project TEXT NOT NULL,"
	" created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), active INTEGER NOT NULL DEFAULT 1)",

	"CREATE TABLE source_maps ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, release TEXT NOT NULL, file_url TEXT NOT NULL,"
	" map_content TEXT NOT NULL, uploaded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),"
	" UNIQUE (project, release, file_url))",

	"CREATE INDEX idx_dsn_keys_project ON dsn_keys(project)",

#if SCHEMA_VERSION >= 4
	/* Only adds: an older program goes on working on it. */
	"ALTER TABLE dsn_keys ADD COLUMN last_used TEXT;"
	"CREATE TABLE relay_counts (project TEXT PRIMARY KEY, forwarded INTEGER NOT NULL DEFAULT 0);"
	"INSERT INTO relay_counts (project) SELECT DISTINCT project FROM dsn_keys",
#endif
};

const size_t relay_migration_count = sizeof relay_migrations / sizeof *relay_migrations;
