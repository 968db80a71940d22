#include "errors.h"
#include "../common/db.h"
#include "../common/log.h"
#include "../common/service.h"

#if SCHEMA_VERSION >= 4
#define ENVIRONMENT_FIELD ""
#define ENVIRONMENT_FILTER ""
#else
#define ENVIRONMENT_FIELD ", 'environment', environment"
#define ENVIRONMENT_FILTER " AND (?6 IS NULL OR environment = ?6)"
#endif

/* Long messages are cut in the list, or 200 of them would not fit into the container's memory. */
#define FIELDS                                                                                                         \
	"'id', id, 'fingerprint', fingerprint, 'project', project" ENVIRONMENT_FIELD ", 'exception_type', exception_type,"  \
	" 'message', substr(message, 1, 500), 'count', count, 'first_seen', first_seen, 'last_seen', last_seen,"            \
	" 'resolved', json(CASE resolved WHEN 0 THEN 'false' ELSE 'true' END)"

#define FILTER                                                                                                         \
	" WHERE (?1 IS NULL OR project = ?1) AND (?2 IS NULL OR resolved = (?2 = 'true'))"                                  \
	" AND (?3 IS NULL OR instr(lower(exception_type || ' ' || message), lower(?3)) > 0)" ENVIRONMENT_FILTER

#define LIMIT "max(0, min(200, CAST(coalesce(?4, '50') AS INTEGER)))"
#define OFFSET "max(0, CAST(coalesce(?5, '0') AS INTEGER))"

void list_errors(struct request *request, struct response *response)
{
	char project[128], resolved[8], search[256], limit[12], offset[12], environment[64];
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('errors', (SELECT json_group_array(json_object(" FIELDS "))"
	                   " FROM (SELECT * FROM errors" FILTER " ORDER BY last_seen DESC, id DESC LIMIT " LIMIT
	                   " OFFSET " OFFSET ")), 'total', (SELECT count(*) FROM errors" FILTER
	                   "), 'limit', " LIMIT ", 'offset', " OFFSET ")",
	                   request_parameter(request, "project", project, sizeof project),
	                   request_parameter(request, "resolved", resolved, sizeof resolved),
	                   request_parameter(request, "search", search, sizeof search),
	                   request_parameter(request, "limit", limit, sizeof limit),
	                   request_parameter(request, "offset", offset, sizeof offset),
	                   request_parameter(request, "environment", environment, sizeof environment)));
}

void show_error(const char *id, struct response *response)
{
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('error', json_object(" FIELDS ", 'traceback', traceback), 'occurrences',"
	                   " (SELECT json_group_array(json_object('id', o.id, 'timestamp', timestamp, 'request_url',"
	                   " request_url, 'request_method', request_method, 'request_headers', request_headers,"
	                   " 'user_id', user_id, 'extra', extra)) FROM error_occurrences o WHERE error_id = errors.id))"
	                   " FROM errors WHERE id = ?1",
	                   id));
}

void resolve_error(const char *id, struct response *response)
{
	enum db_result found = db_get(NULL,
	                              "UPDATE errors SET resolved = 1, resolved_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
	                              " WHERE id = ?1 RETURNING id",
	                              id);
	if (found == DB_ROW) {
		reply(response, 200, "{\"status\": \"resolved\"}");
		log_info("error %s resolved", id);
	} else
		reply_found(response, found);
}

void list_projects(struct response *response)
{
	reply_found(response, db_get(&response->body, "SELECT json_object('projects', (SELECT json_group_array(project)"
	                                              " FROM (SELECT DISTINCT project FROM errors ORDER BY project)))"));
}
