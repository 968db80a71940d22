/* The parts of the browser relay. */
#pragma once
#include "../common/http.h"
#include <stdbool.h>

extern const char *const relay_migrations[];
extern const size_t relay_migration_count;

struct upstream {
	const char *url;
	const char *api_key;
};
extern struct upstream error_tracker, metrics_collector;

/* Admin requests: keys and source maps. False for a path that is not theirs. */
bool handle_dsn_keys(struct request *request, struct response *response);
bool handle_source_maps(struct request *request, struct response *response);

/* Requests of browsers, with a DSN key: POST /api/browser/errors and /api/browser/metrics. */
bool handle_browser(struct request *request, struct response *response);

/* Answers preflights, and adds the headers of an allowed origin to any answer. */
void configure_cors(void);
bool handle_preflight(struct request *request, struct response *response);
void allow_origin(const struct request *request, struct response *response);
