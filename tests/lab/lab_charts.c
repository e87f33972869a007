/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The promises of the charts on every text log of the lab, in the font they are drawn
 * with: slices fill their parents, figures are the tree's, and no label overlaps
 * anything. The proofs themselves are ring_layout_check and label_layout_check.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <string.h>

#include "analyzer/cli/analysis.h"
#include "render/font_metrics.h"
#include "render/ring_scene.h"
#include "tests/test_paths.h"

#define PATH_SIZE 4096

/* Every size that changes what fits: the default, one without legend, the smallest. */
static const int sizes[][2] = {{CHART_WIDTH, CHART_HEIGHT}, {700, 500}, {240, 240}};

static const char *picture_check(const struct analysis *analysis,
				 const struct chart_options *options,
				 const struct text_metrics *metrics, size_t *label_count)
{
	struct ring_layout_options layout_options = chart_layout_options(options);
	struct scene scene;
	struct ring_chart chart = {.options = options, .metrics = metrics, .scene = &scene};
	const struct rings *rings = &chart.frame.rings;
	const char *fault;
	struct error err;

	scene_init(&scene, options->width, options->height, COLOUR_WHITE);
	assert_int_equal(rings_lay_out(&chart, &err), 0);
	layout_options.ring_count = rings->count;
	for (uint32_t ring = 0; ring < rings->count; ring++) {
		layout_options.turn_lengths[ring] = 2 * M_PI * rings_outer(rings, ring);
	}
	assert_true(chart.layout.total ==
		    memory_figures_get(&options->branch->sum, options->attribute));
	assert_true(options->branch != analysis->tree.root || chart.layout.total == 0 ||
		    chart.layout.slice_count > 0);
	fault = ring_layout_check(&chart.layout, &layout_options);
	if (!fault) {
		fault = label_layout_check(&chart.labels, &chart.layout, rings,
					   &chart.frame.call_outs);
	}
	*label_count += chart.labels.count;
	ring_layout_release(&chart.layout);
	scene_release(&scene);
	return fault;
}

/* All attributes, the whole and its largest parts, and every size. */
static size_t analysis_check(const char *name, const struct analysis *analysis,
			     const struct text_metrics *metrics)
{
	static const char *const branches[] = {"", "fs", "drivers", "fs/inode.o", "(unplaced)"};
	size_t label_count = 0;

	for (size_t i = 0; i < sizeof(branches) / sizeof(branches[0]); i++) {
		struct chart_options options = {.scale = 1, .depth = CHART_DEPTH};

		options.branch = memory_tree_find(&analysis->tree, branches[i]);
		for (int j = 0; options.branch && j < ATTRIBUTE_COUNT * 3; j++) {
			const char *fault;

			options.attribute = (enum memory_attribute)(j / 3);
			options.width = sizes[j % 3][0];
			options.height = sizes[j % 3][1];
			fault = picture_check(analysis, &options, metrics, &label_count);
			if (fault) {
				fail_msg("%s, '%s', %s, %d wide: %s", name, branches[i],
					 memory_attribute_names[options.attribute], options.width,
					 fault);
			}
		}
	}
	return label_count;
}

/* Returns how many labels were looked at; 0 for a file that is no trace. */
static size_t log_check(const char *path, const char *kernel)
{
	char file_option[] = "-f", kernel_option[] = "-k", program[] = "trace_analyze";
	char *arguments[] = {program,	    file_option,    (char *)path,
			     kernel_option, (char *)kernel, NULL};
	struct diagnostics diagnostics;
	struct analysis analysis = {0};
	struct options options;
	struct font_metrics font;
	struct text_metrics metrics;
	struct error err;
	size_t label_count;

	diagnostics_init(&diagnostics, stderr);
	diagnostics.quiet = true;
	assert_int_equal(options_parse(kernel ? 5 : 3, arguments, &options, &err), 0);
	if (analysis_run(&options, &diagnostics, &analysis, &err) < 0) {
		return 0;
	}
	assert_int_equal(font_metrics_init(&font, &err), 0);
	metrics = font_metrics_text(&font);
	label_count = analysis_check(path, &analysis, &metrics);
	font_metrics_release(&font);
	analysis_release(&analysis);
	return label_count;
}

/* Logs of the kernel whose tree the lab has. */
static void test_logs_with_tree(void **state)
{
	static const char *const logs[] = {"boot.log", "bootwork.log"};
	char path[PATH_SIZE], kernel[PATH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		if (!lab_path(logs[i], path, sizeof(path)) ||
		    !lab_path("linux", kernel, sizeof(kernel))) {
			skip();
		}
		assert_true(log_check(path, kernel) > 100);
	}
}

/* Every file of the other folders that is a trace. */
static void test_logs_without_tree(void **state)
{
	static const char *const folders[] = {"2012",	      "variants",	  "leaky",
					      "formats/5.10", "formats/5.10-686", "formats/6.1",
					      "formats/6.12"};
	size_t log_count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char folder[PATH_SIZE], path[2 * PATH_SIZE];
		struct dirent *entry;
		DIR *files;

		if (!lab_path(folders[i], folder, sizeof(folder))) {
			skip();
		}
		files = opendir(folder);
		assert_non_null(files);
		while ((entry = readdir(files)) != NULL) {
			snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
			if (entry->d_type != DT_DIR && log_check(path, NULL) > 0) {
				log_count++;
			}
		}
		closedir(files);
	}
	assert_true(log_count > 100);
}

static void test_large_logs(void **state)
{
	static const char *const logs[] = {"big.log", "stack.log", "pages.log"};
	char path[PATH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		if (!lab_path(logs[i], path, sizeof(path))) {
			skip();
		}
		assert_true(log_check(path, NULL) > 0);
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
		cmocka_unit_test(test_logs_with_tree),
		cmocka_unit_test(test_logs_without_tree),
		cmocka_unit_test(test_large_logs),
	};

	return cmocka_run_group_tests(tests, NULL, fonts_release);
}
