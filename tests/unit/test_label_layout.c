/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/label_layout.h"

/* Every character is 0.6 em wide: widths can be told by counting. */
static double advance(void *context, uint32_t character, bool bold)
{
	(void)context;
	(void)character;
	(void)bold;
	return 0.6;
}

static const struct text_metrics metrics = {advance, NULL};
static const struct label_area area = {0, 0, 1000, 800};

struct picture {
	struct memory_tree tree;
	struct arena arena;
	struct rings rings;
	struct ring_layout layout;
	struct label_layout labels;
};

static int setup(void **state)
{
	static struct picture picture;
	struct error err;

	picture = (struct picture){0};
	assert_int_equal(memory_tree_init(&picture.tree, &err), 0);
	arena_init(&picture.arena);
	*state = &picture;
	return 0;
}

static int teardown(void **state)
{
	struct picture *picture = *state;

	ring_layout_release(&picture->layout);
	arena_release(&picture->arena);
	memory_tree_release(&picture->tree);
	return 0;
}

static void add(struct picture *picture, const char *path, uint64_t bytes)
{
	memory_tree_directory(&picture->tree, path)->own.current_dynamic += bytes;
}

static void lay_out(struct picture *picture, uint32_t rings)
{
	struct ring_layout_options options = {
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC,
		.branch = picture->tree.root,
		.ring_count = rings,
		.min_length = SLICE_MIN_LENGTH,
	};
	struct error err;
	const char *fault;

	memory_tree_seal(&picture->tree);
	picture->rings = (struct rings){{500, 400}, 80, 330, rings};
	for (uint32_t i = 0; i < rings; i++) {
		options.turn_lengths[i] = 2 * M_PI * rings_outer(&picture->rings, i);
	}
	assert_int_equal(ring_layout_init(&picture->layout, &options, &err), 0);
	assert_int_equal(label_layout_run(&picture->layout, &picture->rings, &area, &metrics,
					  &picture->arena, &picture->labels, &err),
			 0);
	fault = label_layout_check(&picture->labels, &picture->layout, &picture->rings, &area);
	if (fault) {
		fail_msg("%s", fault);
	}
}

static const struct label *label_of(const struct picture *picture, const char *name)
{
	for (size_t i = 0; i < picture->labels.count; i++) {
		const struct label *label = &picture->labels.labels[i];
		const struct slice *slice = &picture->layout.slices[label->slice];

		if (slice->kind == SLICE_NODE && strcmp(slice->node->name, name) == 0) {
			return label;
		}
	}
	return NULL;
}

static void test_long_arcs_are_labelled_along(void **state)
{
	struct picture *picture = *state;
	const struct label *label;

	add(picture, "fs", 50);
	add(picture, "mm", 50);
	lay_out(picture, 1);
	label = label_of(picture, "fs");
	assert_non_null(label);
	assert_int_equal(label->kind, LABEL_ALONG_ARC);
	assert_string_equal(label->text, "fs");
	assert_string_equal(label->detail, "50 B");
}

/* 40 equal slices: too short for the name along the arc, wide enough for a line of text. */
static void test_wide_slices_are_labelled_radially(void **state)
{
	struct picture *picture = *state;
	const struct label *label;
	char name[32];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "directory_%02d", i);
		add(picture, name, 10);
	}
	lay_out(picture, 1);
	label = label_of(picture, "directory_07");
	assert_non_null(label);
	assert_int_equal(label->kind, LABEL_RADIAL);
	assert_string_equal(label->text, "directory_07");
}

static void test_long_names_are_shortened_or_left_out(void **state)
{
	struct picture *picture = *state;
	size_t shortened = 0;
	char name[64];

	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "a_function_with_a_rather_long_name_%02d", i);
		add(picture, name, (uint64_t)(60 - i));
		snprintf(name, sizeof(name), "a_function_with_a_rather_long_name_%02d/child", i);
		add(picture, name, 1);
	}
	lay_out(picture, 2);
	for (size_t i = 0; i < picture->labels.count; i++) {
		const char *end = strstr(picture->labels.labels[i].text, ELLIPSIS);

		if (end) {
			assert_true(end - picture->labels.labels[i].text >= LABEL_MIN_CHARACTERS);
			shortened++;
		}
	}
	assert_true(shortened > 0);
}

/* A thin innermost slice of 2 %, and nothing to write on: the call-out names it. */
static void test_large_slices_without_label_are_called_out(void **state)
{
	struct picture *picture = *state;
	const struct label *label;

	add(picture, "fs", 60);
	add(picture, "kernel", 38);
	add(picture, "crypto", 2);
	add(picture, "fs/a/b/c/d", 100);
	lay_out(picture, 5);
	label = label_of(picture, "crypto");
	assert_non_null(label);
	assert_int_equal(label->kind, LABEL_CALL_OUT);
	assert_string_equal(label->text, "crypto");
	assert_string_equal(label->detail, "2 B");
}

