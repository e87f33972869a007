/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The array of slices is its own queue: slices are appended ring by ring, and
 * each is split into its children when the loop gets to it. No recursion, and
 * the depth is bounded by the rings.
 */
#include "render/ring_layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A part of a slice before it is known where it goes. */
struct part {
	uint64_t value;
	const struct tree_node *node;
	bool is_own;
};

/* The parts of one slice; the array is reused from slice to slice. */
struct parts {
	struct part *items; /* those long enough */
	size_t count, capacity;
	uint64_t total;	   /* what the span stands for */
	uint64_t gathered; /* bytes too short to draw */
	uint32_t gathered_count;
};

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t node_value(const struct tree_node *node, enum memory_attribute attribute)
{
	return memory_figures_get(&node->sum, attribute);
}

static uint64_t children_value(const struct tree_node *node, enum memory_attribute attribute)
{
	uint64_t total = 0;

	for (const struct tree_node *child = node->first_child; child;
	     child = child->next_sibling) {
		total = add_saturated(total, node_value(child, attribute));
	}
	return total;
}

uint32_t ring_layout_depth(const struct tree_node *branch, enum memory_attribute attribute,
			   uint32_t limit)
{
	const struct tree_node *node = branch;
	uint32_t depth = 0, deepest = 0;

	while (deepest < limit) {
		if (node_value(node, attribute) > 0 && depth > deepest) {
			deepest = depth;
		}
		if (node->first_child && depth < limit && node_value(node, attribute) > 0) {
			node = node->first_child;
			depth++;
			continue;
		}
		while (node != branch && !node->next_sibling) {
			node = node->parent;
			depth--;
		}
		if (node == branch) {
			break;
		}
		node = node->next_sibling;
	}
	/* A branch without parts is one slice: its own bytes. */
	return deepest == 0 && limit > 0 && node_value(branch, attribute) > 0 ? 1 : deepest;
}

/* By size, then name, then kind; siblings never share both name and kind. */
static int part_compare(const void *left, const void *right)
{
	const struct part *a = left, *b = right;
	int order;

	if (a->value != b->value) {
		return a->value > b->value ? -1 : 1;
	}
	if (a->is_own != b->is_own) {
		return a->is_own ? 1 : -1;
	}
	order = strcmp(a->node->name, b->node->name);
	if (order != 0) {
		return order;
	}
	return a->node->kind < b->node->kind ? -1 : a->node->kind > b->node->kind;
}

static int parts_append(struct parts *parts, const struct part *part, struct error *err)
{
	if (parts->count == parts->capacity) {
		size_t capacity = parts->capacity ? parts->capacity * 2 : 64;
		struct part *items = realloc(parts->items, capacity * sizeof(*items));

		if (!items) {
			return error_no_memory(err);
		}
		parts->items = items;
		parts->capacity = capacity;
	}
	parts->items[parts->count++] = *part;
	return 0;
}

/* Draws the part or gathers it; length is that of the whole span in pixels. */
static int parts_add(struct parts *parts, const struct part *part, double length, double min_length,
		     struct error *err)
{
	if (part->value == 0) {
		return 0;
	}
	if ((double)part->value / (double)parts->total * length >= min_length) {
		return parts_append(parts, part, err);
	}
	parts->gathered = add_saturated(parts->gathered, part->value);
	parts->gathered_count++;
	return 0;
}

/* Fills parts with what node consists of; none when no child has a value. */
static int parts_of(struct parts *parts, const struct tree_node *node, uint64_t value,
		    const struct ring_layout_options *options, double length, struct error *err)
{
	uint64_t children = children_value(node, options->attribute);
	struct part own = {value > children ? value - children : 0, node, true};
	int status = 0;

	parts->count = 0;
	parts->gathered = 0;
	parts->gathered_count = 0;
	if (children == 0) {
		return 0;
	}
	parts->total = value > children ? value : children;
	for (const struct tree_node *child = node->first_child; child && status == 0;
	     child = child->next_sibling) {
		struct part part = {node_value(child, options->attribute), child, false};

		status = parts_add(parts, &part, length, options->min_length, err);
	}
	if (status == 0) {
		status = parts_add(parts, &own, length, options->min_length, err);
	}
	if (status == 0 && parts->count > 1) {
		qsort(parts->items, parts->count, sizeof(*parts->items), part_compare);
	}
	return status;
}

static int slice_append(struct ring_layout *layout, const struct slice *slice, struct error *err)
{
	if (layout->slice_count == layout->slice_capacity) {
		size_t capacity = layout->slice_capacity ? layout->slice_capacity * 2 : 256;
		struct slice *slices = realloc(layout->slices, capacity * sizeof(*slices));

		if (!slices) {
			return error_no_memory(err);
		}
		layout->slices = slices;
		layout->slice_capacity = capacity;
	}
	layout->slices[layout->slice_count++] = *slice;
	return 0;
}

/* Where the first `before` bytes of a span of `total` bytes end. */
static double span_at(double start, double end, uint64_t before, uint64_t total)
{
	if (before >= total) {
		return end; /* exactly, whatever rounding would say */
	}
	return start + (end - start) * ((double)before / (double)total);
}

static signed char sign_of(const struct tree_node *node, const struct change_signs *signs)
{
	return (signed char)((signs->grown && node == signs->grown) -
			     (signs->shrunk && node == signs->shrunk));
}

