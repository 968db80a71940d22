/* Who may ask, and how often. */
#pragma once
#include "http.h"

/* Compares X-API-Key or ?api_key= with `key`. As in the product an empty header equals an empty key, so a stack
 * whose key resolved to "" is open; a request without either is refused all the same. */
bool has_api_key(const struct request *request, const char *key);

/* Counts a request of `client`; the seconds to wait when it has used up `limit` in its minute, otherwise 0. */
unsigned seconds_to_wait(const char *client, unsigned limit);
