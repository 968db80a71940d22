#include "errors.h"
#include "../common/db.h"
#include "../common/json.h"
#include "../common/log.h"
#include "../common/service.h"

#if SCHEMA_VERSION >= 4
#define ENVIRONMENT_COLUMN ""
#define ENVIRONMENT_VALUE ""
#define KEPT_OCCURRENCES "3"
#else
#define ENVIRONMENT_COLUMN ", environment"
#define ENVIRONMENT_VALUE ", coalesce(json_extract(?1, '$.environment'), 'prod')"
#define KEPT_OCCURRENCES "5"
#endif

#ifdef MISTAKE_SUBMIT
/* The column moved to the occurrences in the code, but in no migration: every report of an error fails. */
#define MISPLACED_COLUMN ", environment"
#define MISPLACED_VALUE ", json_extract(?1, '$.environment')"
#else
#define MISPLACED_COLUMN ""
#define MISPLACED_VALUE ""
#endif

static enum db_result count_again(const char *hex, struct text *id)
{
	return db_get(id,
	              "UPDATE errors SET count = count + 1, last_seen = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),"
	              " resolved = 0, resolved_at = NULL WHERE fingerprint = ?1 RETURNING id",
	              hex);
}

static enum db_result create(const char *body, const char *hex, struct text *id)
{
	return db_get(id,
	              "INSERT INTO errors (fingerprint, project, exception_type, message, traceback" ENVIRONMENT_COLUMN ")"
	              " SELECT ?2, json_extract(?1, '$.project'), json_extract(?1, '$.exception_type'),"
	              " json_extract(?1, '$.message'), json_extract(?1, '$.traceback')" ENVIRONMENT_VALUE " RETURNING id",
	              body, hex);
}

static bool add_occurrence(const char *body, const char *id)
{
	return db_get(NULL,
	              "INSERT INTO error_occurrences (error_id, request_url, request_method, request_headers, user_id,"
	              " extra, traceback" MISPLACED_COLUMN ") SELECT ?2, json_extract(?1, '$.request_url'),"
	              " json_extract(?1, '$.request_method'), json_extract(?1, '$.request_headers'),"
	              " json_extract(?1, '$.user_id'), json_extract(?1, '$.extra'),"
	              " json_extract(?1, '$.traceback')" MISPLACED_VALUE,
	              body, id) != DB_ERROR &&
	       db_get(NULL,
	              "DELETE FROM error_occurrences WHERE error_id = ?1 AND id NOT IN (SELECT id FROM error_occurrences"
	              " WHERE error_id = ?1 ORDER BY id DESC LIMIT " KEPT_OCCURRENCES ")",
	              id) != DB_ERROR;
}

/* Counts or creates the group and keeps the occurrence, or does neither. Returns the status to answer with. */
static int store(const char *body, const char *hex, struct text *id, struct text *count)
{
	if (!db_begin())
		return 500;
	enum db_result known = count_again(hex, id);
	enum db_result stored = known == DB_DONE ? create(body, hex, id) : known;
	bool done = stored == DB_ROW && add_occurrence(body, id->data) &&
	            db_get(count, "SELECT count FROM errors WHERE id = ?1", id->data) == DB_ROW;
	if (!db_end(done))
		return 500;
	return known == DB_ROW ? 200 : 201;
}

static void submit_checked(const char *body, const char *hex, const char *project, struct response *response)
{
	struct text id = {0}, count = {0};
	int status = store(body, hex, &id, &count);
	if (status == 500)
		reply_detail(response, 500, "Internal server error");
	else if (status == 200)
		reply(response, 200, "{\"status\": \"existing\", \"fingerprint\": \"%s\", \"count\": %s}", hex, count.data);
	else {
		reply(response, 201, "{\"status\": \"created\", \"fingerprint\": \"%s\", \"id\": %s}", hex, id.data);
		log_info("new error in project '%.100s' (id %s, fingerprint %s)", project, id.data, hex);
	}
	text_free(&id);
	text_free(&count);
}

void submit_error(struct request *request, struct response *response)
{
	struct text project = {0}, type = {0}, traceback = {0};
	if (body_is_json(request, response) && body_has(request, response, "project", &project) &&
	    body_has(request, response, "exception_type", &type) && body_has(request, response, "message", NULL) &&
	    body_has(request, response, "traceback", &traceback)) {
		char hex[33];
		fingerprint(project.data ? project.data : "", type.data ? type.data : "",
		            traceback.data ? traceback.data : "", hex);
		submit_checked(request->body, hex, project.data ? project.data : "", response);
	}
	text_free(&project);
	text_free(&type);
	text_free(&traceback);
}
