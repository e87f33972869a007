/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/html_tree.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "render/html_text.h"

#define ROW_SIZE   8  /* bytes of a row beside its name, as a rule */
#define MOST_SHARE 35 /* characters: one digit in base 36 */

struct writer {
	struct byte_buffer names, kinds, counts, folded, statics, dynamics;
	uint64_t threshold; /* nodes whose every figure is below are folded */
	struct html_tree_place *places;
	size_t place_count;
	const char *name_before;
	uint32_t row_count;
	uint32_t last_dynamic; /* row */
};

int html_tree_place_compare(const void *left, const void *right)
{
	uintptr_t a = (uintptr_t)((const struct html_tree_place *)left)->node;
	uintptr_t b = (uintptr_t)((const struct html_tree_place *)right)->node;

	return a < b ? -1 : a > b;
}

static bool is_small(const struct tree_node *node, uint64_t threshold)
{
	return memory_figures_static(&node->sum) < threshold &&
	       node->sum.total_dynamic < threshold && node->sum.current_dynamic < threshold &&
	       memory_figures_get(&node->sum, ATTRIBUTE_WASTE) < threshold;
}

/* The next node in preorder, not into folded ones; NULL at the end. */
static const struct tree_node *next_node(const struct tree_node *node,
					 const struct tree_node *branch, uint64_t threshold)
{
	const struct tree_node *next = node->first_child;

	for (;;) {
		while (next && is_small(next, threshold)) {
			next = next->next_sibling;
		}
		if (next || node == branch) {
			return next;
		}
		next = node->next_sibling;
		node = node->parent;
	}
}

/*
 * How many characters two names begin with in common. Plain ones alone: they are one
 * byte here and one unit of a script's string, and are shown as they are.
 */
static size_t shared_length(const char *a, const char *b)
{
	size_t length = 0;

	while (length < MOST_SHARE && a[length] == b[length] && a[length] >= ' ' &&
	       a[length] <= '~') {
		length++;
	}
	return length;
}

static size_t size_estimate(const struct tree_node *branch, uint64_t threshold, size_t limit)
{
	const char *before = "";
	size_t size = 0;

	for (const struct tree_node *node = branch; node && size <= limit;
	     node = next_node(node, branch, threshold)) {
		size += strlen(node->name) - shared_length(before, node->name) + ROW_SIZE;
		before = node->name;
	}
	return size;
}

static void put_number(struct byte_buffer *column, int64_t number)
{
	if (column->size > 0) {
		byte_buffer_append(column, ",", 1);
	}
	byte_buffer_number(column, number);
}

static void put_name(struct writer *writer, const char *name)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	size_t shared = shared_length(writer->name_before, name);

	if (writer->row_count > 0) {
		byte_buffer_text(&writer->names, "\\n");
	}
	byte_buffer_append(&writer->names, &digits[shared], 1);
	html_put_json_part(&writer->names, name + shared);
	writer->name_before = name;
}

/* Ends a row: its figures. */
static void put_figures(struct writer *writer, const struct memory_figures *own)
{
	const int64_t dynamic[] = {(int64_t)own->current_dynamic, (int64_t)own->total_dynamic,
				   memory_figures_waste(own), (int64_t)own->alloc_count,
				   (int64_t)own->free_count};
	size_t count = sizeof(dynamic) / sizeof(dynamic[0]);
	bool is_zero = true;

	put_number(&writer->statics, (int64_t)memory_figures_static(own));
	for (size_t i = 0; i < count; i++) {
		is_zero = is_zero && dynamic[i] == 0;
	}
	if (!is_zero) {
		put_number(&writer->dynamics, writer->row_count - writer->last_dynamic);
		for (size_t i = 0; i < count; i++) {
			put_number(&writer->dynamics, dynamic[i]);
		}
		writer->last_dynamic = writer->row_count;
	}
	writer->row_count++;
}

static void put_row(struct writer *writer, const struct tree_node *node, uint32_t child_count)
{
	struct html_tree_place key = {.node = node};
	struct html_tree_place *place =
		writer->place_count > 0 ? bsearch(&key, writer->places, writer->place_count,
						  sizeof(*writer->places), html_tree_place_compare)
					: NULL;
	char kind = (char)((child_count > 0 ? 'a' : '0') + (char)node->kind);

	if (place) {
		place->row = writer->row_count;
	}
	put_name(writer, node->name);
	byte_buffer_append(&writer->kinds, &kind, 1);
	if (child_count > 0) {
		put_number(&writer->counts, child_count);
	}
	put_figures(writer, &node->own);
}

/* A node's own row, and one for all its small children. */
static void put_node(struct writer *writer, const struct tree_node *node)
{
	const char kind = '0' + HTML_FOLDED;
	struct memory_figures sum = {0};
	uint32_t small = 0;

	for (const struct tree_node *child = writer->threshold > 0 ? node->first_child : NULL;
	     child; child = child->next_sibling) {
		if (is_small(child, writer->threshold)) {
			memory_figures_add(&sum, &child->sum);
			small++;
		}
	}
	put_row(writer, node, node->child_count - small + (small > 0));
	if (small > 0) {
		put_name(writer, "");
		byte_buffer_append(&writer->kinds, &kind, 1);
		put_number(&writer->folded, small);
		put_figures(writer, &sum);
	}
}

static void put_column(struct byte_buffer *out, const char *before, struct byte_buffer *column,
		       const char *after)
{
	byte_buffer_text(out, before);
	byte_buffer_append(out, column->bytes, column->size);
	byte_buffer_text(out, after);
	out->failed |= column->failed;
	byte_buffer_release(column);
}

void html_tree_write(struct byte_buffer *out, const struct tree_node *branch, size_t limit,
		     struct html_tree_place *places, size_t place_count)
{
	struct writer writer = {.places = places, .place_count = place_count, .name_before = ""};

	while (size_estimate(branch, writer.threshold, limit) > limit &&
	       writer.threshold < UINT64_MAX / 2) {
		writer.threshold += writer.threshold / 4 + 1;
	}
	for (size_t i = 0; i < place_count; i++) {
		places[i].row = UINT32_MAX;
	}
	for (const struct tree_node *node = branch; node;
	     node = next_node(node, branch, writer.threshold)) {
		put_node(&writer, node);
	}
	put_column(out, "{\"names\":\"", &writer.names, "\",\n");
	put_column(out, "\"kinds\":\"", &writer.kinds, "\",\n");
	put_column(out, "\"counts\":[", &writer.counts, "],\n");
	put_column(out, "\"folded\":[", &writer.folded, "],\n");
	put_column(out, "\"static\":[", &writer.statics, "],\n");
	put_column(out, "\"dynamic\":[", &writer.dynamics, "]}");
}
