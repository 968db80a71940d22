#include "env.h"
#include "log.h"
#include <stdlib.h>

const char *env_required(const char *name)
{
	const char *value = getenv(name);
	if (!value)
		fatal("required environment variable '%s' is not set", name);
	return value;
}

const char *env_or(const char *name, const char *fallback)
{
	const char *value = getenv(name);
	return value && *value ? value : fallback;
}

long env_number(const char *name, long fallback, long lowest, long highest)
{
	const char *value = getenv(name);
	if (!value || !*value)
		return fallback;
	char *end;
	long number = strtol(value, &end, 10);
	if (*end == '\0' && number >= lowest && number <= highest)
		return number;
	log_warning("ignoring %s='%s', using %ld", name, value, fallback);
	return fallback;
}
