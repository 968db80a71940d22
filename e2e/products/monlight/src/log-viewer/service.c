/* Log viewer: indexes the log files of the machine's containers. */
#include "../common/service.h"
#include "../common/db.h"
#include "../common/env.h"
#include "../common/stop.h"
#include "logs.h"

/* The only one of the four whose health can fail. */
static void health(struct response *response)
{
	struct text numbers = {0};
	enum db_result found = db_get(&numbers, "SELECT printf('%d, \"last_ingest\": %s', count(*),"
	                                        " coalesce((SELECT json_quote(max(updated_at)) FROM cursors), 'null'))"
	                                        " FROM log_entries");
	if (found == DB_ROW)
		reply(response, 200, "{\"status\": \"ok\", \"logs_indexed\": %s}", numbers.data);
	else
		reply_detail(response, 500, "Internal server error");
	text_free(&numbers);
}

static bool handle(struct request *request, struct response *response)
{
	if (request_is(request, "GET", "/api/logs"))
		query_logs(request, response);
	else if (request_is(request, "GET", "/api/logs/tail"))
		tail_logs(request, response);
	else if (request_is(request, "GET", "/api/containers"))
		list_containers(response);
	else if (request_is(request, "GET", "/api/stats"))
		show_stats(response);
	else
		return false;
	return true;
}

static void configure(void)
{
	/* The product's documentation calls it optional, its code does not. */
	wanted_containers = env_required("CONTAINERS");
}

static void start(void)
{
	start_thread(follow_logs, NULL);
}

const struct service service = {
	.name = "log-viewer",
	.database = "./data/logs.db",
	.api_key_variable = "API_KEY",
	.requests_per_minute = 60,
	.body_limit = 65536,
	.migrations = log_migrations,
	.migration_count = &log_migration_count,
	.configure = configure,
	.start = start,
	.health = health,
	.handle = handle,
};
