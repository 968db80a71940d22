#include "db.h"
#include "log.h"
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* SQLite may not take more than this, whatever a query asks for: the container has 30 MB in all. */
#define HEAP_LIMIT ((sqlite3_int64)12 * 1024 * 1024)

static sqlite3 *connection;
static pthread_mutex_t mutex;

void db_open(const char *path)
{
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&mutex, &attributes);
	sqlite3_hard_heap_limit64(HEAP_LIMIT);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
	if (sqlite3_open_v2(path, &connection, flags, NULL) != SQLITE_OK)
		fatal("cannot open database %s: %s", path, sqlite3_errmsg(connection));
	/* The timeout is for people who back up or read the file from outside while the service runs. */
	sqlite3_busy_timeout(connection, 5000);
	if (!db_exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
	             "PRAGMA cache_size = -1024; PRAGMA temp_store = FILE;"))
		fatal("cannot prepare database %s: %s", path, db_reason());
}

void db_close(void)
{
	db_lock();
	sqlite3_close(connection);
	connection = NULL;
	db_unlock();
}

bool db_exec(const char *sql)
{
	db_lock();
	bool done = sqlite3_exec(connection, sql, NULL, NULL, NULL) == SQLITE_OK;
	db_unlock();
	return done;
}

const char *db_reason(void)
{
	return sqlite3_errmsg(connection);
}

void db_lock(void)
{
	pthread_mutex_lock(&mutex);
}

void db_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

bool db_begin(void)
{
	db_lock();
	if (db_exec("BEGIN IMMEDIATE"))
		return true;
	log_error("database: %s", db_reason());
	db_unlock();
	return false;
}

bool db_end(bool keep)
{
	bool kept = keep && db_exec("COMMIT");
	if (!kept)
		db_exec("ROLLBACK");
	db_unlock();
	return kept;
}

static enum db_result step(sqlite3_stmt *statement, struct text *out)
{
	int code = sqlite3_step(statement);
	if (code != SQLITE_ROW)
		return code == SQLITE_DONE ? DB_DONE : DB_ERROR;
	const char *value = (const char *)sqlite3_column_text(statement, 0);
	if (out && value)
		text_add(out, value, (size_t)sqlite3_column_bytes(statement, 0));
	/* An INSERT … RETURNING is complete only after its last row. */
	while (code == SQLITE_ROW)
		code = sqlite3_step(statement);
	return code == SQLITE_DONE ? DB_ROW : DB_ERROR;
}

enum db_result db_run(struct text *out, const char *sql, const char *const parameters[], size_t count)
{
	db_lock();
	sqlite3_stmt *statement = NULL;
	enum db_result result = DB_ERROR;
	if (connection && sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK) {
		for (size_t i = 0; i < count; i++)
			sqlite3_bind_text(statement, (int)i + 1, parameters[i], -1, SQLITE_STATIC);
		result = step(statement, out);
	}
	if (result == DB_ERROR)
		log_error("database: %s", db_reason());
	sqlite3_finalize(statement);
	db_unlock();
	return result;
}
