/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random trees of every shape through layout and labels. The layout is compared
 * with a second one that is written the obvious way, by recursion over the tree
 * from each slice's figures alone; the labels with the proof in label_check.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/html_report.h"
#include "render/html_tree.h"
#include "render/label_layout.h"
#include "render/ring_chart.h"

struct random {
	uint64_t state;
};

/* xorshift64*: small, and the same on every machine. */
static uint64_t random_next(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return random->state * UINT64_C(2685821657736338717);
}

static uint64_t random_below(struct random *random, uint64_t limit)
{
	return random_next(random) % limit;
}

/* Sizes as in a kernel: many small, few huge, some zero. */
static uint64_t random_size(struct random *random)
{
	return random_below(random, 8) == 0
		       ? 0
		       : random_next(random) >> (34 + random_below(random, 30));
}

static double advance(void *context, uint32_t character, bool bold)
{
	(void)context;
	return (character % 7) * 0.08 + (bold ? 0.42 : 0.36);
}

static const struct text_metrics metrics = {advance, NULL};

/* Each new node hangs below one of the last `reach` nodes: 1 is a chain, many is flat. */
static void grow(struct memory_tree *tree, struct random *random, size_t count, size_t reach)
{
	struct tree_node **nodes = malloc((count + 1) * sizeof(struct tree_node *));
	char name[40];

	assert_non_null(nodes);
	nodes[0] = tree->root;
	for (size_t i = 1; i <= count; i++) {
		size_t back = random_below(random, reach < i ? reach : i) + 1;
		int length = (int)random_below(random, 24) + 1;

		snprintf(name, sizeof(name), "%.*s%zu", length, "a_name_that_goes_on_and_on", i);
		nodes[i] = memory_tree_child(tree, nodes[i - back], TREE_DIRECTORY, name);
		assert_non_null(nodes[i]);
		nodes[i]->own.current_dynamic = random_size(random);
		nodes[i]->own.total_dynamic = random_below(random, 2) ? 1 : 0;
		/* Sometimes more requested than allocated: waste that is negative. */
		nodes[i]->own.current_requested =
			nodes[i]->own.current_dynamic + 50 - random_below(random, 100);
	}
	free(nodes);
	memory_tree_seal(tree);
}

static uint64_t value_of(const struct tree_node *node, const struct ring_layout *layout)
{
	return memory_figures_get(&node->sum, layout->attribute);
}

static const struct slice *slice_of(const struct ring_layout *layout, const struct tree_node *node)
{
	for (size_t i = 0; i < layout->slice_count; i++) {
		if (layout->slices[i].kind == SLICE_NODE && layout->slices[i].node == node) {
			return &layout->slices[i];
		}
	}
	return NULL;
}

/*
 * The reference: a child is drawn exactly when its share of the parent's span is
 * long enough, and starts where the larger ones end.
 */
static void compare_children(const struct ring_layout *layout,
			     const struct ring_layout_options *options,
			     const struct tree_node *node, uint32_t ring, double start, double end)
{
	double sum = 0, total;

	if (ring == options->ring_count) {
		return;
	}
	for (const struct tree_node *child = node->first_child; child;
	     child = child->next_sibling) {
		sum += (double)value_of(child, layout);
	}
	total = fmax(sum, (double)value_of(node, layout));
	for (const struct tree_node *child = node->first_child; child && sum > 0;
	     child = child->next_sibling) {
		double span = (end - start) * (double)value_of(child, layout) / total;
		double length = span * options->turn_lengths[ring];
		const struct slice *slice = slice_of(layout, child);

		if (fabs(length - options->min_length) < 1e-6) {
			continue; /* rounding may decide either way */
		}
		assert_int_equal(slice != NULL, length > options->min_length);
		if (slice) {
			assert_int_equal(slice->ring, ring);
			assert_true(slice->value == value_of(child, layout));
			assert_true(fabs(slice->end - slice->start - span) < 1e-9);
			compare_children(layout, options, child, ring + 1, slice->start,
					 slice->end);
		}
	}
}

