/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/attribute/memory_tree.h"

static int setup(void **state)
{
	static struct memory_tree tree;
	struct error err;

	assert_int_equal(memory_tree_init(&tree, &err), 0);
	*state = &tree;
	return 0;
}

static int teardown(void **state)
{
	memory_tree_release(*state);
	return 0;
}

static struct tree_node *object(struct memory_tree *tree, const char *directory, const char *name)
{
	return memory_tree_child(tree, memory_tree_directory(tree, directory), TREE_OBJECT, name);
}

static const char *path_of(const struct tree_node *node)
{
	static char path[4096];

	return node ? tree_node_path(node, path, sizeof(path)) : "(none)";
}

static void test_figures(void **state)
{
	struct memory_figures figures = {
		.static_text = 1,
		.static_data = 20,
		.static_bss = 300,
		.total_dynamic = 9000,
		.current_dynamic = 4000,
		.current_requested = 3500,
		.alloc_count = 7,
		.free_count = 2,
	};
	struct memory_figures twice = figures;

	(void)state;
	assert_int_equal(memory_figures_get(&figures, ATTRIBUTE_STATIC), 321);
	assert_int_equal(memory_figures_get(&figures, ATTRIBUTE_CURRENT), 4321);
	assert_int_equal(memory_figures_get(&figures, ATTRIBUTE_CURRENT_DYNAMIC), 4000);
	assert_int_equal(memory_figures_get(&figures, ATTRIBUTE_TOTAL_DYNAMIC), 9000);
	assert_int_equal(memory_figures_get(&figures, ATTRIBUTE_WASTE), 500);

	memory_figures_add(&twice, &figures);
	assert_int_equal(twice.static_text, 2);
	assert_int_equal(twice.static_data, 40);
	assert_int_equal(twice.static_bss, 600);
	assert_int_equal(twice.total_dynamic, 18000);
	assert_int_equal(twice.current_dynamic, 8000);
	assert_int_equal(twice.current_requested, 7000);
	assert_int_equal(twice.alloc_count, 14);
	assert_int_equal(twice.free_count, 4);

	/* A trace that claims more requested than allocated has negative waste; no slice has. */
	figures.current_requested = 4001;
	assert_int_equal(memory_figures_waste(&figures), -1);
	assert_int_equal(memory_figures_get(&figures, ATTRIBUTE_WASTE), 0);
}

static void test_attribute_names(void **state)
{
	(void)state;
	assert_string_equal(memory_attribute_names[ATTRIBUTE_CURRENT], "current");
	assert_string_equal(memory_attribute_names[ATTRIBUTE_STATIC], "static");
	assert_string_equal(memory_attribute_names[ATTRIBUTE_WASTE], "waste");
	assert_string_equal(memory_attribute_names[ATTRIBUTE_CURRENT_DYNAMIC], "current_dynamic");
	assert_string_equal(memory_attribute_names[ATTRIBUTE_TOTAL_DYNAMIC], "total_dynamic");
}

static void test_children_are_found_again(void **state)
{
	struct memory_tree *tree = *state;
	struct tree_node *fs = memory_tree_directory(tree, "fs");
	struct tree_node *inode = memory_tree_child(tree, fs, TREE_OBJECT, "inode.o");
	char name[] = "inode.o";

	assert_ptr_equal(memory_tree_child(tree, fs, TREE_OBJECT, name), inode);
	name[0] = 'X'; /* names are copied */
	assert_string_equal(inode->name, "inode.o");
	assert_int_equal(fs->child_count, 1);

	/* The same name elsewhere or of another kind is another node. */
	assert_ptr_not_equal(object(tree, "fs/ext4", "inode.o"), inode);
	assert_ptr_not_equal(memory_tree_child(tree, fs, TREE_DIRECTORY, "inode.o"), inode);
	assert_int_equal(fs->child_count, 3);
	/* A name that merely begins like another is another. */
	assert_ptr_not_equal(memory_tree_child(tree, fs, TREE_OBJECT, "inode.o2"), inode);
}

