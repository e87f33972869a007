/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of one lifetime: many small allocations, one release.
 *
 * Blocks double from 4 KiB up to 1 MiB; pointers stay valid until
 * arena_release. Returns NULL when memory is exhausted, never aborts.
 */
#ifndef ANALYZER_BASE_ARENA_H
#define ANALYZER_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	char *next;		    /* first free byte of the newest block */
	char *end;
	size_t bytes_reserved; /* sum of all blocks, for the memory report */
};

/* An all-zero struct arena is initialized; arena_init says so visibly. */
void arena_init(struct arena *arena);
void arena_release(struct arena *arena);

/* size bytes, aligned for any object; zeroed by arena_calloc. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_calloc(struct arena *arena, size_t size);

/* A NUL-terminated copy of text[0..length). */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text);

/* snprintf into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
