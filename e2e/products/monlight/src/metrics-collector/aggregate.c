#include "../common/db.h"
#include "../common/env.h"
#include "../common/log.h"
#include "../common/stop.h"
#include "metrics.h"
#include <stdio.h>
#include <stdlib.h>

/* Hours and retention are looked after once in so many runs. */
#define RUNS_PER_ROLLUP 60

/* Whole minutes only, always recomputed from all raw points that are kept: running it twice changes nothing. */
static const char *const minutes =
   "INSERT OR REPLACE INTO metrics_aggregated"
   " (bucket, resolution, name, labels, type, count, sum, min, max, avg, p50, p95, p99)"
   " WITH points AS (SELECT strftime('%Y-%m-%dT%H:%M:00Z', timestamp) AS bucket, name, labels, type, value"
   " FROM metrics_raw WHERE timestamp < strftime('%Y-%m-%dT%H:%M:00Z', 'now')),"
   " ranked AS (SELECT *, row_number() OVER (PARTITION BY bucket, name, labels, type ORDER BY value) AS rank,"
   " count(*) OVER (PARTITION BY bucket, name, labels, type) AS total FROM points)"
   " SELECT bucket, 'minute', name, labels, type, count(*), sum(value), min(value), max(value), avg(value),"
   " max(value) FILTER (WHERE type = 'histogram' AND rank = (total * 50 + 99) / 100),"
   " max(value) FILTER (WHERE type = 'histogram' AND rank = (total * 95 + 99) / 100),"
   " max(value) FILTER (WHERE type = 'histogram' AND rank = (total * 99 + 99) / 100)"
   " FROM ranked GROUP BY bucket, name, labels, type";

static const char *const hours =
   "INSERT OR REPLACE INTO metrics_aggregated"
   " (bucket, resolution, name, labels, type, count, sum, min, max, avg, p50, p95, p99)"
   " SELECT strftime('%Y-%m-%dT%H:00:00Z', bucket), 'hour', name, labels, type, sum(count), sum(sum), min(min),"
   " max(max), sum(sum) / sum(count), avg(p50), avg(p95), avg(p99) FROM metrics_aggregated"
   " WHERE resolution = 'minute' AND bucket < strftime('%Y-%m-%dT%H:00:00Z', 'now')"
   " GROUP BY 1, name, labels, type";

static void age(char modifier[32], const char *variable, long fallback, const char *unit)
{
	/* The product accepts the number with or without its unit: 1h, 24h, 30d. */
	long count = strtol(env_or(variable, "0"), NULL, 10);
	snprintf(modifier, 32, "-%ld %s", count > 0 ? count : fallback, unit);
}

static bool remove_old(void)
{
	char raw[32], minute[32], hourly[32];
	age(raw, "RETENTION_RAW", 1, "hours");
	age(minute, "RETENTION_MINUTE", 24, "hours");
	age(hourly, "RETENTION_HOURLY", 30, "days");
	return db_get(NULL, "DELETE FROM metrics_raw WHERE timestamp < strftime('%Y-%m-%dT%H:%M:00Z', 'now', ?1)", raw) !=
	          DB_ERROR &&
	       db_get(NULL,
	              "DELETE FROM metrics_aggregated WHERE bucket < strftime('%Y-%m-%dT%H:00:00Z', 'now',"
	              " CASE resolution WHEN 'minute' THEN ?1 ELSE ?2 END)",
	              minute, hourly) != DB_ERROR;
}

static void run_once(unsigned long run)
{
	if (!db_begin())
		return;
	bool done = db_get(NULL, minutes) != DB_ERROR &&
	            db_get(NULL, "INSERT OR REPLACE INTO aggregation_runs (id, last_run)"
	                         " VALUES (1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))") != DB_ERROR;
	if (done && run % RUNS_PER_ROLLUP == 0)
		done = db_get(NULL, hours) != DB_ERROR && remove_old();
	if (!db_end(done))
		log_error("aggregation failed");
}

void *aggregate_metrics(void *argument)
{
	(void)argument;
	unsigned interval = (unsigned)env_number("AGGREGATION_INTERVAL", 60, 1, 86400);
	for (unsigned long run = 1; !stopped_within(interval); run++)
		run_once(run);
	return NULL;
}
