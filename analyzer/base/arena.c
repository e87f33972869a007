/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST_BLOCK   4096u
#define ARENA_LARGEST_BLOCK (1u << 20)
#define ARENA_ALIGNMENT	    _Alignof(max_align_t)

struct arena_block {
	struct arena_block *older;
	size_t size; /* of data */
	max_align_t data[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

void arena_release(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	arena_init(arena);
}

static int arena_grow(struct arena *arena, size_t needed)
{
	size_t size = arena->blocks ? arena->blocks->size * 2 : ARENA_FIRST_BLOCK;
	struct arena_block *block;

	if (size > ARENA_LARGEST_BLOCK) {
		size = ARENA_LARGEST_BLOCK;
	}
	if (size < needed) {
		size = needed;
	}
	block = malloc(sizeof(*block) + size);
	if (!block) {
		return -1;
	}
	block->older = arena->blocks;
	block->size = size;
	arena->blocks = block;
	arena->next = (char *)block->data;
	arena->end = arena->next + size;
	arena->bytes_reserved += sizeof(*block) + size;
	return 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	char *result;

	if (size > SIZE_MAX / 2) {
		return NULL;
	}
	size = size ? (size + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1) : ARENA_ALIGNMENT;
	if ((size_t)(arena->end - arena->next) < size && arena_grow(arena, size) < 0) {
		return NULL;
	}
	result = arena->next;
	arena->next += size;
	return result;
}

void *arena_calloc(struct arena *arena, size_t size)
{
	void *result = arena_alloc(arena, size);

	if (result) {
		memset(result, 0, size);
	}
	return result;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list ap;
	char *result;
	int length;

	va_start(ap, format);
	length = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (length < 0) {
		return NULL;
	}
	result = arena_alloc(arena, (size_t)length + 1);
	if (result) {
		va_start(ap, format);
		vsnprintf(result, (size_t)length + 1, format, ap);
		va_end(ap);
	}
	return result;
}
