#include "../common/db.h"
#include "logs.h"

#define FIELDS                                                                                                         \
	"'id', id, 'timestamp', timestamp, 'container', container, 'stream', stream, 'level', level,"                       \
	" 'message', substr(message, 1, 4000)"

#define FILTER                                                                                                         \
	" WHERE (?1 IS NULL OR container = ?1) AND (?2 IS NULL OR level = upper(?2))"                                       \
	" AND (?3 IS NULL OR id IN (SELECT rowid FROM log_entries_fts WHERE log_entries_fts MATCH ?3))"                     \
	" AND (?4 IS NULL OR timestamp >= ?4) AND (?5 IS NULL OR timestamp <= ?5)"

#define LIMIT "max(0, min(500, CAST(coalesce(?6, '100') AS INTEGER)))"
#define OFFSET "max(0, CAST(coalesce(?7, '0') AS INTEGER))"

static const char *search_of(const struct request *request, char *search, size_t size)
{
	const char *found = request_parameter(request, "search", search, size);
	if (!found)
		found = request_parameter(request, "q", search, size);
	return found && *found ? found : NULL;
}

void query_logs(struct request *request, struct response *response)
{
	char container[128], level[16], search[256], since[40], until[40], limit[12], offset[12];
	const char *wanted = search_of(request, search, sizeof search);
	if (wanted && db_get(NULL, "SELECT count(*) FROM log_entries_fts WHERE log_entries_fts MATCH ?1", wanted) == DB_ERROR) {
		reply_detail(response, 400, "Invalid search query");
		return;
	}
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('logs', (SELECT json_group_array(json_object(" FIELDS "))"
	                   " FROM (SELECT * FROM log_entries" FILTER " ORDER BY id DESC LIMIT " LIMIT " OFFSET " OFFSET ")),"
	                   " 'total', (SELECT count(*) FROM log_entries" FILTER "), 'limit', " LIMIT ", 'offset', " OFFSET ")",
	                   request_parameter(request, "container", container, sizeof container),
	                   request_parameter(request, "level", level, sizeof level), wanted,
	                   request_parameter(request, "since", since, sizeof since),
	                   request_parameter(request, "until", until, sizeof until),
	                   request_parameter(request, "limit", limit, sizeof limit),
	                   request_parameter(request, "offset", offset, sizeof offset)));
}

void list_containers(struct response *response)
{
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('containers', (SELECT json_group_array(json_object('name', container,"
	                   " 'log_count', n)) FROM (SELECT container, count(*) AS n FROM log_entries GROUP BY container)))"));
}

void show_stats(struct response *response)
{
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('total_logs', (SELECT count(*) FROM log_entries),"
	                   " 'oldest_log', (SELECT min(timestamp) FROM log_entries),"
	                   " 'newest_log', (SELECT max(timestamp) FROM log_entries),"
	                   " 'by_level', (SELECT json_group_object(level, n) FROM"
	                   " (SELECT level, count(*) AS n FROM log_entries GROUP BY level)),"
	                   " 'by_container', (SELECT json_group_object(container, n) FROM"
	                   " (SELECT container, count(*) AS n FROM log_entries GROUP BY container)))"));
}
