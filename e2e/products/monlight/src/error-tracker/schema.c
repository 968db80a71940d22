#include "errors.h"
#include "../common/service.h"

/* What the fourth migration takes away. Every older program writes `environment`: going back to an old image
 * without the old data breaks the reporting of new errors, while /health stays green. */
#define DROP_ENVIRONMENT                                                                                               \
	"DELETE FROM error_occurrences WHERE id NOT IN (SELECT o.id FROM error_occurrences o"                               \
	" WHERE o.error_id = error_occurrences.error_id ORDER BY o.id DESC LIMIT 3);"                                       \
	"DROP INDEX idx_errors_project_environment;"                                                                        \
	"ALTER TABLE errors DROP COLUMN environment;"

const char *const error_migrations[] = {
	"CREATE TABLE errors ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, project TEXT NOT NULL,"
	" environment TEXT NOT NULL DEFAULT 'prod', exception_type TEXT NOT NULL, message TEXT NOT NULL,"
	" traceback TEXT NOT NULL, count INTEGER NOT NULL DEFAULT 1,"
	" first_seen TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),"
	" last_seen TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),"
	" resolved INTEGER NOT NULL DEFAULT 0, resolved_at TEXT)",

	"CREATE TABLE error_occurrences ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, error_id INTEGER NOT NULL REFERENCES errors(id) ON DELETE CASCADE,"
	" timestamp TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), request_url TEXT,"
	" request_method TEXT, request_headers TEXT, user_id TEXT, extra TEXT, traceback TEXT NOT NULL)",

	"CREATE INDEX idx_errors_fingerprint ON errors(fingerprint, resolved);"
	"CREATE INDEX idx_errors_project_environment ON errors(project, environment);"
	"CREATE INDEX idx_errors_last_seen ON errors(last_seen);"
	"CREATE INDEX idx_occurrences_error ON error_occurrences(error_id)",

#if SCHEMA_VERSION >= 4 && defined(MISTAKE_HALF_MIGRATION)
	/* The COMMIT in the middle ends the runner's transaction: what stands above it stays, what stands below it
	 * fails, and the new version is never written. */
	DROP_ENVIRONMENT
	"COMMIT; BEGIN;"
	"CREATE TABLE projects (name TEXT PRIMARY KEY, environment TEXT NOT NULL);"
	"INSERT INTO projects (name, environment) SELECT DISTINCT project, environment FROM errors",
#elif SCHEMA_VERSION >= 4
	DROP_ENVIRONMENT
	"CREATE INDEX idx_errors_project ON errors(project);"
	"CREATE TABLE projects (name TEXT PRIMARY KEY,"
	" created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')));"
	"INSERT INTO projects (name) SELECT DISTINCT project FROM errors",
#endif
};

const size_t error_migration_count = sizeof error_migrations / sizeof *error_migrations;
