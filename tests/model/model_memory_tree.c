/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory tree beside a flat list of (path, figures): whatever random records
 * go in, every node's sum is the sum over the list's paths at or below its own,
 * and siblings stand in strcmp order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/attribute/memory_tree.h"

enum { ROUNDS = 300, RECORDS = 400 };

struct record {
	char path[64];
	struct memory_figures figures;
};

static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static struct memory_figures random_figures(void)
{
	/* Large ones wrap: the sums must do so alike. */
	uint64_t mask = random_next() % 8 ? 0xffff : UINT64_MAX;

	return (struct memory_figures){
		.static_text = random_next() & mask,
		.static_data = random_next() & mask,
		.static_bss = random_next() & mask,
		.total_dynamic = random_next() & mask,
		.current_dynamic = random_next() & mask,
		.current_requested = random_next() & mask,
		.alloc_count = random_next() & mask,
		.free_count = random_next() & mask,
	};
}

static void record_make(struct record *record, struct memory_tree *tree)
{
	size_t depth = random_next() % 6;
	size_t used = 0;
	struct tree_node *node;

	record->path[0] = '\0';
	for (size_t i = 0; i < depth; i++) {
		used += (size_t)snprintf(record->path + used, sizeof(record->path) - used, "%s%c%d",
					 i ? "/" : "", 'a' + (int)(random_next() % 3),
					 (int)(random_next() % 12));
	}
	record->figures = random_figures();
	node = memory_tree_directory(tree, record->path);
	assert_non_null(node);
	memory_figures_add(&node->own, &record->figures);
}

/* Is path the branch itself or below it? */
static int path_is_below(const char *path, const char *branch)
{
	size_t length = strlen(branch);

	return length == 0 || (strncmp(path, branch, length) == 0 &&
			       (path[length] == '\0' || path[length] == '/'));
}

static void node_check(const struct memory_tree *tree, const struct tree_node *node,
		       const struct record *records, size_t count)
{
	struct memory_figures expected = {0};
	char path[64];

	tree_node_path(node, path, sizeof(path));
	for (size_t i = 0; i < count; i++) {
		if (path_is_below(records[i].path, path)) {
			memory_figures_add(&expected, &records[i].figures);
		}
	}
	assert_memory_equal(&node->sum, &expected, sizeof(expected));
	assert_ptr_equal(memory_tree_find(tree, path), node);
	assert_true(!node->next_sibling || strcmp(node->name, node->next_sibling->name) < 0);
}

static size_t tree_check(const struct memory_tree *tree, const struct tree_node *node,
			 const struct record *records, size_t count)
{
	size_t nodes = 1;
	uint32_t children = 0;

	node_check(tree, node, records, count);
	for (const struct tree_node *child = node->first_child; child;
	     child = child->next_sibling) {
		assert_ptr_equal(child->parent, node);
		nodes += tree_check(tree, child, records, count);
		children++;
	}
	assert_int_equal(node->child_count, children);
	return nodes;
}

static void test_sums_equal_a_flat_list(void **state)
{
	static struct record records[RECORDS];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = random_next() % RECORDS;
		size_t half = count / 2;
		struct memory_tree tree;
		struct error err;

		assert_int_equal(memory_tree_init(&tree, &err), 0);
		for (size_t i = 0; i < half; i++) {
			record_make(&records[i], &tree);
		}
		memory_tree_seal(&tree);
		assert_int_equal(tree_check(&tree, tree.root, records, half), tree.node_count);
		for (size_t i = half; i < count; i++) {
			record_make(&records[i], &tree);
		}
		memory_tree_seal(&tree);
		assert_int_equal(tree_check(&tree, tree.root, records, count), tree.node_count);
		memory_tree_release(&tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums_equal_a_flat_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