static void check_picture(const struct memory_tree *tree, enum memory_attribute attribute,
			  uint32_t ring_count, double radius, bool compare)
{
	struct ring_layout_options options = {
		.attribute = attribute,
		.branch = tree->root,
		.ring_count = ring_count,
		.min_length = SLICE_MIN_LENGTH,
	};
	struct rings rings = {{radius + 150, radius + 40}, radius / 4, radius, ring_count};
	struct label_area area = {0, 0, 2 * rings.centre.x, 2 * rings.centre.y};
	struct ring_layout layout;
	struct label_layout labels;
	struct arena arena;
	struct error err;
	const char *fault;

	arena_init(&arena);
	for (uint32_t i = 0; i < ring_count; i++) {
		options.turn_lengths[i] = 2 * M_PI * rings_outer(&rings, i);
	}
	/* As a change: the first two parts of the whole, whatever they are, have a sign each. */
	if (!compare && tree->root->first_child) {
		options.signs.grown = tree->root->first_child;
		options.signs.shrunk = tree->root->first_child->next_sibling;
	}
	assert_int_equal(ring_layout_init(&layout, &options, &err), 0);
	fault = ring_layout_check(&layout, &options);
	if (!fault) {
		assert_int_equal(
			label_layout_run(&layout, &rings, &area, &metrics, &arena, &labels, &err),
			0);
		fault = label_layout_check(&labels, &layout, &rings, &area);
	}
	if (fault) {
		fail_msg("%s", fault);
	}
	if (compare && layout.total > 0) {
		compare_children(&layout, &options, tree->root, 0, 0, 1);
	}
	ring_layout_release(&layout);
	arena_release(&arena);
}

static void test_random_trees(void **state)
{
	static const size_t reaches[] = {1, 2, 5, 30, 1000};
	struct random random = {88172645463325252u};

	(void)state;
	for (int round = 0; round < 150; round++) {
		struct memory_tree tree;
		struct error err;
		size_t count = 1 + random_below(&random, 400);
		size_t reach = reaches[random_below(&random, 5)];
		uint32_t rings = 1 + (uint32_t)random_below(&random, RING_LIMIT);
		double radius = 60 + (double)random_below(&random, 500);

		assert_int_equal(memory_tree_init(&tree, &err), 0);
		grow(&tree, &random, count, reach);
		check_picture(&tree, ATTRIBUTE_CURRENT_DYNAMIC, rings, radius, true);
		check_picture(&tree, ATTRIBUTE_TOTAL_DYNAMIC, rings, radius, true);
		check_picture(&tree, ATTRIBUTE_WASTE, rings, radius, true);
		check_picture(&tree, ATTRIBUTE_TOTAL_DYNAMIC, rings, radius, false);
		check_picture(&tree, ATTRIBUTE_STATIC, rings, radius, true); /* all zero */
		memory_tree_release(&tree);
	}
}

/* The page of a tree of any size stays one that can be mailed. */
static void check_page(const struct memory_tree *tree)
{
	struct html_report report = {
		.tree = tree,
		.chart = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC, .kind = CHART_ICICLE},
		.verdict = "",
		.command = "",
	};
	struct error err;
	unsigned char *bytes;
	size_t size;

	assert_int_equal(html_report_render(&report, &bytes, &size, &err), 0);
	assert_true(size < HTML_TREE_LIMIT + (1 << 19));
	free(bytes);
}

/* 100,000 functions: in one directory, in a chain, in a bush; drawn in every format. */
static void test_large_trees(void **state)
{
	static const size_t reaches[] = {1, 300, 1000000};
	struct random random = {42};

	(void)state;
	for (size_t i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++) {
		struct chart_options options = {.attribute = ATTRIBUTE_CURRENT_DYNAMIC};
		struct memory_tree tree;
		struct error err;

		assert_int_equal(memory_tree_init(&tree, &err), 0);
		grow(&tree, &random, 100000, reaches[i]);
		check_picture(&tree, ATTRIBUTE_CURRENT_DYNAMIC, 5, 370, false);
		for (int format = CHART_PNG; format <= CHART_PDF; format++) {
			unsigned char *bytes;
			size_t size;

			assert_int_equal(ring_chart_render(&tree, &options,
							   (enum chart_format)format, &bytes, &size,
							   &err),
					 0);
			assert_true(size > 0);
			free(bytes);
		}
		check_page(&tree);
		memory_tree_release(&tree);
	}
}

static int fonts_release(void **state)
{
	(void)state;
	chart_fonts_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_trees),
		cmocka_unit_test(test_large_trees),
	};

	return cmocka_run_group_tests(tests, NULL, fonts_release);
}
