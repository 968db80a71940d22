#include "../common/db.h"
#include "../common/json.h"
#include "../common/service.h"
#include "metrics.h"
#include <stdlib.h>

/* As many as the product takes at once. */
#define BATCH_LIMIT "1000"

#if SCHEMA_VERSION >= 4
#define PROJECT_COLUMN ", project"
#define PROJECT_VALUE ", coalesce(json_extract(value, '$.labels.project'), '')"
#else
#define PROJECT_COLUMN ""
#define PROJECT_VALUE ""
#endif

/* Both shapes are in use: a bare array by the documentation, {"metrics": […]} by the product's own smoke test. */
#define POINTS "json_each(CASE json_type(?1) WHEN 'array' THEN ?1 ELSE json_extract(?1, '$.metrics') END)"

#define IS_POINT                                                                                                       \
	"type = 'object' AND json_type(value, '$.name') = 'text' AND json_type(value, '$.value') IN ('integer', 'real')"    \
	" AND json_extract(value, '$.type') IN ('counter', 'histogram', 'gauge')"                                           \
	" AND coalesce(json_type(value, '$.labels'), 'object') = 'object'"

/* The reason why the batch is refused, or NULL. */
static const char *find_fault(const char *body)
{
	struct text fault = {0};
	const char *reason = NULL;
	enum db_result found = db_get(&fault,
	                              "SELECT CASE WHEN coalesce(CASE json_type(?1) WHEN 'array' THEN 'array'"
	                              " ELSE json_type(?1, '$.metrics') END, '') <> 'array' THEN 1"
	                              " WHEN (SELECT count(*) FROM " POINTS ") > " BATCH_LIMIT " THEN 2"
	                              " WHEN EXISTS (SELECT 1 FROM " POINTS " WHERE NOT coalesce(" IS_POINT ", 0)) THEN 3"
	                              " ELSE 0 END",
	                              body);
	int number = found == DB_ROW ? atoi(fault.data) : 3;
	if (number == 1)
		reason = "Request body must be a JSON array";
	else if (number == 2)
		reason = "Too many metrics in one batch";
	else if (number == 3)
		reason = "Invalid metric";
	text_free(&fault);
	return reason;
}

static enum db_result store(const char *body, struct text *count)
{
	if (!db_begin())
		return DB_ERROR;
	enum db_result stored =
	   db_get(NULL,
	          "INSERT INTO metrics_raw (timestamp, name, labels, value, type" PROJECT_COLUMN ")"
	          " SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(value, '$.timestamp')),"
	          " strftime('%Y-%m-%dT%H:%M:%SZ', 'now')), substr(json_extract(value, '$.name'), 1, 200),"
	          " coalesce(json_extract(value, '$.labels'), '{}'), json_extract(value, '$.value'),"
	          " json_extract(value, '$.type')" PROJECT_VALUE " FROM " POINTS,
	          body);
	if (stored != DB_ERROR)
		stored = db_get(count, "SELECT changes()");
	return db_end(stored == DB_ROW) ? DB_ROW : DB_ERROR;
}

void submit_metrics(struct request *request, struct response *response)
{
	if (!body_is_json(request, response))
		return;
	const char *fault = find_fault(request->body);
	struct text count = {0};
	if (fault)
		reply_detail(response, 400, fault);
	else if (store(request->body, &count) == DB_ROW)
		reply(response, 202, "{\"status\": \"accepted\", \"count\": %s}", count.data);
	else
		reply_detail(response, 500, "Internal server error");
	text_free(&count);
}
