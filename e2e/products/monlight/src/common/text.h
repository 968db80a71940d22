/* A growable string with a hard limit: every buffer that a request can make longer is one of these. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct text {
	char *data; /* always zero-terminated once something was added */
	size_t length;
	size_t room;
	bool full; /* something did not fit below TEXT_LIMIT and was left out */
};

/* Without it one wide list query would grow past the 30 MB the container may use. */
#define TEXT_LIMIT ((size_t)4 * 1024 * 1024)

void text_add(struct text *text, const char *data, size_t length);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_clear(struct text *text);
void text_free(struct text *text);
