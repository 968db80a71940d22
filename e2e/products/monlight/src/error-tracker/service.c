/* Error tracker: collects exceptions and groups them by fingerprint. */
#include "../common/service.h"
#include "../common/db.h"
#include "../common/env.h"
#include "../common/log.h"
#include "../common/stop.h"
#include "errors.h"
#include <stdio.h>
#include <unistd.h>

#define DAY (24 * 60 * 60)

static void health(struct response *response)
{
#ifdef MISTAKE_UNHEALTHY
	/* Waits for a warm-up that nothing ever starts. */
	reply_detail(response, 503, "Warming up");
#else
	reply(response, 200, "{\"status\": \"ok\"}");
#endif
}

static bool handle(struct request *request, struct response *response)
{
	char id[20];
	if (request_is(request, "POST", "/api/errors"))
		submit_error(request, response);
	else if (request_is(request, "GET", "/api/errors"))
		list_errors(request, response);
	else if (request_has_id(request, "GET", "/api/errors/", "", id))
		show_error(id, response);
	else if (request_has_id(request, "POST", "/api/errors/", "/resolve", id))
		resolve_error(id, response);
	else if (request_is(request, "GET", "/api/projects"))
		list_projects(response);
	else
		return false;
	return true;
}

static void *remove_old(void *argument)
{
	(void)argument;
	char age[32];
	snprintf(age, sizeof age, "-%ld days", env_number("RETENTION_DAYS", 90, 1, 36500));
	do {
		db_get(NULL, "DELETE FROM errors WHERE resolved = 1 AND resolved_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?1)",
		       age);
	} while (!stopped_within(DAY));
	return NULL;
}

#ifdef MISTAKE_CRASH
/* Long enough to be seen healthy, short enough never to be mistaken for a stable start. */
#define SECONDS_UNTIL_CRASH 5

static void *crash(void *argument)
{
	(void)argument;
	if (!stopped_within(SECONDS_UNTIL_CRASH)) {
		log_error("alert worker: index 3 out of bounds for a list of 3");
		_exit(1);
	}
	return NULL;
}
#endif

static void start(void)
{
	start_thread(remove_old, NULL);
#ifdef MISTAKE_CRASH
	start_thread(crash, NULL);
#endif
}

const struct service service = {
	.name = "error-tracker",
	.database = "./data/errors.db",
	.api_key_variable = "API_KEY",
	.requests_per_minute = 100,
	.body_limit = (size_t)256 * 1024,
	.migrations = error_migrations,
	.migration_count = &error_migration_count,
	.start = start,
	.health = health,
	.handle = handle,
};
