/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/account_file.h"

/* Not in any order; two have equal figures, two of these the same caller. */
static const struct call_site sites[] = {
	{.site = "beta+0x1/0x2",
	 .caller = "beta+0x1",
	 .directory = "fs/ext4",
	 .figures = {100, 90, 64, 60, 2, 1, 0}},
	{.site = "alloc_inode+0x4f/0xb0",
	 .caller = "alloc_inode+0x4f",
	 .directory = "fs",
	 .figures = {299200, 299200, 298928, 298928, 1100, 1, 0}},
	{.site = "alpha+0x1/0x20",
	 .caller = "alpha+0x1",
	 .directory = "a/directory",
	 .figures = {100, 90, 64, 60, 2, 1, 0}},
	{.site = "alpha+0x1/0x10",
	 .caller = "alpha+0x1",
	 .directory = "",
	 .figures = {100, 90, 64, 60, 2, 1, 0}},
	{.site = "f+0x1/0x2 [leaky]",
	 .caller = "f+0x1 [leaky]",
	 .directory = NULL,
	 .figures = {8192, 4200, 0, 8, 1, 900, 0}},
};
#define SITE_COUNT (sizeof(sites) / sizeof(sites[0]))

typedef void write_fn(FILE *out, const struct site_list *list);

static char *written(write_fn *write, const struct call_site *from, size_t count,
		     const struct tree_node *branch, const char *order)
{
	struct site_list list;
	struct error err;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(site_list_init(&list, from, count, branch, site_order_find(order), &err),
			 0);
	write(out, &list);
	fclose(out);
	site_list_release(&list);
	return text;
}

static void test_account_bytes(void **state)
{
	char *text = written(account_file_write, sites, SITE_COUNT, NULL, "current_dynamic");

	(void)state;
	assert_string_equal(text, "current bytes allocated:     299120\n"
				  "current bytes requested:     299116\n"
				  "current wasted bytes:             4\n"
				  "number of allocs:              1107\n"
				  "number of frees:                904\n"
				  "number of callers:                5\n"
				  "\n"
				  "   total    waste      net alloc/free  caller\n"
				  "---------------------------------------------\n"
				  "  299200        0   298928  1100/1     alloc_inode+0x4f\n"
				  "     100        4       64     2/1     alpha+0x1\n"
				  "     100        4       64     2/1     alpha+0x1\n"
				  "     100        4       64     2/1     beta+0x1\n"
				  "    8192       -8        0     1/900   f+0x1 [leaky]\n");
	free(text);
}

static void test_no_rows(void **state)
{
	char *text = written(account_file_write, sites, 0, NULL, "waste");

	(void)state;
	assert_string_equal(text, "current bytes allocated:          0\n"
				  "current bytes requested:          0\n"
				  "current wasted bytes:             0\n"
				  "number of allocs:                 0\n"
				  "number of frees:                  0\n"
				  "number of callers:                0\n"
				  "\n"
				  "   total    waste      net alloc/free  caller\n"
				  "---------------------------------------------\n");
	free(text);
}

/* 64-bit figures widen their column; nothing is cut. */
static void test_large_figures(void **state)
{
	static const struct call_site large = {
		.site = "s",
		.caller = "c",
		.figures = {UINT64_MAX, 0, 5000000000, 1, 100000, 100000, 0},
	};
	char *text = written(account_file_write, &large, 1, NULL, "waste");

	(void)state;
	assert_non_null(
		strstr(text, "\n18446744073709551615 4999999999 5000000000 100000/100000 c\n"));
	assert_non_null(strstr(text, "current bytes allocated: 5000000000\n"));
	free(text);
}

static void test_callers_bytes(void **state)
{
	char *text = written(callers_file_write, sites, SITE_COUNT, NULL, "waste");

	(void)state;
	/* clang-format off */
	assert_string_equal(text,
		"alpha+0x1                                                    "
		"64       4                \n"
		"alpha+0x1                                                    "
		"64       4        a/directory\n"
		"beta+0x1                                                     "
		"64       4        fs/ext4 \n"
		"alloc_inode+0x4f                                             "
		"298928   0        fs      \n"
		"f+0x1 [leaky]                                                "
		"0        -8               \n");
	/* clang-format on */
	free(text);
}

/* What every key of -o puts first. */
static void test_every_order(void **state)
{
	static const struct {
		const char *order;
		const char *first;
	} cases[] = {
		{"current_dynamic", "alloc_inode+0x4f"},
		{"total_dynamic", "alloc_inode+0x4f"},
		{"alloc_count", "alloc_inode+0x4f"},
		{"free_count", "f+0x1 [leaky]"},
		{"waste", "alpha+0x1"},
	};

	(void)state;
	/* The account file's own come first; columns (test_report_tables) follow. */
	assert_non_null(site_orders[sizeof(cases) / sizeof(cases[0]) - 1].compare);
	assert_null(site_orders[sizeof(cases) / sizeof(cases[0])].compare);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct site_order *order = site_order_find(cases[i].order);
		struct site_list list;
		struct error err;

		assert_non_null(order);
		assert_int_equal(site_list_init(&list, sites, SITE_COUNT, NULL, order, &err), 0);
		assert_string_equal(list.sites[0]->caller, cases[i].first);
		site_list_release(&list);
	}
	assert_null(site_order_find("current"));
	assert_null(site_order_find(""));
}

/* Equal figures and callers: the text of the trace decides, whatever the input order. */
static void test_total_order(void **state)
{
	struct call_site turned[SITE_COUNT];
	struct site_list list;
	struct error err;

	(void)state;
	for (size_t i = 0; i < SITE_COUNT; i++) {
		turned[i] = sites[SITE_COUNT - 1 - i];
	}
	assert_int_equal(site_list_init(&list, turned, SITE_COUNT, NULL, &site_orders[0], &err), 0);
	assert_string_equal(list.sites[1]->site, "alpha+0x1/0x10");
	assert_string_equal(list.sites[2]->site, "alpha+0x1/0x20");
	site_list_release(&list);
}

static void test_branch(void **state)
{
	struct call_site placed[SITE_COUNT];
	struct memory_tree tree;
	struct error err;
	char *text;

	(void)state;
	memcpy(placed, sites, sizeof(placed));
	assert_int_equal(memory_tree_init(&tree, &err), 0);
	placed[0].node = memory_tree_directory(&tree, "fs/ext4");
	placed[1].node = memory_tree_directory(&tree, "fs");
	placed[2].node = memory_tree_directory(&tree, "fs/ext4dev");
	memory_tree_seal(&tree);
	text = written(account_file_write, placed, SITE_COUNT, memory_tree_find(&tree, "fs/ext4"),
		       "waste");
	assert_non_null(strstr(text, "number of callers:                1\n"));
	assert_non_null(strstr(text, "current bytes allocated:         64\n"));
	assert_non_null(strstr(text, " beta+0x1\n"));
	free(text);
	memory_tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_account_bytes), cmocka_unit_test(test_no_rows),
		cmocka_unit_test(test_large_figures), cmocka_unit_test(test_callers_bytes),
		cmocka_unit_test(test_every_order),   cmocka_unit_test(test_total_order),
		cmocka_unit_test(test_branch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
