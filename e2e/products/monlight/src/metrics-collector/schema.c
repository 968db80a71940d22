#include "metrics.h"
#include "../common/service.h"

const char *const metric_migrations[] = {
	"CREATE TABLE metrics_raw ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, name TEXT NOT NULL,"
	" labels TEXT NOT NULL DEFAULT '{}', value REAL NOT NULL, type TEXT NOT NULL)",

	"CREATE TABLE metrics_aggregated ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, resolution TEXT NOT NULL, name TEXT NOT NULL,"
	" labels TEXT NOT NULL, type TEXT NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL,"
	" max REAL NOT NULL, avg REAL NOT NULL, p50 REAL, p95 REAL, p99 REAL,"
	" UNIQUE (bucket, resolution, name, labels, type));"
	"CREATE TABLE aggregation_runs (id INTEGER PRIMARY KEY CHECK (id = 1), last_run TEXT NOT NULL)",

	"CREATE INDEX idx_raw_timestamp ON metrics_raw(timestamp);"
	"CREATE INDEX idx_raw_name ON metrics_raw(name);"
	"CREATE INDEX idx_aggregated_name ON metrics_aggregated(name, resolution, bucket)",

#if SCHEMA_VERSION >= 4
	/* Only adds: an older program goes on working on it. */
	"ALTER TABLE metrics_raw ADD COLUMN project TEXT NOT NULL DEFAULT '';"
	"UPDATE metrics_raw SET project = coalesce(json_extract(labels, '$.project'), '');"
	"CREATE INDEX idx_raw_project ON metrics_raw(project);"
	"CREATE TABLE projects (name TEXT PRIMARY KEY,"
	" created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')));"
	"INSERT INTO projects (name) SELECT DISTINCT project FROM metrics_raw WHERE project <> ''",
#endif
};

const size_t metric_migration_count = sizeof metric_migrations / sizeof *metric_migrations;
