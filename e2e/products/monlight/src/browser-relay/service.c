/* Browser relay: takes reports from browsers and hands them to the services that keep them. */
#include "../common/service.h"
#include "../common/db.h"
#include "../common/env.h"
#include "../common/log.h"
#include "../common/stop.h"
#include "relay.h"
#include <stdio.h>
#include <string.h>

#define DAY (24 * 60 * 60)

struct upstream error_tracker, metrics_collector;

static void configure(void)
{
	error_tracker = (struct upstream){env_required("ERROR_TRACKER_URL"), env_required("ERROR_TRACKER_API_KEY")};
	metrics_collector =
	   (struct upstream){env_required("METRICS_COLLECTOR_URL"), env_required("METRICS_COLLECTOR_API_KEY")};
	body_limit = (size_t)env_number("MAX_BODY_SIZE", 65536, 1024, 1024 * 1024);
	requests_per_minute = (unsigned)env_number("RATE_LIMIT", 300, 1, 1000000);
	configure_cors();
}

/* DSN_KEYS is `key:project,key:project`: keys that are there from the first start on. */
static void add_configured_keys(void)
{
	char key[65], project[101];
	for (const char *entry = env_or("DSN_KEYS", ""); *entry;) {
		if (sscanf(entry, "%64[0-9a-fA-F]:%100[^,]", key, project) == 2)
			db_get(NULL, "INSERT OR IGNORE INTO dsn_keys (public_key, project) VALUES (?1, ?2)", key, project);
		else
			log_warning("ignoring an entry of DSN_KEYS that is not key:project");
		entry += strcspn(entry, ",");
		entry += strspn(entry, ", ");
	}
}

static void *remove_old_maps(void *argument)
{
	(void)argument;
	char age[32];
	snprintf(age, sizeof age, "-%ld days", env_number("RETENTION_DAYS", 90, 1, 36500));
	do {
		db_get(NULL, "DELETE FROM source_maps WHERE uploaded_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?1)", age);
	} while (!stopped_within(DAY));
	return NULL;
}

static void start(void)
{
	add_configured_keys();
	start_thread(remove_old_maps, NULL);
}

/* A constant, as in the product: it tells nothing about the database or the services behind it. */
static void health(struct response *response)
{
	reply(response, 200, "{\"status\": \"ok\"}");
}

static bool handle_open(struct request *request, struct response *response)
{
	return handle_preflight(request, response) || handle_browser(request, response);
}

static bool handle(struct request *request, struct response *response)
{
	return handle_dsn_keys(request, response) || handle_source_maps(request, response);
}

const struct service service = {
	.name = "browser-relay",
	.database = "./data/browser-relay.db",
	.api_key_variable = "ADMIN_API_KEY",
	.requests_per_minute = 300,
	.body_limit = 65536,
	.migrations = relay_migrations,
	.migration_count = &relay_migration_count,
	.configure = configure,
	.start = start,
	.health = health,
	.handle_open = handle_open,
	.handle = handle,
};
