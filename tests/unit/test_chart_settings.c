/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/cli/chart_settings.h"

typedef int (*setter)(struct chart_options *, const char *, const char *, struct error *);

static struct chart_options set(setter apply, const char *value)
{
	struct chart_options chart = {0};
	struct error err = {0};

	if (apply(&chart, "option", value, &err) < 0) {
		fail_msg("%s: %s", value, err.text);
	}
	return chart;
}

static void assert_refused(setter apply, const char *value)
{
	static const struct chart_options untouched;
	struct chart_options chart = {0};
	struct error err = {0};

	assert_int_equal(apply(&chart, "option", value, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text, "--option"));
	assert_memory_equal(&chart, &untouched, sizeof(chart));
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(set(chart_settings_kind, "icicle").kind, CHART_ICICLE);
	assert_int_equal(set(chart_settings_kind, "rings").kind, CHART_RINGS);
	assert_int_equal(set(chart_settings_theme, "dark").theme, CHART_DARK);
	assert_int_equal(set(chart_settings_theme, "light").theme, CHART_LIGHT);
	assert_refused(chart_settings_kind, "pie");
	assert_refused(chart_settings_kind, "");
	assert_refused(chart_settings_theme, "Dark");
}

static void test_numbers(void **state)
{
	static const char *const bad_depths[] = {"", "0", "13", "-1", "5x", " 5", "99999999999"};
	static const char *const bad_scales[] = {"",	"0.2", "8.1", "nan", "1e1",
						 "0x2", "-1",  "1,5", ".5",  "99999999999"};
	static const char *const bad_sizes[] = {
		"",	    "800",	 "800x",    "x600",	"800x239",
		"8193x600", "800x600x2", "800X600", "800 x600", "99999999999x600"};

	(void)state;
	assert_int_equal(set(chart_settings_depth, "1").depth, 1);
	assert_int_equal(set(chart_settings_depth, "12").depth, 12);
	assert_true(set(chart_settings_scale, "1.5").scale == 1.5);
	assert_true(set(chart_settings_scale, "8").scale == 8);
	assert_true(set(chart_settings_scale, "0.25").scale == 0.25);
	assert_int_equal(set(chart_settings_size, "800x600").width, 800);
	assert_int_equal(set(chart_settings_size, "800x600").height, 600);
	for (size_t i = 0; i < sizeof(bad_depths) / sizeof(bad_depths[0]); i++) {
		assert_refused(chart_settings_depth, bad_depths[i]);
	}
	for (size_t i = 0; i < sizeof(bad_scales) / sizeof(bad_scales[0]); i++) {
		assert_refused(chart_settings_scale, bad_scales[i]);
	}
	for (size_t i = 0; i < sizeof(bad_sizes) / sizeof(bad_sizes[0]); i++) {
		assert_refused(chart_settings_size, bad_sizes[i]);
	}
}

/* Each is fine by itself. */
static void test_too_many_pixels(void **state)
{
	struct chart_options chart = {.width = 4000, .height = 3000, .scale = 2};
	struct error err;

	(void)state;
	assert_int_equal(chart_settings_check(&chart, &err), 0);
	chart.scale = 2.1;
	assert_int_equal(chart_settings_check(&chart, &err), ERROR_USAGE);
	chart = (struct chart_options){.scale = CHART_MAX_SCALE};
	assert_int_equal(chart_settings_check(&chart, &err), ERROR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_too_many_pixels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