static void test_directories(void **state)
{
	struct memory_tree *tree = *state;
	struct tree_node *ext4 = memory_tree_directory(tree, "fs/ext4");
	size_t count = tree->node_count;

	assert_string_equal(path_of(ext4), "fs/ext4");
	assert_ptr_equal(memory_tree_directory(tree, "./fs//ext4/"), ext4);
	assert_ptr_equal(memory_tree_directory(tree, ""), tree->root);
	assert_ptr_equal(memory_tree_directory(tree, "."), tree->root);
	assert_ptr_equal(memory_tree_directory(tree, "./"), tree->root);
	assert_int_equal(tree->node_count, count);
	assert_string_equal(path_of(memory_tree_directory(tree, ".config/..")), ".config/..");
}

static void test_find(void **state)
{
	struct memory_tree *tree = *state;
	struct tree_node *inode = object(tree, "fs/ext4", "inode.o");
	struct tree_node *group = memory_tree_child(tree, tree->root, TREE_GROUP, "(module leaky)");
	const struct tree_node *ext4 = inode->parent;

	memory_tree_child(tree, inode, TREE_SYMBOL, "ext4_iget");
	for (int sealed = 0; sealed < 2; sealed++) {
		assert_ptr_equal(memory_tree_find(tree, "fs/ext4"), ext4);
		assert_ptr_equal(memory_tree_find(tree, "./fs/ext4"), ext4);
		assert_ptr_equal(memory_tree_find(tree, "fs//./ext4//"), ext4);
		assert_ptr_equal(memory_tree_find(tree, "/fs/ext4"), ext4);
		assert_ptr_equal(memory_tree_find(tree, "fs/ext4/inode.o"), inode);
		assert_ptr_equal(memory_tree_find(tree, "(module leaky)"), group);
		assert_ptr_equal(memory_tree_find(tree, ""), tree->root);

		/* Whole components only. */
		assert_null(memory_tree_find(tree, "fs/ext"));
		assert_null(memory_tree_find(tree, "fs/ext44"));
		assert_null(memory_tree_find(tree, "ext4"));
		assert_null(memory_tree_find(tree, "f"));
		assert_null(memory_tree_find(tree, "fs/ext4/inode.o/ext4_iget"));
		memory_tree_seal(tree);
	}
}

static void test_find_prefers_the_directory(void **state)
{
	struct memory_tree *tree = *state;

	object(tree, "lib", "zstd");
	memory_tree_directory(tree, "lib/zstd");
	assert_int_equal(memory_tree_find(tree, "lib/zstd")->kind, TREE_DIRECTORY);
}

/* Children in order, as a saved analysis has them, backwards, or one of them out of order. */
static void test_seal_sorts_whatever_came(void **state)
{
	static const char *const orders[] = {"abcdef", "fedcba", "abcfde", "bacdef", "a", ""};
	struct memory_tree *tree = *state;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		char name[] = "0", last = 0;
		struct tree_node *parent;
		size_t count = 0;

		name[0] = (char)('0' + i);
		parent = memory_tree_child(tree, tree->root, TREE_DIRECTORY, name);
		for (const char *c = orders[i]; *c; c++) {
			name[0] = *c;
			assert_non_null(memory_tree_child(tree, parent, TREE_SYMBOL, name));
		}
		for (int again = 0; again < 2; again++) {
			memory_tree_seal(tree);
			last = 0;
			count = 0;
			for (const struct tree_node *child = parent->first_child; child;
			     child = child->next_sibling) {
				assert_true(child->name[0] > last);
				last = child->name[0];
				count++;
			}
			assert_int_equal(count, strlen(orders[i]));
		}
	}
}

