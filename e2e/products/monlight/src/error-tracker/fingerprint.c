#include "errors.h"
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Python: the last `File "…", line N` is where it was raised. */
static bool python_place(const char *traceback, struct text *place)
{
	const char *last = NULL;
	for (const char *found = traceback; (found = strstr(found, "File \"")); found++)
		last = found;
	char file[256];
	unsigned line;
	if (!last || sscanf(last, "File \"%255[^\"]\", line %u", file, &line) != 2)
		return false;
	text_addf(place, "%s:%u", file, line);
	return true;
}

/* JavaScript: the first `file:line:column` is. */
static bool javascript_place(const char *traceback, struct text *place)
{
	for (const char *colon = traceback; (colon = strchr(colon, ':')); colon++) {
		size_t line = strspn(colon + 1, "0123456789");
		if (line == 0 || colon[1 + line] != ':' || !isdigit((unsigned char)colon[2 + line]))
			continue;
		const char *start = colon;
		while (start > traceback && !strchr(" (@\n\t", start[-1]))
			start--;
		text_add(place, start, (size_t)(colon + 1 + line - start));
		return true;
	}
	return false;
}

static uint64_t hash(const struct text *text, uint64_t state)
{
	for (size_t i = 0; i < text->length; i++)
		state = (state ^ (unsigned char)text->data[i]) * 0x100000001b3;
	return state ^ (state >> 29);
}

void fingerprint(const char *project, const char *type, const char *traceback, char hex[33])
{
	struct text key = {0};
	text_addf(&key, "%s:%s:", project, type);
	if (!python_place(traceback, &key))
		javascript_place(traceback, &key);
	uint64_t first = hash(&key, 0xcbf29ce484222325);
	snprintf(hex, 33, "%016llx%016llx", (unsigned long long)first, (unsigned long long)hash(&key, ~first));
	text_free(&key);
}
