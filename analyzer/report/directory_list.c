/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/directory_list.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 4096

static bool is_row(const struct tree_node *node)
{
	return node->kind == TREE_DIRECTORY || node->kind == TREE_GROUP;
}

/* The next row node below branch in preorder, without recursion. */
static const struct tree_node *next_row(const struct tree_node *node,
					const struct tree_node *branch)
{
	bool descend = true;

	do {
		if (descend && node->first_child) {
			node = node->first_child;
		} else {
			while (node != branch && !node->next_sibling) {
				node = node->parent;
			}
			if (node == branch) {
				return NULL;
			}
			node = node->next_sibling;
		}
		descend = is_row(node);
	} while (!descend);
	return node;
}

/* What node holds without the rows below it. */
static struct memory_figures row_figures(const struct tree_node *node)
{
	struct memory_figures figures = node->own;

	if (!is_row(node)) {
		return node->sum; /* a branch that is one object */
	}
	for (const struct tree_node *child = node->first_child; child;
	     child = child->next_sibling) {
		if (!is_row(child)) {
			memory_figures_add(&figures, &child->sum);
		}
	}
	return figures;
}

/* Of what the order is about: a directory without allocations is no row of an account. */
static bool holds_anything(const struct memory_figures *figures, const struct site_order *order)
{
	return order ? figures->total_dynamic || figures->alloc_count
		     : memory_figures_static(figures) > 0;
}

static struct site_account account_of(const struct memory_figures *figures)
{
	return (struct site_account){
		.total_dynamic = figures->total_dynamic,
		.current_dynamic = figures->current_dynamic,
		.current_requested = figures->current_requested,
		.alloc_count = figures->alloc_count,
		.free_count = figures->free_count,
	};
}

static int compare_static(const struct memory_figures *a, const struct memory_figures *b)
{
	uint64_t first = memory_figures_static(a);
	uint64_t second = memory_figures_static(b);

	return (first > second) - (first < second);
}

static int row_compare(const void *left, const void *right, void *context)
{
	const struct directory_row *a = left;
	const struct directory_row *b = right;
	const struct site_order *order = context;
	char path_a[PATH_SIZE];
	char path_b[PATH_SIZE];
	int result;

	if (order) {
		struct site_account account_a = account_of(&a->figures);
		struct site_account account_b = account_of(&b->figures);

		/* Columns are of call sites: directories then stand by live bytes. */
		result = (order->compare ? order->compare : site_orders[0].compare)(&account_b,
										    &account_a);
	} else {
		result = compare_static(&b->figures, &a->figures);
	}
	if (result) {
		return result;
	}
	return strcmp(tree_node_path(a->node, path_a, sizeof(path_a)),
		      tree_node_path(b->node, path_b, sizeof(path_b)));
}

int directory_list_init(struct directory_list *list, const struct tree_node *branch,
			const struct site_order *order, struct error *err)
{
	size_t capacity = 1; /* branch itself, then the rows below it */

	*list = (struct directory_list){0};
	for (const struct tree_node *node = next_row(branch, branch); node;
	     node = next_row(node, branch)) {
		capacity++;
	}
	list->rows = calloc(capacity, sizeof(*list->rows));
	if (!list->rows) {
		return error_no_memory(err);
	}
	for (const struct tree_node *node = branch; node; node = next_row(node, branch)) {
		struct directory_row row = {.node = node, .figures = row_figures(node)};

		if (holds_anything(&row.figures, order)) {
			list->rows[list->count++] = row;
		}
	}
	qsort_r(list->rows, list->count, sizeof(*list->rows), row_compare, (void *)order);
	return 0;
}

void directory_list_release(struct directory_list *list)
{
	free(list->rows);
	*list = (struct directory_list){0};
}
