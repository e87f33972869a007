/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/text_format.h"

static void test_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0 B"},
		{1, "1 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{102348, "99.9 KiB"},
		{102349, "100 KiB"}, /* 99.95 would round to 100.0 */
		{1048063, "1023 KiB"},
		{1048064, "1.0 MiB"}, /* 1023.5 would round to 1024 */
		{9583768, "9.1 MiB"},
		{UINT64_MAX, "16.0 EiB"},
	};
	char buffer[FORMAT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(format_bytes(buffer, cases[i].bytes), cases[i].text);
		assert_true(strlen(buffer) <= 8);
	}
	assert_string_equal(format_signed_bytes(buffer, -1536), "-1.5 KiB");
	assert_string_equal(format_signed_bytes(buffer, INT64_MIN), "-8.0 EiB");
	assert_string_equal(format_signed_bytes(buffer, 12), "12 B");
}

static void test_counts(void **state)
{
	char buffer[FORMAT_SIZE];
	char counted[2 * FORMAT_SIZE];

	(void)state;
	assert_string_equal(format_count(buffer, 0), "0");
	assert_string_equal(format_count(buffer, 999), "999");
	assert_string_equal(format_count(buffer, 1000), "1,000");
	assert_string_equal(format_count(buffer, 626329), "626,329");
	assert_string_equal(format_count(buffer, UINT64_MAX), "18,446,744,073,709,551,615");
	assert_string_equal(format_signed_count(buffer, -1234), "-1,234");
	assert_string_equal(format_signed_count(buffer, INT64_MIN), "-9,223,372,036,854,775,808");
	assert_string_equal(format_counted(counted, 1, "call site"), "1 call site");
	assert_string_equal(format_counted(counted, 0, "call site"), "0 call sites");
	assert_string_equal(format_counted(counted, 1234, "line"), "1,234 lines");
	assert_string_equal(format_share(buffer, 1, 3), "33.3 %");
	assert_string_equal(format_share(buffer, 1, 0), "-");
}

static void test_fit(void **state)
{
	char buffer[64];

	(void)state;
	assert_string_equal(format_fit(buffer, "fs/inode.o", 10, false), "fs/inode.o");
	assert_string_equal(format_fit(buffer, "fs/inode.o", 9, false), "fs/ino...");
	assert_string_equal(format_fit(buffer, "fs/inode.o", 9, true), "...node.o");
	assert_string_equal(format_fit(buffer, "fs/inode.o", 2, true), "..");
	assert_string_equal(format_fit(buffer, "fs/inode.o", 0, false), "");
	assert_string_equal(format_fit(buffer, "a\033[31m\xc3\xa9\n", 20, false), "a?[31m???");
}

static void assert_wrapped(size_t width, size_t column, size_t indent, const char *text,
			   const char *expected)
{
	char *result = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&result, &size);

	assert_non_null(out);
	format_wrap(out, width, column, indent, text);
	fclose(out);
	assert_string_equal(result, expected);
	free(result);
}

static void test_wrap(void **state)
{
	(void)state;
	assert_wrapped(10, 0, 0, "", "\n");
	assert_wrapped(10, 0, 0, "one two", "one two\n");
	assert_wrapped(7, 0, 0, "one two", "one two\n");
	assert_wrapped(6, 0, 0, "one two", "one\ntwo\n");
	assert_wrapped(10, 4, 2, "one two three", "one\n  two\n  three\n");
	assert_wrapped(4, 0, 2, "long-word x", "long-word\n  x\n");
	assert_wrapped(9, 0, 0, "made 12.3 %, say", "made\n12.3 %,\nsay\n");
	assert_wrapped(20, 0, 0, "  spaces   fold  ", "spaces fold\n");
	assert_wrapped(20, 0, 0, "bell\a", "bell?\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
