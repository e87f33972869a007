/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/ring_layout.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

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

static void add(struct memory_tree *tree, const char *path, uint64_t bytes)
{
	struct tree_node *node = memory_tree_directory(tree, path);

	assert_non_null(node);
	node->own.current_dynamic += bytes;
	node->own.current_requested += bytes;
}

/* Rings whose outer edges are all 1,000 px long: 3 px are 3/1000 of the turn. */
static struct ring_layout_options options_for(const struct memory_tree *tree, uint32_t rings)
{
	struct ring_layout_options options = {
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC,
		.branch = tree->root,
		.ring_count = rings,
		.min_length = SLICE_MIN_LENGTH,
	};

	for (uint32_t i = 0; i < RING_LIMIT; i++) {
		options.turn_lengths[i] = 1000;
	}
	return options;
}

static void lay_out(struct ring_layout *layout, const struct ring_layout_options *options)
{
	struct error err;
	const char *fault;

	assert_int_equal(ring_layout_init(layout, options, &err), 0);
	fault = ring_layout_check(layout, options);
	if (fault) {
		fail_msg("%s", fault);
	}
}

static void test_order_is_size_then_name(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 1);
	struct ring_layout layout;
	static const char *const expected[] = {"net", "fs", "lib", "mm"};
	static const double ends[] = {0.4, 0.6, 0.8, 1.0};

	add(tree, "mm", 200);
	add(tree, "net", 400);
	add(tree, "lib", 200);
	add(tree, "fs", 200);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.total, 1000);
	assert_int_equal(layout.slice_count, COUNT_OF(expected));
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		assert_string_equal(layout.slices[i].node->name, expected[i]);
		assert_true(fabs(layout.slices[i].end - ends[i]) < 1e-15);
	}
	ring_layout_release(&layout);
}

/* Siblings of different kinds may share a name: the kind decides then. */
static void test_order_of_equal_names(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 1);
	struct ring_layout layout;
	struct tree_node *group = memory_tree_child(tree, tree->root, TREE_GROUP, "x");
	struct tree_node *object = memory_tree_child(tree, tree->root, TREE_OBJECT, "x");

	group->own.current_dynamic = object->own.current_dynamic = 10;
	add(tree, "x", 10);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.slices[0].node->kind, TREE_DIRECTORY);
	assert_int_equal(layout.slices[1].node->kind, TREE_OBJECT);
	assert_int_equal(layout.slices[2].node->kind, TREE_GROUP);
	ring_layout_release(&layout);
}

static void test_own_bytes_have_a_slice(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 2);
	struct ring_layout layout;

	add(tree, "fs", 30);
	add(tree, "fs/ext4", 70);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.slice_count, 3);
	assert_string_equal(layout.slices[1].node->name, "ext4");
	assert_int_equal(layout.slices[2].kind, SLICE_OWN);
	assert_string_equal(layout.slices[2].node->name, "fs");
	assert_int_equal(layout.slices[2].value, 30);
	assert_int_equal(layout.slices[2].parent, 0);
	ring_layout_release(&layout);
}

/* 3 px of 1,000 are 0.3 %: 3 of 1,000 bytes are drawn, 2 are gathered. */
static void test_short_parts_are_gathered(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 1);
	struct ring_layout layout;

	add(tree, "a", 993);
	add(tree, "b", 3);
	add(tree, "c", 2);
	add(tree, "d", 2);
	add(tree, "nothing", 0);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.slice_count, 3);
	assert_string_equal(layout.slices[1].node->name, "b");
	assert_int_equal(layout.slices[2].kind, SLICE_OTHER);
	assert_int_equal(layout.slices[2].count, 2);
	assert_int_equal(layout.slices[2].value, 4);
	assert_false(layout.slices[2].sliver);
	ring_layout_release(&layout);
}

static void test_gathered_parts_may_be_a_sliver(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 1);
	struct ring_layout layout;

	add(tree, "a", 999);
	add(tree, "b", 1);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.slice_count, 2);
	assert_int_equal(layout.slices[1].kind, SLICE_OTHER);
	assert_true(layout.slices[1].sliver);
	assert_true(layout.slices[1].end - layout.slices[1].start < 0.0011);
	ring_layout_release(&layout);
}

static void test_what_goes_deeper_is_marked(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 2);
	struct ring_layout layout;

	add(tree, "drivers/net/ethernet", 60);
	add(tree, "drivers/tty", 40);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.slice_count, 3);
	assert_false(layout.slices[0].deeper);
	assert_string_equal(layout.slices[1].node->name, "net");
	assert_true(layout.slices[1].deeper);
	assert_false(layout.slices[2].deeper);
	assert_int_equal(ring_layout_depth(tree->root, ATTRIBUTE_CURRENT_DYNAMIC, 5), 3);
	assert_int_equal(ring_layout_depth(tree->root, ATTRIBUTE_CURRENT_DYNAMIC, 2), 2);
	assert_int_equal(ring_layout_depth(tree->root, ATTRIBUTE_STATIC, 5), 0);
	ring_layout_release(&layout);
}

