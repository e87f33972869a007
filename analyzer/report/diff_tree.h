/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff as a memory tree, for charts: below "grown" what has more bytes now, below "shrunk"
 * what has fewer, each with its directories and objects. A part of a picture cannot be smaller
 * than nothing, and a directory in which one thing grew and another shrank by as much did
 * change; so the two signs stay apart all the way down, and no area is a balance.
 *
 * What has a sign is a call site, in a diff of dynamic bytes; an object file, or what is in a
 * directory itself, in one of static bytes. For each row of the diff: what it has below "grown"
 * less what it has below "shrunk" is its difference (and that of a directory, with all that is
 * below it, the sum of its rows'). What stayed the same is not in the tree.
 *
 * Figures of a node: current_dynamic is the bytes of the difference, without sign;
 * total_dynamic, as two's complement, the bytes before; current_requested equals
 * current_dynamic, so that there is no waste.
 */
#ifndef ANALYZER_REPORT_DIFF_TREE_H
#define ANALYZER_REPORT_DIFF_TREE_H

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "analyzer/report/diff.h"

struct diff_tree {
	struct memory_tree tree; /* sealed */
	const struct tree_node *grown, *shrunk;
	int64_t before, after; /* of the whole, with what stayed the same */
};

/*
 * The tree of the value that the diff is sorted by. before, after: the branches that were
 * compared; paths begin below them. ERROR_NO_MEMORY. Nothing is borrowed.
 */
int diff_tree_init(struct diff_tree *ret, const struct diff *diff, const struct tree_node *before,
		   const struct tree_node *after, struct error *err);
void diff_tree_release(struct diff_tree *tree);

#endif
