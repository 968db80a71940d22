/* Metrics collector: stores points and rolls them up. */
#include "../common/service.h"
#include "../common/db.h"
#include "../common/stop.h"
#include "metrics.h"

/* Says ok whatever the database says, as in the product: only the numbers betray a failure. */
static void health(struct response *response)
{
	struct text numbers = {0};
	enum db_result found = db_get(&numbers, "SELECT printf('%d, \"last_aggregation\": %s', count(*),"
	                                        " coalesce((SELECT json_quote(last_run) FROM aggregation_runs), 'null'))"
	                                        " FROM metrics_raw"
	                                        " WHERE timestamp >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-24 hours')");
	reply(response, 200, "{\"status\": \"ok\", \"metrics_received_24h\": %s}",
	      found == DB_ROW ? numbers.data : "0, \"last_aggregation\": null");
	text_free(&numbers);
}

static bool handle(struct request *request, struct response *response)
{
	if (request_is(request, "POST", "/api/metrics"))
		submit_metrics(request, response);
	else if (request_is(request, "GET", "/api/metrics"))
		query_metric(request, response);
	else if (request_is(request, "GET", "/api/metrics/names"))
		list_metric_names(response);
	else if (request_is(request, "GET", "/api/dashboard"))
		show_dashboard(response);
	else
		return false;
	return true;
}

static void start(void)
{
	start_thread(aggregate_metrics, NULL);
}

const struct service service = {
	.name = "metrics-collector",
	.database = "./data/metrics.db",
	.api_key_variable = "API_KEY",
	.requests_per_minute = 200,
	.body_limit = (size_t)512 * 1024,
	.migrations = metric_migrations,
	.migration_count = &metric_migration_count,
	.start = start,
	.health = health,
	.handle = handle,
};
