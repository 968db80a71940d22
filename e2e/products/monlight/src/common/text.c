#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(struct text *text, size_t length)
{
	size_t needed = text->length + length + 1;
	if (text->full || needed > TEXT_LIMIT) {
		text->full = true;
		return false;
	}
	if (needed <= text->room)
		return true;
	size_t room = text->room ? text->room * 2 : 256;
	while (room < needed)
		room *= 2;
	char *data = realloc(text->data, room);
	if (!data) {
		text->full = true;
		return false;
	}
	text->data = data;
	text->room = room;
	return true;
}

void text_add(struct text *text, const char *data, size_t length)
{
	if (!make_room(text, length))
		return;
	memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || !make_room(text, (size_t)length))
		return;
	va_start(args, format);
	vsnprintf(text->data + text->length, (size_t)length + 1, format, args);
	va_end(args);
	text->length += (size_t)length;
}

void text_clear(struct text *text)
{
	text->length = 0;
	text->full = false;
	if (text->data)
		text->data[0] = '\0';
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){0};
}
