/* Checks of request bodies; all parsing is SQLite's. */
#pragma once
#include "http.h"

/* Answers 400 and returns false when the body is not JSON. */
bool body_is_json(const struct request *request, struct response *response);
/* Appends the string at $.field to `value` (NULL: only checks); answers 400 and returns false when there is none. */
bool body_has(const struct request *request, struct response *response, const char *field, struct text *value);
