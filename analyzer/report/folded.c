/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/folded.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct folded_line {
	const char *stack;
	uint64_t bytes;
};

static uint64_t bytes_of(const struct site_account *figures, enum memory_attribute attribute)
{
	switch (attribute) {
	case ATTRIBUTE_TOTAL_DYNAMIC:
		return figures->total_dynamic;
	case ATTRIBUTE_WASTE:
		return figures->current_dynamic > figures->current_requested
			       ? figures->current_dynamic - figures->current_requested
			       : 0;
	default:
		return figures->current_dynamic;
	}
}

/* Appends a function's name, or the text itself where nobody knows it, with a ';' before. */
static char *append_frame(char *at, const struct stack_names *names, const char *text)
{
	size_t length;
	const char *function = stack_function(names, text, &length);

	*at++ = ';';
	if (!function) {
		function = text;
		length = strlen(text);
	}
	memcpy(at, function, length);
	return at + length;
}

/* Bytes the folded stack may take: every name, every separator, the end. */
static size_t stack_size(const struct stack_names *names, const struct account_stack *stack)
{
	size_t length;
	size_t size = strlen(stack->site) + 2;

	if (stack_function(names, stack->site, &length)) {
		size += length;
	}
	for (size_t i = 0; i < stack->frame_count; i++) {
		size += strlen(stack->frames[i]) + 2;
		if (stack_function(names, stack->frames[i], &length)) {
			size += length;
		}
	}
	return size;
}

/* "outermost;...;innermost"; NULL: no memory. */
static const char *fold(struct arena *arena, const struct stack_names *names,
			const struct account_stack *stack)
{
	size_t site_frame = stack_site_frame(names, stack);
	char *text = arena_alloc(arena, stack_size(names, stack));
	char *at = text;

	if (!text) {
		return NULL;
	}
	if (site_frame == stack->frame_count) {
		/* not among them: all are shown, and the site below them */
		for (size_t i = stack->frame_count; i > 0; i--) {
			at = append_frame(at, names, stack->frames[i - 1]);
		}
		at = append_frame(at, names, stack->site);
	} else {
		for (size_t i = stack->frame_count; i > site_frame; i--) {
			at = append_frame(at, names, stack->frames[i - 1]);
		}
	}
	*at = '\0';
	return text + 1; /* without the first separator */
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(((const struct folded_line *)a)->stack,
		      ((const struct folded_line *)b)->stack);
}

static void lines_print(FILE *out, struct folded_line *lines, size_t count)
{
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++) {
		uint64_t bytes = lines[i].bytes;

		while (i + 1 < count && strcmp(lines[i].stack, lines[i + 1].stack) == 0) {
			bytes += lines[++i].bytes;
		}
		fprintf(out, "%s %" PRIu64 "\n", lines[i].stack, bytes);
	}
}

int folded_write(FILE *out, const struct account *account, const struct stack_names *names,
		 enum memory_attribute attribute, struct error *err)
{
	struct folded_line *lines = calloc(account->stack_count + 1, sizeof(*lines));
	struct arena arena;
	size_t count = 0;
	int result = 0;

	arena_init(&arena);
	if (!lines) {
		return error_no_memory(err);
	}
	for (size_t i = 0; i < account->stack_count && result == 0; i++) {
		uint64_t bytes = bytes_of(&account->stacks[i].figures, attribute);

		if (bytes == 0) {
			continue;
		}
		lines[count].bytes = bytes;
		lines[count].stack = fold(&arena, names, &account->stacks[i]);
		if (!lines[count++].stack) {
			result = error_no_memory(err);
		}
	}
	if (result == 0) {
		lines_print(out, lines, count);
	}
	arena_release(&arena);
	free(lines);
	return result;
}
