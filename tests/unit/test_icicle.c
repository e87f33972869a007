/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/icicle.h"

static double advance(void *context, uint32_t character, bool bold)
{
	(void)context;
	return (character % 7) * 0.08 + (bold ? 0.42 : 0.36);
}

static const struct text_metrics metrics = {advance, NULL};

/* A picture of the tree in the test's own font, whose widths it knows. */
struct picture {
	struct chart_options options;
	struct scene scene;
	struct ring_chart chart;
};

static void picture_draw(struct picture *picture, const struct memory_tree *tree, int width,
			 int height)
{
	struct error err;

	picture->options = (struct chart_options){
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC,
		.kind = CHART_ICICLE,
		.branch = tree->root,
		.width = width,
		.height = height,
		.depth = CHART_DEPTH,
	};
	scene_init(&picture->scene, width, height, COLOUR_WHITE);
	picture->chart = (struct ring_chart){
		.options = &picture->options, .metrics = &metrics, .scene = &picture->scene};
	assert_int_equal(icicle_lay_out(&picture->chart, &err), 0);
	icicle_scene_draw(&picture->chart);
	assert_false(picture->scene.failed);
}

static void picture_release(struct picture *picture)
{
	ring_layout_release(&picture->chart.layout);
	scene_release(&picture->scene);
}

static struct oriented_box box_of(const struct scene_text *text)
{
	double along = text->anchor == ANCHOR_START ? text->width / 2 : 0;
	double up = text->size * (LABEL_ASCENT - 0.5);
	double c = cos(text->angle), s = sin(text->angle);

	return (struct oriented_box){
		{text->base.x + along * c + up * s, text->base.y + along * s - up * c},
		text->width / 2,
		text->size / 2,
		text->angle,
	};
}

static bool box_in_rectangle(const struct oriented_box *box, const struct scene_shape *shape)
{
	struct point corners[4];
	bool inside = true;

	box_corners(box, corners);
	for (int i = 0; i < 4; i++) {
		inside = inside && corners[i].x >= shape->corner.x - 1e-6 &&
			 corners[i].x <= shape->corner.x + shape->width + 1e-6 &&
			 corners[i].y >= shape->corner.y - 1e-6 &&
			 corners[i].y <= shape->corner.y + shape->height + 1e-6;
	}
	return inside;
}

/* Each label of a slice is wholly inside one rectangle, and no two texts share any area. */
static void picture_check(const struct picture *picture)
{
	const struct scene *scene = &picture->scene;
	const struct chart_options size = {.width = (int)scene->width,
					   .height = (int)scene->height};
	const struct ring_frame frame = chart_frame(&size);

	for (size_t i = 0; i < scene->text_count; i++) {
		struct oriented_box box = box_of(&scene->texts[i]);
		bool is_label =
			scene->texts[i].base.y > frame.top && scene->texts[i].base.y < frame.bottom;
		bool held = false;

		for (size_t j = 0; j < scene->shape_count && !held; j++) {
			held = box_in_rectangle(&box, &scene->shapes[j]);
		}
		assert_true(held || !is_label);
		for (size_t j = 0; j < i; j++) {
			struct oriented_box other = box_of(&scene->texts[j]);

			if (box_overlaps_box(&box, &other)) {
				fail_msg("'%s' overlaps '%s'", scene->texts[i].text,
					 scene->texts[j].text);
			}
		}
	}
	for (size_t i = 0; i < scene->shape_count; i++) {
		const struct scene_shape *shape = &scene->shapes[i];

		assert_true(shape->corner.x >= frame.margin - 1e-6);
		assert_true(shape->corner.x + shape->width <= scene->width - frame.margin + 1e-6);
		assert_true(shape->corner.y + shape->height <= frame.bottom + 1e-6);
	}
}

