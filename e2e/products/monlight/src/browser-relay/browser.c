#include "../common/db.h"
#include "../common/forward.h"
#include "../common/json.h"
#include "../common/log.h"
#include "../common/service.h"
#include "relay.h"

#if SCHEMA_VERSION >= 4
#define ENVIRONMENT ""
#else
#define ENVIRONMENT ", 'environment', coalesce(json_extract(?1, '$.environment'), 'prod')"
#endif

/* The report as the error tracker wants it. */
static const char *const to_error =
   "SELECT json_object('project', ?2, 'exception_type', json_extract(?1, '$.type'), 'message',"
   " json_extract(?1, '$.message'), 'traceback', json_extract(?1, '$.stack')" ENVIRONMENT ", 'request_url',"
   " json_extract(?1, '$.url'), 'request_method', 'BROWSER', 'extra', json_object('user_agent',"
   " json_extract(?1, '$.user_agent'), 'session_id', json_extract(?1, '$.session_id'), 'release',"
   " json_extract(?1, '$.release'), 'context', json_extract(?1, '$.context')))";

/* The points as the metrics collector wants them, each labelled with where it comes from. */
static const char *const to_metrics =
   "SELECT json_group_array(json_set(value, '$.labels', json_patch(coalesce(json_extract(value, '$.labels'), '{}'),"
   " json_object('project', ?2, 'source', 'browser', 'session_id', json_extract(?1, '$.session_id')))))"
   " FROM json_each(?1, '$.metrics') WHERE type = 'object'"
   " AND coalesce(json_type(value, '$.labels'), 'object') = 'object'";

static bool find_project(const struct request *request, struct response *response, struct text *project)
{
	char key[65];
	enum db_result found = DB_DONE;
	if (request_header(request, "X-Monlight-Key", key, sizeof key))
		found = db_get(project, "SELECT project FROM dsn_keys WHERE public_key = ?1 AND active = 1", key);
	if (found == DB_ERROR)
		reply_detail(response, 500, "Internal server error");
	else if (found == DB_DONE)
		reply_detail(response, 401, "Invalid DSN key");
	return found == DB_ROW;
}

static void count_forwarded(const char *project)
{
#if SCHEMA_VERSION >= 4
	db_get(NULL,
	       "INSERT INTO relay_counts (project, forwarded) VALUES (?1, 1)"
	       " ON CONFLICT (project) DO UPDATE SET forwarded = forwarded + 1",
	       project);
#else
	(void)project;
#endif
}

/* Sends `body` on and passes the upstream's answer back; what the upstream refuses is our 502. */
static void pass_on(const struct upstream *upstream, const char *path, const struct text *body, const char *project,
                    struct response *response)
{
	struct text answer = {0};
	int status = forward(upstream->url, path, upstream->api_key, body, &answer);
	if (status >= 200 && status < 300 && answer.data) {
		text_clear(&response->body);
		text_add(&response->body, answer.data, answer.length);
		response->status = status;
		count_forwarded(project);
	} else {
		if (status)
			log_warning("%s%s returned status %d", upstream->url, path, status);
		else
			log_warning("failed to forward to %s%s", upstream->url, path);
		reply_detail(response, 502, "Upstream error");
	}
	text_free(&answer);
}

static void forward_error(struct request *request, struct response *response, const char *project)
{
	struct text body = {0};
	if (!body_is_json(request, response) || !body_has(request, response, "type", NULL) ||
	    !body_has(request, response, "message", NULL) || !body_has(request, response, "stack", NULL))
		return;
	if (db_get(&body, to_error, request->body, project) == DB_ROW)
		pass_on(&error_tracker, "/api/errors", &body, project, response);
	else
		reply_detail(response, 500, "Internal server error");
	text_free(&body);
}

static void forward_metrics(struct request *request, struct response *response, const char *project)
{
	struct text body = {0};
	if (!body_is_json(request, response))
		return;
	if (db_get(NULL, "SELECT 1 WHERE json_type(?1, '$.metrics') = 'array'", request->body) != DB_ROW)
		reply_detail(response, 400, "Missing required field: metrics");
	else if (db_get(&body, to_metrics, request->body, project) == DB_ROW)
		pass_on(&metrics_collector, "/api/metrics", &body, project, response);
	else
		reply_detail(response, 500, "Internal server error");
	text_free(&body);
}

bool handle_browser(struct request *request, struct response *response)
{
	bool is_error = request_is(request, "POST", "/api/browser/errors");
	if (!is_error && !request_is(request, "POST", "/api/browser/metrics"))
		return false;
	struct text project = {0};
	allow_origin(request, response);
	if (find_project(request, response, &project)) {
		const char *name = project.data ? project.data : "";
		if (is_error)
			forward_error(request, response, name);
		else
			forward_metrics(request, response, name);
	}
	text_free(&project);
	return true;
}
