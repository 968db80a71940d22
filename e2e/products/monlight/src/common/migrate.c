#include "db.h"
#include "log.h"
#include <stdio.h>
#include <stdlib.h>

static size_t schema_version(void)
{
	struct text value = {0};
	db_get(&value, "SELECT value FROM _meta WHERE key = 'schema_version'");
	size_t version = value.data ? strtoul(value.data, NULL, 10) : 0;
	text_free(&value);
	return version;
}

static bool apply(const char *migration, size_t version)
{
	char number[24];
	snprintf(number, sizeof number, "%zu", version);
	if (!db_begin())
		return false;
	bool applied = db_exec(migration);
	if (!applied)
		log_error("migration %zu failed: %s", version, db_reason());
	return db_end(applied && db_get(NULL, "INSERT OR REPLACE INTO _meta (key, value) VALUES ('schema_version', ?1)",
	                                number) != DB_ERROR);
}

bool db_migrate(const char *const migrations[], size_t count)
{
	if (!db_exec("CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"))
		return false;
	size_t current = schema_version();
	log_info("current schema version: %zu, %zu migrations available", current, count);
	if (current >= count) {
		log_info("schema is up to date");
		return true;
	}
	for (size_t version = current + 1; version <= count; version++) {
		log_info("applying migration %zu...", version);
		if (!apply(migrations[version - 1], version))
			return false;
	}
	log_info("all migrations applied, schema version is now %zu", count);
	return true;
}
