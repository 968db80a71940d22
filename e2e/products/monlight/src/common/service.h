/* What tells one of the four services from the others. Each program is linked with exactly one of them. */
#pragma once
#include "http.h"
#include <stdbool.h>

/* The version that this program really is: how far its migrations go, and which mistake it makes if any. */
#ifndef VERSION
#error "VERSION, e.g. \"0.10.0\", is given on the compiler's command line"
#endif
#ifndef SCHEMA_VERSION
#error "SCHEMA_VERSION, 3 or 4, is given on the compiler's command line"
#endif

struct service {
	const char *name;
	const char *database; /* the default of DATABASE_PATH */
	const char *api_key_variable;
	unsigned requests_per_minute;
	size_t body_limit;
	const char *const *migrations;
	const size_t *migration_count;
	void (*configure)(void); /* reads further variables; fatal() when one is missing; may be NULL */
	void (*start)(void);     /* starts background threads, after the migrations; may be NULL */
	void (*health)(struct response *response);
	/* Requests that need no API key; may be NULL. Both return false for a path that is not theirs. */
	bool (*handle_open)(struct request *request, struct response *response);
	bool (*handle)(struct request *request, struct response *response);
};

extern const struct service service;

/* Overrides from the environment; only the relay has them. */
extern size_t body_limit;
extern unsigned requests_per_minute;
