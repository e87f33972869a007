/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/attribute/site_text.h"

static void expect_text(const char *what, const char *got, size_t length, const char *expected)
{
	if (!got != !expected ||
	    (got && (length != strlen(expected) || memcmp(got, expected, length) != 0))) {
		fail_msg("%s: got %.*s, not %s", what, (int)length, got ? got : "nothing",
			 expected ? expected : "nothing");
	}
}

static void test_symbols(void **state)
{
	static const struct {
		const char *text;
		const char *name;
		uint64_t offset;
		uint64_t size; /* 0: not printed */
		const char *module;
	} cases[] = {
		{"alloc_inode+0x4f/0xb0", "alloc_inode", 0x4f, 0xb0, NULL},
		{"brd_submit_bio+0x133/0x17a [brd]", "brd_submit_bio", 0x133, 0x17a, "brd"},
		{"brd_alloc.isra.0+0x11c/0x300 [brd]", "brd_alloc.isra.0", 0x11c, 0x300, "brd"},
		{"radix_tree_node_alloc.constprop.0+0x83/0xc0", "radix_tree_node_alloc.constprop.0",
		 0x83, 0xc0, NULL},
		{"getname_flags.part.0+0x2b", "getname_flags.part.0", 0x2b, 0, NULL},
		{"foo+0x2b [brd]", "foo", 0x2b, 0, "brd"},
		{"__fput+0x0/0x2a0", "__fput", 0, 0x2a0, NULL},
		{".__alloc_skb+0x54/0x230", ".__alloc_skb", 0x54, 0x230, NULL},
		{"odd$name+0x1/0x2", "odd$name", 1, 2, NULL},
		{"foo+0x1/0x2 [mod 3b9a1c]", "foo", 1, 2, "mod"},
		{"foo+0x1/0x2 (-2128394905)", "foo", 1, 2, NULL},
		{"foo+0x1/0x2 [mod] (-1073151872)", "foo", 1, 2, "mod"},
		{"face+0x1/0x2", "face", 1, 2, NULL},
		{"0foo+0x1/0x2", "0foo", 1, 2, NULL},
		{"f+0xffffffffffffffff/0xFFFFFFFFFFFFFFFF", "f", UINT64_MAX, UINT64_MAX, NULL},
		{"_RNvCs1_4rust+0x1/0x2", "_RNvCs1_4rust", 1, 2, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct site_text site;

		site_text_parse(cases[i].text, &site);
		if (site.kind != SITE_TEXT_SYMBOL) {
			fail_msg("%s: kind %d", cases[i].text, site.kind);
		}
		expect_text(cases[i].text, site.name, site.name_length, cases[i].name);
		expect_text(cases[i].text, site.module, site.module_length, cases[i].module);
		assert_int_equal(site.offset, cases[i].offset);
		assert_int_equal(site.size, cases[i].size);
	}
}

static void test_addresses(void **state)
{
	static const struct {
		const char *text;
		uint64_t address;
		bool is_unnamed;
	} cases[] = {
		{"c104dd2f", 0xc104dd2f, false},
		{"ffffffff81234567", 0xffffffff81234567, false},
		{"FFFFFFFF8123456F", 0xffffffff8123456f, false},
		{"0xffffffffc0a1b2c3", 0xffffffffc0a1b2c3, true},
		{"0", 0, false},
		{"0x0", 0, true},
		{"face", 0xface, false},
		{"0xc104dd2f (-1056645841)", 0xc104dd2f, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct site_text site;

		site_text_parse(cases[i].text, &site);
		if (site.kind != SITE_TEXT_ADDRESS || site.address != cases[i].address) {
			fail_msg("%s: kind %d, address %llx", cases[i].text, site.kind,
				 (unsigned long long)site.address);
		}
		assert_int_equal(site.is_unnamed, cases[i].is_unnamed);
		assert_null(site.name);
		assert_null(site.module);
	}
}

static void test_anything_else_is_unparsed(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"foo",
		"0x",
		"-1452862324",
		"ffffffff812345678", /* 17 digits */
		"c104dd2g",
		"c104dd2f ",
		"c104dd2f [brd]",
		"+0x1/0x2",
		"foo+",
		"foo+1/2",
		"foo+0x/0x2",
		"foo+0x1/",
		"foo+0x1/2",
		"foo+0x1/0x",
		"foo+0x11111111111111111/0x2",
		"foo+0x1/0x2 ",
		"foo+0x1/0x2 []",
		"foo+0x1/0x2 [",
		"foo+0x1/0x2 [brd",
		"foo+0x1/0x2 [brd ",
		"foo+0x1/0x2 [brd] [brd]",
		"foo+0x1/0x2 [a b c]",
		"foo+0x1/0x2 ()",
		"foo+0x1/0x2 (-)",
		"foo+0x1/0x2 (12",
		"foo+0x1/0x2 (12) ",
		"foo+0x1/0x2x",
		"foo bar+0x1/0x2",
		"foo\x1b[31m+0x1/0x2",
		"foo\x7f+0x1/0x2",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct site_text site;

		site_text_parse(texts[i], &site);
		if (site.kind != SITE_TEXT_UNPARSED) {
			fail_msg("\"%s\": kind %d", texts[i], site.kind);
		}
		assert_null(site.name);
		assert_null(site.module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_anything_else_is_unparsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
