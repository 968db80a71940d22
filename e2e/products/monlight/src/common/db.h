/* The service's one SQLite connection, shared by all threads behind one lock. */
#pragma once
#include "text.h"
#include <stdbool.h>
#include <stddef.h>

enum db_result { DB_ERROR = -1, DB_DONE = 0, DB_ROW = 1 };

void db_open(const char *path);
void db_close(void);

/* Several statements without parameters; false on the first that fails, with its reason in db_reason(). */
bool db_exec(const char *sql);
const char *db_reason(void);

/* A lock that may be taken again by the same thread, for statements that belong together. */
void db_lock(void);
void db_unlock(void);
/* The lock and a transaction in one; db_end rolls back when `keep` is false or the commit fails. */
bool db_begin(void);
bool db_end(bool keep);

/* Runs one statement. The parameters ?1, ?2 … are strings or NULL; the first column of the first row is added to
 * `out` (which may be NULL). A failure is logged here, once. */
#define db_get(out, sql, ...)                                                                                          \
	db_run(out, sql, (const char *[]){__VA_ARGS__ __VA_OPT__(, ) NULL},                                                 \
	       sizeof((const char *[]){__VA_ARGS__ __VA_OPT__(, ) NULL}) / sizeof(char *) - 1)
enum db_result db_run(struct text *out, const char *sql, const char *const parameters[], size_t count);

/* Brings the schema to the last of `migrations`, one transaction each, and says so in the log. A database that is
 * newer than the program counts as up to date: there is no downgrade guard. */
bool db_migrate(const char *const migrations[], size_t count);
