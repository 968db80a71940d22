#include "../common/env.h"
#include "relay.h"
#include <stdio.h>
#include <string.h>

static const char *origins = "";

void configure_cors(void)
{
	origins = env_or("CORS_ORIGINS", "");
}

/* The list is separated by commas; an origin has to match one of its entries exactly. */
static bool is_allowed(const char *origin)
{
	size_t length = strlen(origin);
	for (const char *entry = origins; length && *entry;) {
		entry += strspn(entry, ", ");
		size_t entry_length = strcspn(entry, ", ");
		if (entry_length == length && strncmp(entry, origin, length) == 0)
			return true;
		entry += entry_length;
	}
	return false;
}

void allow_origin(const struct request *request, struct response *response)
{
	char origin[257];
	if (!request_header(request, "Origin", origin, sizeof origin) || !is_allowed(origin))
		return;
	snprintf(response->headers, sizeof response->headers, "Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n", origin);
}

bool handle_preflight(struct request *request, struct response *response)
{
	if (strcmp(request->method, "OPTIONS") != 0 || strncmp(request->path, "/api/browser/", 13) != 0)
		return false;
	allow_origin(request, response);
	if (*response->headers) {
		size_t length = strlen(response->headers);
		snprintf(response->headers + length, sizeof response->headers - length,
		         "Access-Control-Allow-Methods: POST, OPTIONS\r\n"
		         "Access-Control-Allow-Headers: X-Monlight-Key, Content-Type\r\n"
		         "Access-Control-Max-Age: 86400\r\n");
	}
	response->status = 204;
	return true;
}
