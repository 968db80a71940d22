#include "../common/service.h"
#include "logs.h"

const char *const log_migrations[] = {
	"CREATE TABLE log_entries ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, container TEXT NOT NULL, stream TEXT NOT NULL,"
	" level TEXT NOT NULL, message TEXT NOT NULL, ingested_at TEXT NOT NULL"
	" DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')))",

	"CREATE TABLE cursors ("
	" container_id TEXT PRIMARY KEY, file_path TEXT NOT NULL, position INTEGER NOT NULL, inode INTEGER NOT NULL,"
	" updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')))",

	"CREATE INDEX idx_entries_timestamp ON log_entries(timestamp);"
	"CREATE INDEX idx_entries_container ON log_entries(container, level);"
	"CREATE VIRTUAL TABLE log_entries_fts USING fts5(message, content='log_entries', content_rowid='id');"
	"CREATE TRIGGER log_entries_added AFTER INSERT ON log_entries BEGIN"
	" INSERT INTO log_entries_fts (rowid, message) VALUES (new.id, new.message); END;"
	"CREATE TRIGGER log_entries_removed AFTER DELETE ON log_entries BEGIN"
	" INSERT INTO log_entries_fts (log_entries_fts, rowid, message) VALUES ('delete', old.id, old.message); END",

#if SCHEMA_VERSION >= 4
	/* Only adds: an older program goes on working on it. */
	"ALTER TABLE log_entries ADD COLUMN raw TEXT;"
	"CREATE TABLE saved_searches (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,"
	" query TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')));"
	"INSERT INTO saved_searches (name, query) VALUES ('Errors', 'error OR fatal')",
#endif
};

const size_t log_migration_count = sizeof log_migrations / sizeof *log_migrations;
