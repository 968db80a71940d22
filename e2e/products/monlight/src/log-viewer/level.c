#include "logs.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

struct word {
	const char *text;
	const char *level;
};

static const struct word words[] = {
	{"trace", "DEBUG"},   {"debug", "DEBUG"},      {"info", "INFO"},      {"notice", "INFO"},
	{"warn", "WARNING"},  {"warning", "WARNING"},  {"error", "ERROR"},    {"err", "ERROR"},
	{"fatal", "CRITICAL"}, {"critical", "CRITICAL"}, {"panic", "CRITICAL"},
};

static const char *level_of(const char *start, size_t length)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].text) == length && strncasecmp(words[i].text, start, length) == 0)
			return words[i].level;
	return NULL;
}

static size_t word_length(const char *start)
{
	size_t length = 0;
	while (isalpha((unsigned char)start[length]))
		length++;
	return length;
}

/* The level after the first `opening` that is followed by one, and then by `closing` unless that is 0. */
static const char *level_after(const char *message, const char *opening, char closing)
{
	for (const char *found = message; (found = strcasestr(found, opening)); found++) {
		const char *start = found + strlen(opening);
		start += strspn(start, closing == '"' ? " \"" : "");
		size_t length = word_length(start);
		const char *level = level_of(start, length);
		if (level && (!closing || start[length] == closing))
			return level;
	}
	return NULL;
}

const char *detect_level(const char *message, const char *stream)
{
	const char *level = level_after(message, "\"level\":", '"');
	if (!level)
		level = level_after(message, "[", ']');
	if (!level)
		level = level_after(message, "level=", 0);
	size_t length = word_length(message);
	if (!level && message[length] == ':')
		level = level_of(message, length);
	if (!level)
		level = strcmp(stream, "stderr") == 0 ? "ERROR" : "INFO";
	return level;
}
