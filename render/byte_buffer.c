/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/byte_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void byte_buffer_release(struct byte_buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct byte_buffer){0};
}

static bool reserve(struct byte_buffer *buffer, size_t size)
{
	size_t capacity = buffer->capacity ? buffer->capacity : 16384;
	unsigned char *bytes;

	if (buffer->failed || size > SIZE_MAX / 2 - buffer->size) {
		buffer->failed = true;
		return false;
	}
	while (capacity < buffer->size + size) {
		capacity *= 2;
	}
	if (capacity == buffer->capacity) {
		return true;
	}
	bytes = realloc(buffer->bytes, capacity);
	if (!bytes) {
		buffer->failed = true;
		return false;
	}
	buffer->bytes = bytes;
	buffer->capacity = capacity;
	return true;
}

void byte_buffer_append(struct byte_buffer *buffer, const void *bytes, size_t size)
{
	if (size > 0 && reserve(buffer, size)) {
		memcpy(buffer->bytes + buffer->size, bytes, size);
		buffer->size += size;
	}
}

void byte_buffer_text(struct byte_buffer *buffer, const char *text)
{
	byte_buffer_append(buffer, text, strlen(text));
}

void byte_buffer_printf(struct byte_buffer *buffer, const char *format, ...)
{
	char text[512];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(text)) {
		buffer->failed = true; /* numbers only: longer texts go through byte_buffer_text */
		return;
	}
	byte_buffer_append(buffer, text, (size_t)length);
}

void byte_buffer_number(struct byte_buffer *buffer, int64_t number)
{
	char text[24], *digit = text + sizeof(text);
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do {
		*--digit = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0) {
		*--digit = '-';
	}
	byte_buffer_append(buffer, digit, (size_t)(text + sizeof(text) - digit));
}
