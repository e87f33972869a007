/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a timeline's layout promises, on timelines of every shape; and how bands are made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/timeline_bands.h"
#include "render/timeline_chart.h"
#include "render/timeline_layout.h"

enum { SITES = 14, MARKERS = 40 };

static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Half an em, whatever the character. */
static double advance(void *context, uint32_t character, bool bold)
{
	(void)context;
	(void)character;
	return bold ? 0.6 : 0.5;
}

static const struct text_metrics metrics = {advance, NULL};

/* A timeline of random series, its tree and its sites. */
struct world {
	struct timeline timeline;
	struct timeline_bucket buckets[TIMELINE_BUCKETS];
	struct timeline_marker markers[MARKERS];
	struct timeline_point points[SITES][TIMELINE_BUCKETS];
	struct call_site sites[SITES];
	const struct call_site *list[SITES];
	struct memory_tree tree;
	char names[SITES][32];
};

static struct world world;

static void world_times(uint32_t bucket_count, unsigned int shift, size_t markers)
{
	struct timeline *timeline = &world.timeline;

	*timeline = (struct timeline){
		.unit = (enum event_clock_unit)(random_next() % 3),
		.shift = shift,
		.start = (random_next() % 1000) << shift,
		.bucket_count = bucket_count,
		.buckets = world.buckets,
		.markers = world.markers,
		.marker_count = markers,
	};
	timeline->first = timeline->start + random_next() % (1ull << shift);
	timeline->last = timeline->start + ((uint64_t)(bucket_count - 1) << shift);
	timeline->last = timeline->last < timeline->first ? timeline->first : timeline->last;
	for (size_t i = 0; i < markers; i++) {
		static const char *const names[] = {"boot", "a phase with a long name indeed", "",
						    "\xff<&>", "init"};

		world.markers[i].text = names[random_next() % 5];
		world.markers[i].time = timeline->first + (timeline->last - timeline->first) /
								  (markers + 1) * (i + 1);
	}
}

static void world_make(uint32_t bucket_count, unsigned int shift, size_t markers, bool placed)
{
	static const char *const directories[] = {"fs", "net/core", "drivers/tty", "mm"};
	uint64_t live = 0;
	struct error err;

	memset(&world, 0, sizeof(world));
	world_times(bucket_count, shift, markers);
	assert_int_equal(memory_tree_init(&world.tree, &err), 0);
	for (size_t s = 0; s < SITES; s++) {
		struct call_site *site = &world.sites[s];
		int64_t sum = 0;

		sprintf(world.names[s], "site_with_a_name_%zu+0x10", s);
		*site = (struct call_site){
			.site = world.names[s],
			.caller = world.names[s],
			.directory = placed ? directories[s % 4] : "(unplaced)",
			.placing = placed ? SITE_PLACED : SITE_UNPLACED,
			.series = {world.points[s], 0},
		};
		for (uint32_t i = 0; i < bucket_count; i++) {
			int64_t bytes = (int64_t)(random_next() % 2000) - 900;

			if (random_next() % 4 == 0 && bytes != 0 && sum + bytes >= 0) {
				world.points[s][site->series.count++] =
					(struct timeline_point){bytes, i};
				sum += bytes;
			}
		}
		site->figures.current_dynamic = (uint64_t)sum;
		live += (uint64_t)sum;
		world.list[s] = site;
	}
	assert_int_equal(call_sites_build_tree(world.sites, SITES, &world.tree, &err), 0);
	world.timeline.end_bytes = live;
}

/* The highest totals that the series allow for, and some losses. */
static void world_finish(const struct timeline_bands *bands)
{
	for (uint32_t i = 0; i < world.timeline.bucket_count; i++) {
		uint64_t sum = 0;

		for (size_t b = 0; b < bands->count; b++) {
			sum += bands->bands[b].live[i];
		}
		world.buckets[i].highest = sum + random_next() % 500;
		world.buckets[i].is_gap = random_next() % 9 == 0;
		world.buckets[i].lost = world.buckets[i].is_gap ? random_next() % 50 : 0;
		if (world.buckets[i].highest > world.timeline.peak_bytes) {
			world.timeline.peak_bytes = world.buckets[i].highest;
			world.timeline.peak_time =
				world.timeline.start + ((uint64_t)i << world.timeline.shift);
		}
	}
	if (world.timeline.peak_time < world.timeline.first) {
		world.timeline.peak_time = world.timeline.first;
	}
}

