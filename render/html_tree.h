/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory tree as the JSON of the HTML report: an array of rows in preorder,
 *
 *   [name, kind, depth, static, live, total, waste, allocs, frees]
 *
 * kind as enum tree_node_kind, depth 0 at the branch, figures of the node with all
 * that is below it, zeros at the end left out. Where all rows would be more than
 * HTML_TREE_LIMIT bytes, the smallest nodes are folded: a row [count, HTML_FOLDED, ...],
 * the first child of its parent, stands for `count` children of it with all below them,
 * and has their sums; so figures reconcile whatever was folded.
 */
#ifndef RENDER_HTML_TREE_H
#define RENDER_HTML_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/memory_tree.h"
#include "render/byte_buffer.h"

/*
 * A whole report of a kernel of 60,000 functions stays below 2 MB, which mail and CI
 * servers take; what is folded then are functions and variables of some ten bytes.
 */
#define HTML_TREE_LIMIT 1600000
#define HTML_FOLDED	5 /* a kind of its own, behind those of enum tree_node_kind */

/* Where a node of the tree went; filled for the nodes a caller asks about. */
struct html_tree_place {
	const struct tree_node *node;
	uint32_t row;
};

/*
 * Writes the rows of branch. places: sorted by the node's address, without doubles;
 * each gets its row, UINT32_MAX if it is not below branch or was folded.
 */
void html_tree_write(struct byte_buffer *out, const struct tree_node *branch, size_t limit,
		     struct html_tree_place *places, size_t place_count);

/* Orders places as html_tree_write wants them, for qsort and bsearch. */
int html_tree_place_compare(const void *left, const void *right);

#endif