static void grow(struct memory_tree *tree, uint64_t seed, size_t count)
{
	struct tree_node *nodes[400];
	char name[40];

	nodes[0] = tree->root;
	for (size_t i = 1; i < count; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		snprintf(name, sizeof(name), "%.*s%zu", (int)(seed >> 60) + 1,
			 "a_name_that_goes_on", i);
		nodes[i] = memory_tree_child(tree, nodes[(seed >> 40) % i], TREE_DIRECTORY, name);
		assert_non_null(nodes[i]);
		nodes[i]->own.current_dynamic = (seed >> 33) >> (seed >> 32 & 15);
	}
	memory_tree_seal(tree);
}

static void test_no_overlap(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		struct memory_tree tree;
		struct picture picture;
		struct error err;

		assert_int_equal(memory_tree_init(&tree, &err), 0);
		grow(&tree, seed, 2 + seed * 3);
		picture_draw(&picture, &tree, seed % 3 == 0 ? CHART_MIN_SIDE : 1200,
			     seed % 2 == 0 ? CHART_MIN_SIDE : 900);
		picture_check(&picture);
		picture_release(&picture);
		memory_tree_release(&tree);
	}
}

static const struct scene_text *text_find(const struct scene *scene, const char *text)
{
	for (size_t i = 0; i < scene->text_count; i++) {
		if (strcmp(scene->texts[i].text, text) == 0) {
			return &scene->texts[i];
		}
	}
	return NULL;
}

/* A wide part lies with its bytes, a narrow one stands, and the whole stands above them. */
static void test_labels(void **state)
{
	struct memory_tree tree;
	struct picture picture;
	struct error err;

	(void)state;
	assert_int_equal(memory_tree_init(&tree, &err), 0);
	memory_tree_directory(&tree, "wide")->own.current_dynamic = 96 << 10;
	memory_tree_directory(&tree, "narrow")->own.current_dynamic = 4 << 10;
	memory_tree_seal(&tree);
	picture_draw(&picture, &tree, 800, 600);
	picture_check(&picture);
	assert_non_null(text_find(&picture.scene, "wide"));
	assert_non_null(text_find(&picture.scene, "96.0 KiB"));
	assert_non_null(text_find(&picture.scene, "narrow"));
	assert_true(text_find(&picture.scene, "wide")->angle == 0);
	assert_true(text_find(&picture.scene, "narrow")->angle < -1.5);
	assert_non_null(text_find(&picture.scene, "whole kernel: live dynamic memory, 100 KiB"));
	picture_release(&picture);
	memory_tree_release(&tree);
}

/* Gathered parts say how many they are, or nothing. */
static void test_gathered(void **state)
{
	struct memory_tree tree;
	struct picture picture;
	struct error err;
	char name[20];
	size_t found = 0;

	(void)state;
	assert_int_equal(memory_tree_init(&tree, &err), 0);
	memory_tree_directory(&tree, "wide")->own.current_dynamic = 96 << 10;
	for (int i = 0; i < 1234; i++) {
		snprintf(name, sizeof(name), "small%d", i);
		memory_tree_directory(&tree, name)->own.current_dynamic = 4;
	}
	memory_tree_seal(&tree);
	for (int height = CHART_MIN_SIDE; height <= 900; height += 30) {
		picture_draw(&picture, &tree, 400, height);
		picture_check(&picture);
		for (size_t i = 0; i < picture.scene.text_count; i++) {
			const char *text = picture.scene.texts[i].text;

			if (strncmp(text, "oth", 3) == 0) {
				assert_string_equal(text, "other (1234)");
				found++;
			}
		}
		picture_release(&picture);
	}
	assert_true(found > 0);
	memory_tree_release(&tree);
}

static void test_nothing(void **state)
{
	struct memory_tree tree;
	struct picture picture;
	struct error err;

	(void)state;
	assert_int_equal(memory_tree_init(&tree, &err), 0);
	memory_tree_seal(&tree);
	picture_draw(&picture, &tree, 800, 600);
	picture_check(&picture);
	assert_int_equal(picture.scene.shape_count, 1);
	picture_release(&picture);
	memory_tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_overlap),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
