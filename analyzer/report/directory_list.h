/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Directories side by side: each with what its own objects hold, its subdirectories
 * left out, so that the rows add up to the branch without counting anything twice.
 * Groups such as "(module leaky)" are rows of their own.
 */
#ifndef ANALYZER_REPORT_DIRECTORY_LIST_H
#define ANALYZER_REPORT_DIRECTORY_LIST_H

#include <stddef.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "analyzer/report/site_list.h"

struct directory_row {
	const struct tree_node *node;
	struct memory_figures figures;
};

struct directory_list {
	struct directory_row *rows;
	size_t count;
};

/*
 * Lists the directories at or below branch that allocated anything, by order downwards;
 * with order NULL those that have static bytes, by these. Equal ones stand by path.
 * branch may be any node of a sealed tree.
 */
int directory_list_init(struct directory_list *list, const struct tree_node *branch,
			const struct site_order *order, struct error *err);
void directory_list_release(struct directory_list *list);

#endif
