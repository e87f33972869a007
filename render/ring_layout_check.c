/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The invariants of a layout, written down independently of how it is made. */
#include "render/ring_layout.h"

static uint64_t parent_value(const struct ring_layout *layout, uint32_t parent)
{
	return parent == SLICE_NONE ? layout->total : layout->slices[parent].value;
}

static uint64_t tree_value(const struct ring_layout *layout, const struct tree_node *node)
{
	return memory_figures_get(&node->sum, layout->attribute);
}

static const char *slice_check(const struct ring_layout *layout, size_t index,
			       const struct ring_layout_options *options)
{
	const struct slice *slice = &layout->slices[index];
	double length = (slice->end - slice->start) * options->turn_lengths[slice->ring];

	if (slice->ring >= options->ring_count) {
		return "a slice outside the rings";
	}
	if (!(slice->start >= 0) || !(slice->start <= slice->end) || !(slice->end <= 1)) {
		return "a span outside the turn";
	}
	if (slice->value == 0 || slice->count == 0) {
		return "a slice of nothing";
	}
	if (slice->kind == SLICE_NODE && slice->value != tree_value(layout, slice->node)) {
		return "a figure that is not the tree's";
	}
	/* Rounding in the last bits must not decide. */
	if (slice->kind != SLICE_OTHER && slice->ring >= ring_layout_hue_ring(layout) &&
	    length < options->min_length * (1 - 1e-9)) {
		return "a slice drawn though it is too short";
	}
	if (slice->sliver && length >= options->min_length * (1 + 1e-9)) {
		return "a sliver that is long enough";
	}
	if (slice->ring <= ring_layout_hue_ring(layout) && slice->top != index) {
		return "a slice of the inner rings that is not its own top";
	}
	if (slice->ring == 0) {
		return slice->parent == SLICE_NONE ? NULL : "ring 0 with a parent";
	}
	if (slice->parent >= index || layout->slices[slice->parent].ring + 1 != slice->ring ||
	    layout->slices[slice->parent].kind != SLICE_NODE ||
	    (slice->ring > ring_layout_hue_ring(layout) &&
	     slice->top != layout->slices[slice->parent].top)) {
		return "a slice whose parent does not fit";
	}
	if (slice->ring > 0 && slice->sign != layout->slices[slice->parent].sign) {
		return "growth in what shrank";
	}
	return NULL;
}

/* Siblings first..last-1 must fill the span of their parent, largest first. */
static const char *siblings_check(const struct ring_layout *layout, size_t first, size_t last)
{
	const struct slice *slices = layout->slices;
	uint32_t parent = slices[first].parent;
	double start = parent == SLICE_NONE ? 0 : slices[parent].start;
	double end = parent == SLICE_NONE ? 1 : slices[parent].end;
	uint64_t sum = 0;

	/* Exact comparison: neighbours are given the same number, not nearly the same. */
	if (slices[first].start != start || slices[last - 1].end != end) {
		return "children that do not fill their parent";
	}
	for (size_t i = first; i < last; i++) {
		if (i > first && slices[i].start != slices[i - 1].end) {
			return "a gap between neighbours";
		}
		if (i > first && slices[i].kind != SLICE_OTHER &&
		    slices[i].value > slices[i - 1].value) {
			return "a smaller slice before a larger one";
		}
		if (i + 1 < last && slices[i].kind == SLICE_OTHER) {
			return "gathered parts before the end";
		}
		sum += slices[i].value;
	}
	if (layout->attribute != ATTRIBUTE_WASTE && sum != parent_value(layout, parent)) {
		return "figures of children that do not sum up to their parent's";
	}
	return NULL;
}

const char *ring_layout_check(const struct ring_layout *layout,
			      const struct ring_layout_options *options)
{
	const struct slice *slices = layout->slices;
	const char *fault = NULL;

	for (size_t i = 0; i < layout->slice_count && !fault; i++) {
		fault = slice_check(layout, i, options);
	}
	for (size_t first = 0, last; first < layout->slice_count && !fault; first = last) {
		last = first + 1;
		while (last < layout->slice_count && slices[last].parent == slices[first].parent &&
		       slices[last].ring == slices[first].ring) {
			last++;
		}
		fault = siblings_check(layout, first, last);
	}
	return fault;
}
