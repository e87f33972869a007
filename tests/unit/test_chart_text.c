/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "render/text.h"

#define REPLACED "\xef\xbf\xbd"

static double advance(void *context, uint32_t character, bool bold)
{
	(void)context;
	(void)character;
	return bold ? 0.7 : 0.5;
}

static const struct text_metrics metrics = {advance, NULL};

static void test_names_are_made_safe(void **state)
{
	static const struct {
		const char *name, *shown;
	} rows[] = {
		{"", ""},
		{"inode.o", "inode.o"},
		{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
		{"a\nb\x7f", "a" REPLACED "b" REPLACED},
		{"\xff\xfe", REPLACED REPLACED},
		{"x\xc3", "x" REPLACED},		      /* cut short by the end */
		{"\xe2\x82", REPLACED REPLACED},	      /* the same, longer */
		{"\xc0\xaf", REPLACED REPLACED},	      /* overlong '/' */
		{"\xe0\x80\xaf", REPLACED REPLACED REPLACED}, /* overlong, three bytes */
		{"\xed\xa0\x80", REPLACED REPLACED REPLACED}, /* a surrogate */
		{"\xf4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED}, /* beyond U+10FFFF */
		{"\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7"},
		{"a\xe2\x80\xae"
		 "b",
		 "a" REPLACED "b"},	    /* right-to-left override */
		{"\xef\xbf\xbf", REPLACED}, /* U+FFFF: not allowed in XML */
		{"\xc2\x85", REPLACED},	    /* a C1 control */
		{REPLACED, REPLACED},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(text_display(&arena, rows[i].name, 100), rows[i].shown);
	}
	assert_string_equal(text_display(&arena, "abcdef", 6), "abcdef");
	assert_string_equal(text_display(&arena, "abcdef", 5), "abcde" ELLIPSIS);
	assert_string_equal(text_display(&arena, "\xc3\xbc\xc3\xbc", 1), "\xc3\xbc" ELLIPSIS);
	arena_release(&arena);
}

static void test_bytes_in_words(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1.00 KiB"},
		{1536, "1.50 KiB"},
		{10239, "10.0 KiB"},
		{102348, "99.9 KiB"},
		{102400, "100 KiB"},
		{1023 * 1024 + 511, "1023 KiB"},
		{1023 * 1024 + 512, "1.00 MiB"}, /* not 1024 KiB */
		{9583768, "9.14 MiB"},
		{UINT64_C(1) << 30, "1.00 GiB"},
		{UINT64_C(1) << 40, "1.00 TiB"},
		{UINT64_C(5) << 50, "5.00 PiB"},
		{UINT64_MAX, "16.0 EiB"},
	};
	char buffer[BYTES_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(text_bytes(buffer, rows[i].bytes), rows[i].text);
	}
}

static void test_shares_and_counts(void **state)
{
	char buffer[BYTES_TEXT_SIZE];

	(void)state;
	assert_string_equal(text_share(buffer, 1, 8), "12.5 %");
	assert_string_equal(text_share(buffer, 5, 5), "100.0 %");
	assert_string_equal(text_share(buffer, 1, 100000), "<0.1 %");
	assert_string_equal(text_share(buffer, 0, 100000), "0.0 %");
	assert_string_equal(text_share(buffer, 0, 0), "0.0 %");
	assert_string_equal(text_count(buffer, 7), "7");
	assert_string_equal(text_count(buffer, 123456), "123,456");
	assert_string_equal(text_count(buffer, UINT64_MAX), "18,446,744,073,709,551,615");
}

static void test_fitting(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	/* 10 characters of 5 px; the ellipsis takes one of them. */
	assert_string_equal(text_fit(&metrics, &arena, "0123456789", 10, false, 50, 6),
			    "0123456789");
	assert_string_equal(text_fit(&metrics, &arena, "0123456789", 10, false, 49, 6),
			    "01234567" ELLIPSIS);
	assert_string_equal(text_fit(&metrics, &arena, "0123456789", 10, false, 35, 6),
			    "012345" ELLIPSIS);
	assert_null(text_fit(&metrics, &arena, "0123456789", 10, false, 34, 6));
	assert_null(text_fit(&metrics, &arena, "abc", 10, false, 14, 6));
	assert_null(text_fit(&metrics, &arena, "0123456789", 10, false, -5, 6));
	assert_int_equal(lround(text_width(&metrics, "ab\xc3\xbc", 10, true) * 1000), 21000);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_made_safe),
		cmocka_unit_test(test_bytes_in_words),
		cmocka_unit_test(test_shares_and_counts),
		cmocka_unit_test(test_fitting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