static void test_seal_sorts_and_sums(void **state)
{
	struct memory_tree *tree = *state;
	struct tree_node *fs = memory_tree_directory(tree, "fs");
	struct tree_node *inode = object(tree, "fs", "inode.o");

	memory_tree_directory(tree, "mm")->own.alloc_count = 1000;
	memory_tree_directory(tree, "block")->own.static_bss = 5;
	memory_tree_child(tree, inode, TREE_SYMBOL, "b")->own.static_text = 16;
	memory_tree_child(tree, inode, TREE_SYMBOL, "a")->own.current_dynamic = 3;
	memory_tree_child(tree, inode, TREE_PADDING, "a")->own.static_text = 4;
	inode->own.free_count = 2;
	memory_tree_seal(tree);

	assert_true(tree->sealed);
	assert_string_equal(tree->root->first_child->name, "block");
	assert_string_equal(tree->root->first_child->next_sibling->name, "fs");
	assert_string_equal(tree->root->first_child->next_sibling->next_sibling->name, "mm");
	assert_string_equal(inode->first_child->name, "a");
	assert_int_equal(inode->first_child->kind, TREE_SYMBOL);
	assert_int_equal(inode->first_child->next_sibling->kind, TREE_PADDING);
	assert_int_equal(fs->sum.static_text, 20);
	assert_int_equal(fs->sum.current_dynamic, 3);
	assert_int_equal(fs->own.static_text, 0);
	assert_int_equal(inode->sum.free_count, 2);
	assert_int_equal(tree->root->sum.alloc_count, 1000);
	assert_int_equal(tree->root->sum.static_bss, 5);
	assert_int_equal(tree->root->sum.static_text, 20);

	/* Adding opens it again; sums start afresh, not from the old ones. */
	memory_tree_directory(tree, "arch");
	assert_false(tree->sealed);
	memory_tree_seal(tree);
	assert_int_equal(tree->root->sum.static_text, 20);
	assert_string_equal(tree->root->first_child->name, "arch");
}

static void test_sums_wrap(void **state)
{
	struct memory_tree *tree = *state;

	memory_tree_directory(tree, "a")->own.total_dynamic = UINT64_MAX;
	memory_tree_directory(tree, "b")->own.total_dynamic = 3;
	memory_tree_seal(tree);
	assert_int_equal(tree->root->sum.total_dynamic, 2);
}

/* 100,000 siblings, and 100,000 levels: both would hurt a recursive or quadratic tree. */
static void test_wide_and_deep(void **state)
{
	enum { COUNT = 100000 };
	struct memory_tree *tree = *state;
	struct tree_node *wide = memory_tree_directory(tree, "wide");
	struct tree_node *deep = memory_tree_directory(tree, "deep");
	const struct tree_node *previous = NULL;
	char path[64];

	for (int i = 0; i < COUNT; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%d", (i * 7919) % COUNT);
		memory_tree_child(tree, wide, TREE_SYMBOL, name)->own.alloc_count = 1;
		deep = memory_tree_child(tree, deep, TREE_DIRECTORY, "d");
	}
	deep->own.alloc_count = 5;
	memory_tree_seal(tree);
	assert_int_equal(wide->child_count, COUNT);
	assert_int_equal(tree->root->sum.alloc_count, COUNT + 5);
	for (const struct tree_node *node = wide->first_child; node; node = node->next_sibling) {
		assert_true(!previous || strcmp(previous->name, node->name) < 0);
		previous = node;
	}
	tree_node_path(deep, path, sizeof(path));
	assert_int_equal(strlen(path), sizeof(path) - 1);
	assert_memory_equal(path, "deep/d/d/d/", 11);
	assert_true(tree_node_is_below(deep, memory_tree_find(tree, "deep")));
}