static void bands_make(struct timeline_bands *ret, size_t limit)
{
	const struct timeline_bands_request request = {
		.timeline = &world.timeline,
		.branch = world.tree.root,
		.sites = world.list,
		.site_count = SITES,
		.limit = limit,
	};
	struct error err;

	assert_int_equal(timeline_bands_init(&request, ret, &err), 0);
}

/* Bands add up to the sites, stand in order, and the last one is what was gathered. */
static void check_bands(const struct timeline_bands *bands, size_t limit)
{
	for (uint32_t i = 0; i < world.timeline.bucket_count; i++) {
		uint64_t of_sites = 0, of_bands = 0;

		for (size_t s = 0; s < SITES; s++) {
			const struct timeline_series *series = &world.sites[s].series;

			for (size_t p = 0; p < series->count && series->points[p].bucket <= i;
			     p++) {
				of_sites += (uint64_t)series->points[p].bytes;
			}
		}
		for (size_t b = 0; b < bands->count; b++) {
			of_bands += bands->bands[b].live[i];
		}
		assert_int_equal(of_sites, of_bands);
	}
	assert_true(bands->count <= limit + 1);
	for (size_t b = 0; b < bands->count; b++) {
		const struct timeline_band *band = &bands->bands[b];

		assert_int_equal(band->live[world.timeline.bucket_count - 1], band->end);
		assert_true(!band->name == (band->gathered > 0));
		assert_true(band->name || b == bands->count - 1);
		assert_true(b == 0 || !band->name || band[-1].most >= band->most);
	}
	assert_int_equal(bands->end_bytes, world.timeline.end_bytes);
}

struct box {
	double left, right, top, bottom;
};

static struct box boxes[256];
static size_t box_count;

static void box_add(double left, double width, double base, double size)
{
	boxes[box_count++] = (struct box){left, left + width, base - size * 0.75, base};
}

/* All texts of a layout, as boxes. */
static void boxes_fill(const struct timeline_layout *layout)
{
	box_count = 0;
	for (size_t i = 0; i < layout->bytes_tick_count; i++) {
		const struct layout_tick *tick = &layout->bytes_ticks[i];

		box_add(layout->left - 8 - tick->width, tick->width,
			tick->at + LAYOUT_TEXT_SIZE * 0.35, LAYOUT_TEXT_SIZE);
	}
	for (size_t i = 0; i < layout->time_tick_count; i++) {
		const struct layout_tick *tick = &layout->time_ticks[i];

		box_add(tick->at - tick->width / 2, tick->width, layout->tick_base,
			LAYOUT_TEXT_SIZE);
	}
	for (size_t i = 0; i < layout->phase_count; i++) {
		const struct layout_phase *phase = &layout->phases[i];

		if (phase->label) {
			box_add(phase->left + 4, phase->label_width,
				layout->phase_top + LAYOUT_PHASE_ROW - 5.5, LAYOUT_TEXT_SIZE);
			assert_true(phase->left + 4 + phase->label_width <= phase->right);
		}
	}
	box_add(layout->peak.start.x, layout->peak.width, layout->peak.start.y, LAYOUT_LABEL_SIZE);
	box_add(layout->end.start.x, layout->end.width, layout->end.start.y, LAYOUT_LABEL_SIZE);
}

static void check_texts(const struct timeline_layout *layout, double width, double height)
{
	boxes_fill(layout);
	for (size_t i = 0; i < box_count; i++) {
		assert_true(boxes[i].left >= 0 && boxes[i].right <= width);
		assert_true(boxes[i].top >= 0 && boxes[i].bottom <= height);
		for (size_t j = 0; j < i; j++) {
			assert_true(boxes[i].left >= boxes[j].right ||
				    boxes[j].left >= boxes[i].right ||
				    boxes[i].top >= boxes[j].bottom ||
				    boxes[j].top >= boxes[i].bottom);
		}
	}
}

/* Where a line stands at x; of points at one x the last. */
static double line_at(const struct point *points, size_t count, double x)
{
	for (size_t i = count - 1; i > 0; i--) {
		if (points[i - 1].x <= x) {
			double run = points[i].x - points[i - 1].x;

			return points[i - 1].y + (run > 0 ? (x - points[i - 1].x) / run : 1) *
							 (points[i].y - points[i - 1].y);
		}
	}
	return points[0].y;
}

