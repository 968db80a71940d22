/* Reading requests and writing responses, without any I/O. */
#include "http.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *status_text(int status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 404: return "Not Found";
	case 411: return "Length Required";
	case 413: return "Payload Too Large";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 502: return "Bad Gateway";
	case 503: return "Service Unavailable";
	default: return "Internal Server Error";
	}
}

bool request_is(const struct request *request, const char *method, const char *path)
{
	return strcmp(request->method, method) == 0 && strcmp(request->path, path) == 0;
}

bool request_has_id(const struct request *request, const char *method, const char *prefix, const char *suffix,
                    char id[20])
{
	size_t prefix_length = strlen(prefix);
	if (strcmp(request->method, method) != 0 || strncmp(request->path, prefix, prefix_length) != 0)
		return false;
	const char *digits = request->path + prefix_length;
	size_t length = strspn(digits, "0123456789");
	if (length == 0 || length > 18 || strcmp(digits + length, suffix) != 0)
		return false;
	memcpy(id, digits, length);
	id[length] = '\0';
	return true;
}

const char *request_header(const struct request *request, const char *name, char *value, size_t size)
{
	size_t name_length = strlen(name);
	for (const char *line = request->headers; *line;) {
		const char *end = strstr(line, "\r\n");
		if (!end)
			return NULL;
		if (strncasecmp(line, name, name_length) == 0 && line[name_length] == ':') {
			const char *start = line + name_length + 1;
			while (start < end && (*start == ' ' || *start == '\t'))
				start++;
			while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
				end--;
			snprintf(value, size, "%.*s", (int)(end - start), start);
			return value;
		}
		line = end + 2;
	}
	return NULL;
}

static void decode(const char *from, const char *end, char *value, size_t size)
{
	size_t length = 0;
	while (from < end && length + 1 < size) {
		char code[3] = {0};
		if (*from == '%' && end - from > 2) {
			memcpy(code, from + 1, 2);
			char *stopped;
			long decoded = strtol(code, &stopped, 16);
			if (*stopped == '\0' && decoded > 0) {
				value[length++] = (char)decoded;
				from += 3;
				continue;
			}
		}
		value[length++] = *from == '+' ? ' ' : *from;
		from++;
	}
	value[length] = '\0';
}

const char *request_parameter(const struct request *request, const char *name, char *value, size_t size)
{
	size_t name_length = strlen(name);
	for (const char *part = request->query; *part;) {
		const char *end = strchrnul(part, '&');
		if (strncmp(part, name, name_length) == 0 && part[name_length] == '=') {
			decode(part + name_length + 1, end, value, size);
			return value;
		}
		part = *end ? end + 1 : end;
	}
	return NULL;
}

void reply(struct response *response, int status, const char *format, ...)
{
	va_list args;
	char line[2048];
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	text_clear(&response->body);
	text_add(&response->body, line, strlen(line));
	response->status = status;
}

void reply_detail(struct response *response, int status, const char *detail)
{
	reply(response, status, "{\"detail\": \"%s\"}", detail);
}

void reply_found(struct response *response, int found)
{
	if (found < 0 || response->body.full)
		reply_detail(response, 500, "Internal server error");
	else if (found == 0)
		reply_detail(response, 404, "Not found");
	else
		response->status = 200;
}
