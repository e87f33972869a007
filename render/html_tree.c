/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/html_tree.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "render/html_text.h"

#define ROW_SIZE 20 /* bytes of a row beside its name, as a rule */

struct writer {
	struct byte_buffer *out;
	const struct tree_node *branch;
	uint64_t threshold; /* nodes whose every figure is below are folded */
	struct html_tree_place *places;
	size_t place_count;
	uint32_t row_count;
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

/* The next node in preorder, not into folded ones; NULL at the end. Keeps depth. */
static const struct tree_node *next_node(const struct tree_node *node,
					 const struct tree_node *branch, uint64_t threshold,
					 uint32_t *depth)
{
	const struct tree_node *next = node->first_child;

	++*depth;
	for (;;) {
		while (next && is_small(next, threshold)) {
			next = next->next_sibling;
		}
		if (next || node == branch) {
			return next;
		}
		next = node->next_sibling;
		node = node->parent;
		--*depth;
	}
}

static size_t size_estimate(const struct tree_node *branch, uint64_t threshold, size_t limit)
{
	size_t size = 0;
	uint32_t depth = 0;

	for (const struct tree_node *node = branch; node && size <= limit;
	     node = next_node(node, branch, threshold, &depth)) {
		size += strlen(node->name) + ROW_SIZE;
	}
	return size;
}

/* The rest of a row. */
static void put_figures(struct byte_buffer *out, unsigned int kind, uint32_t depth,
			const struct memory_figures *sum)
{
	const uint64_t figures[] = {
		memory_figures_static(sum), sum->current_dynamic,
		sum->total_dynamic,	    memory_figures_get(sum, ATTRIBUTE_WASTE),
		sum->alloc_count,	    sum->free_count,
	};
	size_t count = sizeof(figures) / sizeof(figures[0]);

	while (count > 0 && figures[count - 1] == 0) {
		count--;
	}
	byte_buffer_printf(out, ",%u,%u", kind, depth);
	for (size_t i = 0; i < count; i++) {
		byte_buffer_printf(out, ",%" PRIu64, figures[i]);
	}
	byte_buffer_text(out, "]");
}

static void put_row(struct writer *writer, const struct tree_node *node, uint32_t depth)
{
	struct html_tree_place key = {.node = node};
	struct html_tree_place *place =
		writer->place_count > 0 ? bsearch(&key, writer->places, writer->place_count,
						  sizeof(*writer->places), html_tree_place_compare)
					: NULL;

	if (place) {
		place->row = writer->row_count;
	}
	byte_buffer_text(writer->out, writer->row_count++ > 0 ? ",\n[" : "[");
	html_put_json(writer->out, node->name);
	put_figures(writer->out, node->kind, depth, &node->sum);
}

/* One row for all small children of a node. */
static void put_folded(struct writer *writer, const struct tree_node *parent, uint32_t depth)
{
	struct memory_figures sum = {0};
	uint32_t count = 0;

	for (const struct tree_node *child = parent->first_child; child;
	     child = child->next_sibling) {
		if (is_small(child, writer->threshold)) {
			memory_figures_add(&sum, &child->sum);
			count++;
		}
	}
	if (count > 0) {
		byte_buffer_printf(writer->out, ",\n[%u", count);
		put_figures(writer->out, HTML_FOLDED, depth, &sum);
		writer->row_count++;
	}
}

void html_tree_write(struct byte_buffer *out, const struct tree_node *branch, size_t limit,
		     struct html_tree_place *places, size_t place_count)
{
	struct writer writer = {out, branch, 0, places, place_count, 0};
	uint32_t depth = 0;

	while (size_estimate(branch, writer.threshold, limit) > limit &&
	       writer.threshold < UINT64_MAX / 2) {
		writer.threshold += writer.threshold / 4 + 1;
	}
	for (size_t i = 0; i < place_count; i++) {
		places[i].row = UINT32_MAX;
	}
	byte_buffer_text(out, "[");
	for (const struct tree_node *node = branch; node;) {
		put_row(&writer, node, depth);
		put_folded(&writer, node, depth + 1);
		node = next_node(node, branch, writer.threshold, &depth);
	}
	byte_buffer_text(out, "]");
}
