/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of a chart that nests: which part of the memory tree becomes which
 * slice. Pure arithmetic: no Cairo, no fonts, no pixels but one list of lengths,
 * so that rings and an icicle come from the same code.
 *
 * A slice spans [start, end] of one turn (0 is 12 o'clock, clockwise; the left
 * edge in an icicle) on one ring (0 is innermost). The children of a slice fill
 * it exactly, in order of size, then name, then kind:
 *
 *   SLICE_NODE   a node of the tree, drawn because it is long enough
 *   SLICE_OWN    bytes recorded at the parent itself, which no child holds
 *   SLICE_OTHER  all parts of the parent too short to draw, gathered, always last
 *
 * A part is long enough when its outer edge is at least min_length pixels. No
 * slice is ever made larger than its bytes. A gathered slice that is itself too
 * short stays in the list, so that sums reconcile, and is marked as a sliver.
 *
 * Figures are the tree's own integers. One case needs a rule: the waste of a
 * damaged trace can be negative somewhere, so that the children of a node have
 * more than the node; then they share their parent's span in proportion.
 *
 * Cost: time linear in the nodes under slices that are drawn plus sorting what
 * is drawn; memory bounded by the lengths, not by the tree.
 */
#ifndef RENDER_RING_LAYOUT_H
#define RENDER_RING_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"

#define RING_LIMIT	 12	    /* rings that can be told apart at any size we draw */
#define SLICE_NONE	 UINT32_MAX /* "no slice": the parent of the innermost ring */
#define SLICE_MIN_LENGTH 3.0	    /* px: shorter is not seen as an area but as a line */

enum slice_kind { SLICE_NODE, SLICE_OWN, SLICE_OTHER };

struct slice {
	const struct tree_node *node; /* OWN and OTHER: the parent whose bytes these are */
	enum slice_kind kind;
	uint32_t ring;
	uint32_t parent; /* index, always smaller than the slice's own; SLICE_NONE on ring 0 */
	uint32_t top;	 /* index of the ancestor that gives the hue: on ring 0, where signs are on
			    ring 1; farther in, of the slice itself */
	uint32_t count;	 /* how many parts it stands for: 1, or those gathered */
	uint64_t value;	 /* bytes */
	double start, end; /* turns, 0 <= start <= end <= 1 */
	bool deeper;	   /* on the last ring, with parts of its own that aren't shown */
	bool sliver;	   /* gathered parts that are together still too short */
	signed char sign;  /* of its value: 1 or -1 in a chart of a change, else 0 */
};

/*
 * What makes a tree one of changes: all that is below these two children of the branch grew or
 * shrank by its bytes. They are drawn however short.
 */
struct change_signs {
	const struct tree_node *grown, *shrunk;
};

struct ring_layout_options {
	enum memory_attribute attribute;
	const struct tree_node *branch;	 /* the whole turn */
	uint32_t ring_count;		 /* 1..RING_LIMIT */
	double min_length;		 /* px */
	double turn_lengths[RING_LIMIT]; /* px of a whole turn along each ring's outer edge */
	struct change_signs signs;	 /* NULLs: values have no sign */
	bool below_top;			 /* see the layout; so is what is below a branch */
};

struct ring_layout {
	const struct tree_node *branch;
	enum memory_attribute attribute;
	uint64_t total; /* the branch's value; 0: there are no slices */
	struct change_signs signs;
	bool below_top; /* the first directories are no top-level ones, whatever their names */
	struct slice *slices; /* ring by ring, clockwise in each */
	size_t slice_count;
	size_t slice_capacity; /* private */
};

/*
 * How many rings the branch fills for this attribute, at most limit: what a
 * caller needs to make rings wider where the tree is shallow.
 */
uint32_t ring_layout_depth(const struct tree_node *branch, enum memory_attribute attribute,
			   uint32_t limit);

/* Ring 0 of a change has its signs; directories begin on ring 1. */
static inline uint32_t ring_layout_hue_ring(const struct ring_layout *layout)
{
	return layout->signs.grown || layout->signs.shrunk ? 1 : 0;
}

/* ERROR_USAGE for a ring count or lengths out of range, ERROR_NO_MEMORY. */
int ring_layout_init(struct ring_layout *layout, const struct ring_layout_options *options,
		     struct error *err);
void ring_layout_release(struct ring_layout *layout);

/*
 * What holds of every layout: children fill their parent, spans are ordered,
 * values sum up, nothing too short is drawn. NULL, or what is wrong. For tests.
 */
const char *ring_layout_check(const struct ring_layout *layout,
			      const struct ring_layout_options *options);

#endif
