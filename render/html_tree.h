/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory tree as the JSON of the HTML report: an object of columns over its rows,
 * which are the nodes in preorder, the branch first. A kernel of 60,000 functions takes
 * some 20 bytes a row, half of what an array for each row would.
 *
 *   names    one string, a line for each row: how many characters the name shares with
 *            that of the row before (one digit, base 36), then the rest of it
 *   kinds    one string, a character for each row: the digit of its enum tree_node_kind,
 *            or HTML_FOLDED; a row with children has the letter instead ('a' for 0)
 *   counts   how many children, of each row that has some
 *   folded   how many nodes, of each row of kind HTML_FOLDED
 *   static   static bytes of each row itself, without what is below it
 *   dynamic  flat: how many rows after the last one mentioned, then live, total, waste
 *            (signed), allocs, frees of that row itself; rows with zeros are left out
 *
 * Figures are a row's own, so that a reader adds them up to those of the tree. Where all
 * rows would be more than the limit, the smallest nodes are folded: a row HTML_FOLDED
 * without a name, the first child of its parent, stands for some children with all below
 * them, and has their sums; so figures reconcile whatever was folded.
 */
#ifndef RENDER_HTML_TREE_H
#define RENDER_HTML_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/memory_tree.h"
#include "render/byte_buffer.h"

/* Bytes of columns; what is folded then are functions and variables of some ten bytes. */
#define HTML_TREE_LIMIT 5000000
#define HTML_FOLDED	5 /* a kind of its own, behind those of enum tree_node_kind */

/* Where a node of the tree went; filled for the nodes a caller asks about. */
struct html_tree_place {
	const struct tree_node *node;
	uint32_t row;
};

/*
 * Writes the columns of branch. places: sorted by the node's address, without doubles;
 * each gets its row, UINT32_MAX if it is not below branch or was folded.
 */
void html_tree_write(struct byte_buffer *out, const struct tree_node *branch, size_t limit,
		     struct html_tree_place *places, size_t place_count);

/* Orders places as html_tree_write wants them, for qsort and bsearch. */
int html_tree_place_compare(const void *left, const void *right);

#endif
