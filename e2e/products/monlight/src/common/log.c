#include "log.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One write per line, so that lines of different threads never mix. */
static void write_line(const char *prefix, const char *format, va_list args)
{
	char line[1024];
	size_t length = (size_t)snprintf(line, sizeof line, "%s: ", prefix);
	int added = vsnprintf(line + length, sizeof line - length - 1, format, args);
	if (added > 0)
		length += (size_t)added;
	if (length > sizeof line - 2)
		length = sizeof line - 2;
	line[length++] = '\n';
	ssize_t written = write(STDERR_FILENO, line, length);
	(void)written;
}

#define LOG_FUNCTION(name, prefix)                                                                                    \
	void name(const char *format, ...)                                                                                 \
	{                                                                                                                  \
		va_list args;                                                                                                   \
		va_start(args, format);                                                                                         \
		write_line(prefix, format, args);                                                                               \
		va_end(args);                                                                                                   \
	}

LOG_FUNCTION(log_info, "info")
LOG_FUNCTION(log_warning, "warning")
LOG_FUNCTION(log_error, "error")

void fatal(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	write_line("FATAL", format, args);
	va_end(args);
	exit(1);
}