static void test_path_is_cut_at_the_end(void **state)
{
	struct memory_tree *tree = *state;
	const struct tree_node *node = object(tree, "fs/ext4", "inode.o");
	char buffer[32];

	for (size_t size = 1; size <= sizeof(buffer); size++) {
		char expected[32];

		memset(buffer, '#', sizeof(buffer));
		snprintf(expected, size, "%s", "fs/ext4/inode.o");
		assert_string_equal(tree_node_path(node, buffer, size), expected);
		assert_true(size == sizeof(buffer) || buffer[size] == '#');
	}
	assert_string_equal(tree_node_path(tree->root, buffer, sizeof(buffer)), "");
}

static void test_is_below(void **state)
{
	struct memory_tree *tree = *state;
	const struct tree_node *inode = object(tree, "fs/ext4", "inode.o");
	const struct tree_node *fs = memory_tree_find(tree, "fs");

	assert_true(tree_node_is_below(inode, fs));
	assert_true(tree_node_is_below(fs, fs));
	assert_true(tree_node_is_below(fs, tree->root));
	assert_false(tree_node_is_below(fs, inode));
	assert_false(tree_node_is_below(memory_tree_directory(tree, "mm"), fs));
}

static void test_suggest(void **state)
{
	static const struct {
		const char *branch;
		const char *nearest; /* NULL: nothing is near */
		const char *why;
	} cases[] = {
		{"ext4", "fs/ext4", "the end of a path"},
		{"net/wireless", "drivers/net/wireless", "two components"},
		{"ethernet", "net/ethernet", "the path with fewer components"},
		{"./ext4/", "fs/ext4", "normalized first"},
		{"fs/etx4", "fs/ext4", "two characters swapped"},
		{"fs/ext5", "fs/ext2", "first of two at the same distance"},
		{"fss/ext4", "fs/ext4", "one too many"},
		{"drivers/nte", "drivers/net", "deeper"},
		{"etx4", "fs/ext4", "typing error in the end of a path"},
		{"/usr/src/linux-6.1/fs/ext4", "fs/ext4", "an absolute path"},
		{"fs/ext4/nowhere/at/all", "fs/ext4", "an ancestor exists"},
		{"completely/different", NULL, "nothing is near"},
		{"inode.o", NULL, "objects are not directories"},
		{"", NULL, "the root exists"},
	};
	struct memory_tree *tree = *state;

	memory_tree_directory(tree, "fs/ext4");
	memory_tree_directory(tree, "fs/ext2");
	memory_tree_directory(tree, "net/ethernet");
	memory_tree_directory(tree, "drivers/net/ethernet");
	memory_tree_directory(tree, "drivers/net/wireless");
	object(tree, "fs", "inode.o");
	memory_tree_seal(tree);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buffer[64];
		const char *nearest =
			memory_tree_suggest(tree, cases[i].branch, buffer, sizeof(buffer));

		if (!cases[i].nearest) {
			assert_null(nearest);
		} else if (!nearest || strcmp(nearest, cases[i].nearest) != 0) {
			fail_msg("%s (%s): got %s, not %s", cases[i].branch, cases[i].why,
				 nearest ? nearest : "nothing", cases[i].nearest);
		}
	}
}

static void test_suggest_survives_any_length(void **state)
{
	struct memory_tree *tree = *state;
	char longest[5000];
	char buffer[5];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memory_tree_directory(tree, longest);
	memory_tree_directory(tree, "fs/ext4");
	memory_tree_seal(tree);
	for (size_t length = sizeof(longest) - 1; length > 200; length -= 7) {
		longest[length] = '\0';
		assert_null(memory_tree_suggest(tree, longest, buffer, sizeof(buffer)));
	}
	assert_string_equal(memory_tree_suggest(tree, "ext4", buffer, sizeof(buffer)), "fs/e");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_attribute_names),
		cmocka_unit_test_setup_teardown(test_children_are_found_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_find_prefers_the_directory, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seal_sorts_whatever_came, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sums_wrap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seal_sorts_and_sums, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sums_wrap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wide_and_deep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_path_is_cut_at_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_is_below, setup, teardown),
		cmocka_unit_test_setup_teardown(test_suggest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_suggest_survives_any_length, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
