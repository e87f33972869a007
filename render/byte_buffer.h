/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing array of bytes that a painter writes to. The first allocation that
 * fails sets `failed`; whatever is appended later is dropped.
 */
#ifndef RENDER_BYTE_BUFFER_H
#define RENDER_BYTE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_buffer {
	unsigned char *bytes; /* malloc'ed; whoever takes it frees it */
	size_t size, capacity;
	bool failed;
};

void byte_buffer_release(struct byte_buffer *buffer);
void byte_buffer_append(struct byte_buffer *buffer, const void *bytes, size_t size);
void byte_buffer_text(struct byte_buffer *buffer, const char *text);
void byte_buffer_printf(struct byte_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* In decimal digits. */
void byte_buffer_number(struct byte_buffer *buffer, int64_t number);

#endif