static void test_gathered_slices_say_how_many(void **state)
{
	struct picture *picture = *state;
	char name[32];
	bool found = false;

	add(picture, "fs", 10000);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "x%d", i);
		add(picture, name, 3);
	}
	lay_out(picture, 1);
	for (size_t i = 0; i < picture->labels.count; i++) {
		found |= strcmp(picture->labels.labels[i].text, "other (500)") == 0;
	}
	assert_true(found);
}

static void test_one_child_all_the_way_round(void **state)
{
	struct picture *picture = *state;

	add(picture, "drivers/net/ethernet/intel/e1000e", 7);
	lay_out(picture, 5);
	assert_int_equal(picture->labels.count, 5);
}

static void test_nothing_to_label(void **state)
{
	struct picture *picture = *state;

	lay_out(picture, 3);
	assert_int_equal(picture->labels.count, 0);
}

static void test_boxes(void **state)
{
	struct oriented_box a = {{0, 0}, 10, 5, 0}, b = {{21, 0}, 10, 5, 0};
	struct sector quarter = {{0, 0}, 50, 100, 0, 0.25};
	struct sector most = {{0, 0}, 50, 100, 0, 0.75};
	struct oriented_box inside = {{53, -53}, 10, 5, 0};

	(void)state;
	assert_false(box_overlaps_box(&a, &b));
	b.angle = M_PI / 4; /* its corner now reaches out to x = 21 - 10.6 */
	assert_false(box_overlaps_box(&a, &b));
	b.centre.x = 20;
	assert_true(box_overlaps_box(&a, &b));
	b = (struct oriented_box){{15, 9}, 6, 4, M_PI / 4}; /* their bounding boxes do overlap */
	assert_false(box_overlaps_box(&a, &b));
	assert_true(box_meets_segment(&a, (struct point){-20, 0}, (struct point){20, 1}));
	assert_false(box_meets_segment(&a, (struct point){-20, 6}, (struct point){20, 6}));
	assert_false(box_meets_segment(&a, (struct point){0, 20}, (struct point){0, 6}));
	assert_true(box_in_sector(&inside, &quarter));
	assert_true(box_in_sector(&inside, &most));
	inside.centre = (struct point){8, -75}; /* crosses 12 o'clock */
	assert_false(box_in_sector(&inside, &quarter));
	inside.centre = (struct point){-75, -8}; /* between 9 o'clock and noon */
	assert_false(box_in_sector(&inside, &most));
	inside.centre = (struct point){0, 75};
	assert_true(box_in_sector(&inside, &most));
	inside.centre = (struct point){40, -40}; /* into the hole */
	assert_false(box_in_sector(&inside, &quarter));
	inside.centre = (struct point){66, -66}; /* over the rim */
	assert_false(box_in_sector(&inside, &quarter));
	assert_true(segments_cross((struct point){0, 0}, (struct point){2, 2}, (struct point){0, 2},
				   (struct point){2, 0}));
	assert_false(segments_cross((struct point){0, 0}, (struct point){1, 1},
				    (struct point){0, 3}, (struct point){3, 0}));
	assert_true(fabs(segment_distance((struct point){-1, 2}, (struct point){1, 2},
					  (struct point){0, 0}) -
			 2) < 1e-12);
}

/* What the proofs rest on: the checker must see a label that was moved. */
static void test_check_sees_damage(void **state)
{
	struct picture *picture = *state;
	struct label *labels, kept;

	add(picture, "fs", 60);
	add(picture, "kernel", 38);
	add(picture, "crypto", 2);
	add(picture, "fs/a/b/c/d", 100);
	lay_out(picture, 5);
	labels = picture->labels.labels;
	kept = labels[1];
	labels[1].box.centre = labels[0].box.centre;
	assert_non_null(
		label_layout_check(&picture->labels, &picture->layout, &picture->rings, &area));
	labels[1] = kept;
	labels[1].box.half_width = 150;
	assert_non_null(
		label_layout_check(&picture->labels, &picture->layout, &picture->rings, &area));
	labels[1] = kept;
	labels[1].size = 8;
	assert_non_null(
		label_layout_check(&picture->labels, &picture->layout, &picture->rings, &area));
	labels[1] = kept;
	kept = labels[picture->labels.count - 1];
	assert_int_equal(kept.kind, LABEL_CALL_OUT);
	labels[picture->labels.count - 1].box.centre.y += 100;
	assert_non_null(
		label_layout_check(&picture->labels, &picture->layout, &picture->rings, &area));
	labels[picture->labels.count - 1] = kept;
	labels[picture->labels.count - 1].leader[1] = labels[0].box.centre;
	assert_non_null(
		label_layout_check(&picture->labels, &picture->layout, &picture->rings, &area));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_long_arcs_are_labelled_along, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wide_slices_are_labelled_radially, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_long_names_are_shortened_or_left_out, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_large_slices_without_label_are_called_out,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_gathered_slices_say_how_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_child_all_the_way_round, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_to_label, setup, teardown),
		cmocka_unit_test(test_boxes),
		cmocka_unit_test_setup_teardown(test_check_sees_damage, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