/* Each band is as thick as its bytes, to the tolerance of two lines. */
static void check_lines(const struct timeline_layout *layout, const struct timeline_bands *bands)
{
	const double scale = (layout->bottom - layout->plot_top) / (double)layout->scale;

	assert_int_equal(layout->band_count, bands->count);
	for (size_t line = 0; line <= bands->count; line++) {
		const struct point *points = layout->lines[line].points;
		size_t count = layout->lines[line].count;

		assert_true(points[0].x == layout->left && points[count - 1].x == layout->right);
		for (size_t i = 0; i < count; i++) {
			assert_true(i == 0 || points[i - 1].x <= points[i].x);
			assert_true(points[i].y >= layout->plot_top - 1e-6 &&
				    points[i].y <= layout->bottom + 1e-6);
		}
	}
	for (size_t b = 0; b < bands->count && world.timeline.shift > 0; b++) {
		for (uint32_t i = 0; i < world.timeline.bucket_count; i++) {
			double x = timeline_layout_x(
				layout,
				world.timeline.start + ((uint64_t)(i + 1) << world.timeline.shift));
			double below = line_at(layout->lines[b].points, layout->lines[b].count, x);
			double above =
				line_at(layout->lines[b + 1].points, layout->lines[b + 1].count, x);

			assert_true(x >= layout->right ||
				    (below - above) - (double)bands->bands[b].live[i] * scale <
					    2 * LAYOUT_TOLERANCE + 1e-6);
		}
	}
}

static void check(uint32_t bucket_count, unsigned int shift, size_t markers, bool placed)
{
	static const double sizes[][2] = {{1200, 600}, {640, 300}, {240, 240}, {4000, 900}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct timeline_frame frame = {90,   sizes[i][0] - 60, 82, sizes[i][1] - 16,
					       true, markers > 0};
		struct timeline_layout layout;
		struct timeline_bands bands;
		struct arena arena;

		world_make(bucket_count, shift, markers, placed);
		bands_make(&bands, TIMELINE_BANDS);
		world_finish(&bands);
		timeline_bands_release(&bands);
		bands_make(&bands, TIMELINE_BANDS);
		check_bands(&bands, TIMELINE_BANDS);
		assert_int_equal(bands.is_by_site, !placed);
		arena_init(&arena);
		assert_true(timeline_layout_run(&bands, &frame, &metrics, &arena, &layout));
		if (sizes[i][0] > 300) {
			check_texts(&layout, sizes[i][0], sizes[i][1]);
		}
		check_lines(&layout, &bands);
		assert_true(layout.time_tick_count >= 1 || sizes[i][0] <= 300);
		arena_release(&arena);
		timeline_bands_release(&bands);
		memory_tree_release(&world.tree);
	}
}

static void test_shapes(void **state)
{
	(void)state;
	for (int round = 0; round < 12; round++) {
		check(1 + (uint32_t)(random_next() % TIMELINE_BUCKETS),
		      (unsigned int)(random_next() % 40), random_next() % MARKERS, round % 2);
	}
	check(1, 0, 0, true);
	check(1, 0, 3, false);
	check(2, 30, 1, true);
}

/* Nothing was ever live: a picture all the same. */
static void test_nothing(void **state)
{
	struct timeline_bands bands;
	struct chart_options options = {.source = "nothing.log"};
	unsigned char *bytes;
	size_t size;
	struct error err;

	(void)state;
	world_make(5, 3, 0, true);
	for (size_t s = 0; s < SITES; s++) {
		world.sites[s].series.count = 0;
	}
	world.timeline.end_bytes = 0;
	bands_make(&bands, TIMELINE_BANDS);
	assert_int_equal(bands.count, 0);
	assert_int_equal(timeline_chart_render(&bands, &options, CHART_SVG, &bytes, &size, &err),
			 0);
	assert_non_null(memmem(bytes, size, "peak 0 B", 8));
	free(bytes);
	timeline_bands_release(&bands);
	memory_tree_release(&world.tree);
}

/* No two bands of one picture look alike. */
static void test_colours(void **state)
{
	struct timeline_bands bands;

	(void)state;
	for (int placed = 0; placed < 2; placed++) {
		world_make(50, 3, 0, placed);
		bands_make(&bands, TIMELINE_BANDS);
		for (size_t i = 0; i < bands.count; i++) {
			for (size_t j = 0; j < i; j++) {
				assert_true(timeline_band_colour(&bands, i) !=
					    timeline_band_colour(&bands, j));
			}
		}
		timeline_bands_release(&bands);
		memory_tree_release(&world.tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_colours),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	chart_fonts_release();
	return failed;
}