/* The slice of one part, which begins `before` bytes into its parent. */
static int slice_emit(struct ring_layout *layout, struct slice *slice, const struct slice *parent,
		      uint64_t before, uint64_t total, struct error *err)
{
	slice->start = span_at(parent->start, parent->end, before, total);
	slice->end =
		span_at(parent->start, parent->end, add_saturated(before, slice->value), total);
	slice->sign =
		(signed char)(parent->sign ? parent->sign : sign_of(slice->node, &layout->signs));
	slice->top = slice->ring <= ring_layout_hue_ring(layout) ? (uint32_t)layout->slice_count
								 : parent->top;
	return slice_append(layout, slice, err);
}

/* Appends the children of a slice; parent is a copy, because the array moves. */
static int slice_split(struct ring_layout *layout, const struct slice *parent,
		       uint32_t parent_index, const struct parts *parts, uint32_t ring,
		       double min_turns, struct error *err)
{
	uint64_t before = 0;

	for (size_t i = 0; i < parts->count; i++) {
		const struct part *part = &parts->items[i];
		struct slice slice = {
			.node = part->node,
			.kind = part->is_own ? SLICE_OWN : SLICE_NODE,
			.ring = ring,
			.parent = parent_index,
			.count = 1,
			.value = part->value,
		};

		if (slice_emit(layout, &slice, parent, before, parts->total, err) < 0) {
			return err->code;
		}
		before = add_saturated(before, part->value);
	}
	if (parts->gathered > 0) {
		struct slice slice = {
			.node = parent->node,
			.kind = SLICE_OTHER,
			.ring = ring,
			.parent = parent_index,
			.count = parts->gathered_count,
			.value = parts->gathered,
		};

		if (slice_emit(layout, &slice, parent, before, parts->total, err) < 0) {
			return err->code;
		}
		layout->slices[layout->slice_count - 1].sliver =
			slice.end - slice.start < min_turns;
	}
	return 0;
}

/* Splits one slice into the next ring, or marks that there would be more. */
static int slice_expand(struct ring_layout *layout, uint32_t index, struct parts *parts,
			const struct ring_layout_options *options, struct error *err)
{
	struct slice slice = layout->slices[index];
	uint32_t ring = slice.ring + 1;
	double length;

	if (slice.kind != SLICE_NODE) {
		return 0;
	}
	if (ring == options->ring_count) {
		layout->slices[index].deeper = children_value(slice.node, options->attribute) > 0;
		return 0;
	}
	length = (slice.end - slice.start) * options->turn_lengths[ring];
	if (parts_of(parts, slice.node, slice.value, options, length, err) < 0) {
		return err->code;
	}
	return slice_split(layout, &slice, index, parts, ring,
			   options->min_length / options->turn_lengths[ring], err);
}

/*
 * Ring 0: the parts of the branch, or its own bytes when it has none. Signs are drawn however
 * short: nobody should have to guess which one an "other (1)" is.
 */
static int branch_split(struct ring_layout *layout, struct parts *parts,
			const struct ring_layout_options *options, struct error *err)
{
	struct slice whole = {.node = options->branch, .value = layout->total, .end = 1.0};
	double length = ring_layout_hue_ring(layout) > 0 ? HUGE_VAL : options->turn_lengths[0];

	if (parts_of(parts, options->branch, layout->total, options, length, err) < 0) {
		return err->code;
	}
	if (parts->count == 0 && parts->gathered == 0) {
		struct part own = {layout->total, options->branch, true};

		parts->total = layout->total;
		if (parts_append(parts, &own, err) < 0) {
			return err->code;
		}
	}
	return slice_split(layout, &whole, SLICE_NONE, parts, 0,
			   options->min_length / options->turn_lengths[0], err);
}

static int options_check(const struct ring_layout_options *options, struct error *err)
{
	if (options->ring_count < 1 || options->ring_count > RING_LIMIT) {
		return error_set(err, ERROR_USAGE, "a chart has 1 to %d rings, not %u", RING_LIMIT,
				 options->ring_count);
	}
	for (uint32_t ring = 0; ring < options->ring_count; ring++) {
		if (!(options->turn_lengths[ring] > 0) || !(options->min_length > 0)) {
			return error_set(err, ERROR_USAGE,
					 "the chart is too small to hold its rings");
		}
	}
	return 0;
}

int ring_layout_init(struct ring_layout *layout, const struct ring_layout_options *options,
		     struct error *err)
{
	struct parts parts = {0};
	int status = options_check(options, err);

	*layout = (struct ring_layout){
		.branch = options->branch,
		.attribute = options->attribute,
		.signs = options->signs,
		.below_top = options->below_top || options->branch->parent,
	};
	if (status < 0) {
		return status;
	}
	layout->total = node_value(options->branch, options->attribute);
	if (layout->total > 0) {
		status = branch_split(layout, &parts, options, err);
	}
	for (uint32_t i = 0; status == 0 && i < layout->slice_count; i++) {
		status = slice_expand(layout, i, &parts, options, err);
	}
	free(parts.items);
	if (status < 0) {
		ring_layout_release(layout);
	}
	return status;
}

void ring_layout_release(struct ring_layout *layout)
{
	free(layout->slices);
	*layout = (struct ring_layout){0};
}
