/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no trace text is refused by its content, with what to do instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/input/trace_detect.h"

static void test_kinds(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *says; /* NULL: may be text */
	} rows[] = {
		{"# tracer: nop\n", 14, NULL},
		{"", 0, "empty"},
		{"\x7f"
		 "ELF\x02",
		 5, "-k"},
		{"SQLite format 3\0", 16, "SQLite"},
		{"\x89PNG\r\n", 6, "picture"},
		{"%PDF-1.5", 8, "PDF"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int result = trace_detect("in.log", rows[i].bytes, rows[i].size, &err);

		if (!rows[i].says) {
			assert_int_equal(result, 0);
			continue;
		}
		assert_int_equal(result, ERROR_INPUT);
		assert_int_equal(err.code, ERROR_INPUT);
		if (!strstr(err.text, rows[i].says) || strncmp(err.text, "in.log: ", 8) != 0) {
			fail_msg("%s", err.text);
		}
	}
}

static void test_nothing(void **state)
{
	static const struct {
		struct trace_facts facts;
		const char *says;
	} rows[] = {
		{{.payload_free_count = 1, .other_event_count = 5}, "raw or hex"},
		{{.binary_count = 1, .foreign_count = 1}, "binary"},
		{{.damaged_count = 3, .first_damaged_line = 12}, "in.log:12: "},
		{{.damaged_count = 3}, "none of its 3 slab events can be decoded"},
		{{.histogram_count = 2}, "hist trigger"},
		{{.page_event_count = 2, .other_event_count = 5}, "no slab event"},
		{{.other_event_count = 5, .has_entries = true}, "none of the kmem group"},
		{{.has_entries = true, .comment_count = 11}, "without any event"},
		{{.foreign_count = 5}, "is it a trace?"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct error err = {0};

		assert_int_equal(trace_detect_nothing("in.log", &rows[i].facts, &err), ERROR_INPUT);
		assert_int_equal(err.code, ERROR_INPUT);
		if (!strstr(err.text, rows[i].says) || strncmp(err.text, "in.log:", 7) != 0) {
			fail_msg("%s", err.text);
		}
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_kinds),
	cmocka_unit_test(test_nothing),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