/* A branch is the whole turn, and what lies beside it must not be looked at. */
static void test_branch(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 3);
	struct ring_layout layout;

	add(tree, "fs/ext4/a/b", 1);
	add(tree, "fs/proc", 3);
	add(tree, "zzz/deep/er/still", 1000);
	memory_tree_seal(tree);
	options.branch = memory_tree_find(tree, "fs");
	lay_out(&layout, &options);
	assert_int_equal(layout.total, 4);
	assert_string_equal(layout.slices[0].node->name, "proc");
	assert_int_equal(ring_layout_depth(options.branch, ATTRIBUTE_CURRENT_DYNAMIC, 9), 3);
	ring_layout_release(&layout);

	options.branch = memory_tree_find(tree, "fs/proc"); /* a leaf: one slice, itself */
	assert_int_equal(ring_layout_depth(options.branch, ATTRIBUTE_CURRENT_DYNAMIC, 9), 1);
	lay_out(&layout, &options);
	assert_int_equal(layout.slice_count, 1);
	assert_int_equal(layout.slices[0].kind, SLICE_OWN);
	assert_int_equal(layout.slices[0].value, 3);
	ring_layout_release(&layout);
}

static void test_nothing(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 5);
	struct ring_layout layout;

	add(tree, "fs", 0);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_int_equal(layout.total, 0);
	assert_int_equal(layout.slice_count, 0);
	ring_layout_release(&layout);
}

/* A damaged trace: one child has "negative" waste, so the other has more than the parent. */
static void test_children_with_more_than_their_parent(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 2);
	struct ring_layout layout;
	struct tree_node *a = memory_tree_directory(tree, "fs/a");
	struct tree_node *b = memory_tree_directory(tree, "fs/b");
	struct tree_node *c = memory_tree_directory(tree, "fs/c");

	a->own = (struct memory_figures){.current_dynamic = 100};
	b->own = (struct memory_figures){.current_requested = 60};
	c->own = (struct memory_figures){.current_dynamic = 100};
	memory_tree_seal(tree);
	options.attribute = ATTRIBUTE_WASTE;
	lay_out(&layout, &options);
	assert_int_equal(layout.total, 140);
	assert_int_equal(layout.slice_count, 3);
	assert_int_equal(layout.slices[1].value, 100); /* the tree's figure, half the span */
	assert_true(layout.slices[1].end == 0.5);
	assert_true(layout.slices[2].end == 1);
	ring_layout_release(&layout);
}

/* Figures near 2^64 stay exact; spans stay in order. */
static void test_huge_figures(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 1);
	struct ring_layout layout;

	add(tree, "a", UINT64_C(1) << 63);
	add(tree, "b", (UINT64_C(1) << 63) - 2);
	add(tree, "c", 1);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	assert_true(layout.total == UINT64_MAX);
	assert_true(layout.slices[1].value == (UINT64_C(1) << 63) - 2);
	assert_int_equal(layout.slices[2].value, 1);
	ring_layout_release(&layout);
}

static void test_bad_options(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, RING_LIMIT);
	struct ring_layout layout;
	struct error err;

	add(tree, "fs", 1);
	memory_tree_seal(tree);
	options.ring_count = 0;
	assert_int_equal(ring_layout_init(&layout, &options, &err), ERROR_USAGE);
	options.ring_count = RING_LIMIT + 1;
	assert_int_equal(ring_layout_init(&layout, &options, &err), ERROR_USAGE);
	options.ring_count = 2;
	options.turn_lengths[1] = NAN;
	assert_int_equal(ring_layout_init(&layout, &options, &err), ERROR_USAGE);
	assert_null(layout.slices);
}

/* The checker itself: what the model test relies on must see each kind of damage. */
static void test_check_sees_damage(void **state)
{
	struct memory_tree *tree = *state;
	struct ring_layout_options options = options_for(tree, 2);
	struct ring_layout layout;
	struct slice *slices;
	struct slice kept;

	add(tree, "a/x", 500);
	add(tree, "a/y", 100);
	add(tree, "b", 400);
	memory_tree_seal(tree);
	lay_out(&layout, &options);
	slices = layout.slices;

	kept = slices[2];
	slices[2].value++;
	assert_non_null(ring_layout_check(&layout, &options));
	slices[2] = kept;
	slices[2].end = 0.499;
	assert_non_null(ring_layout_check(&layout, &options));
	slices[2] = kept;
	slices[2].parent = 1;
	assert_non_null(ring_layout_check(&layout, &options));
	slices[2] = slices[3];
	slices[3] = kept;
	assert_non_null(ring_layout_check(&layout, &options));
	slices[3] = slices[2];
	slices[2] = kept;
	assert_null(ring_layout_check(&layout, &options));
	options.min_length = 200;
	assert_non_null(ring_layout_check(&layout, &options));
	ring_layout_release(&layout);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_is_size_then_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_of_equal_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_bytes_have_a_slice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_short_parts_are_gathered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gathered_parts_may_be_a_sliver, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_what_goes_deeper_is_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_branch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_children_with_more_than_their_parent, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_huge_figures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_options, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_sees_damage, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
