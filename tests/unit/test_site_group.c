/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/site_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct site_frame inlined[] = {
	{"kzalloc", "include/linux/slab.h", 699},
	{"helper", "fs/a.c", 10},
	{"outer", "fs/a.c", 20},
};

/* Two calls of one inlined helper, the same function with other calls, a module, an address. */
static const struct call_site sites[] = {
	{.site = "outer+0x1/0x90",
	 .caller = "outer+0x1",
	 .function = "outer",
	 .frames = inlined,
	 .frame_count = 3,
	 .blamed = 1,
	 .file = "fs/a.c",
	 .line = 10,
	 .object = "fs/a.o",
	 .directory = "fs",
	 .placing = SITE_PLACED,
	 .figures = {100, 90, 50, 40, 2, 1, 1}},
	{.site = "outer+0x31/0x90",
	 .caller = "outer+0x31",
	 .function = "outer",
	 .frames = inlined,
	 .frame_count = 3,
	 .blamed = 1,
	 .file = "fs/a.c",
	 .line = 11,
	 .object = "fs/a.o",
	 .directory = "fs",
	 .placing = SITE_PLACED,
	 .figures = {10, 9, 5, 4, 20, 10, 2}},
	{.site = "init+0x1/0x2",
	 .caller = "init+0x1",
	 .function = "init",
	 .object = "top.o",
	 .directory = "",
	 .placing = SITE_PLACED,
	 .figures = {1, 1, 1, 1, 1, 0, 0}},
	{.site = "helper+0x1/0x2 [leaky]",
	 .caller = "helper+0x1 [leaky]",
	 .function = "helper",
	 .module = "leaky",
	 .directory = "(module leaky)",
	 .placing = SITE_IN_MODULE,
	 .figures = {7, 7, 7, 7, 1, 0, 0}},
	{.site = "0xffffffffc0005054",
	 .caller = "0xffffffffc0005054",
	 .directory = "(unplaced)",
	 .placing = SITE_UNPLACED,
	 .figures = {3, 3, 3, 3, 1, 0, 0}},
};

/* "NAME=total" of each group, in their order. */
static void groups_check(const char *key, const char *expected)
{
	struct site_groups groups;
	struct site_list list;
	struct error err;
	char text[1024] = "";
	uint64_t sum = 0;

	assert_int_equal(site_list_init(&list, sites, COUNT(sites), NULL, &site_orders[0], &err),
			 0);
	assert_int_equal(site_groups_init(&groups, &list, site_key_find(key), &err), 0);
	for (size_t i = 0; i < groups.count; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s=%d", i ? ", " : "",
			 groups.sites[i].caller, (int)groups.sites[i].figures.total_dynamic);
		sum += groups.sites[i].figures.total_dynamic;
	}
	assert_string_equal(text, expected);
	assert_int_equal(sum, 121);
	site_groups_release(&groups);
	site_list_release(&list);
}

static void test_keys(void **state)
{
	(void)state;
	groups_check("function", "0xffffffffc0005054=3, helper=110, helper [leaky]=7, init=1");
	groups_check("line", "(line unknown)=11, fs/a.c:10=100, fs/a.c:11=10");
	groups_check("file", "(file unknown)=11, fs/a.c=110");
	groups_check("object", "(module leaky)=7, (unplaced)=3, fs/a.o=110, top.o=1");
	groups_check("dir", "(module leaky)=7, (top)=1, (unplaced)=3, fs=110");
	assert_null(site_key_find("functions"));
}

/* All figures add up; what the members do not share is not known of the group. */
static void test_members(void **state)
{
	struct site_groups groups;
	struct site_list list;
	struct error err;
	const struct call_site *group;

	(void)state;
	assert_int_equal(site_list_init(&list, sites, 2, NULL, &site_orders[0], &err), 0);
	assert_int_equal(site_groups_init(&groups, &list, site_key_find("function"), &err), 0);
	assert_int_equal(groups.count, 1);
	group = &groups.sites[0];
	assert_int_equal(group->figures.total_requested, 99);
	assert_int_equal(group->figures.current_dynamic, 55);
	assert_int_equal(group->figures.current_requested, 44);
	assert_int_equal(group->figures.alloc_count, 22);
	assert_int_equal(group->figures.free_count, 11);
	assert_int_equal(group->figures.lost_free_count, 3);
	assert_string_equal(group->object, "fs/a.o");
	assert_string_equal(group->directory, "fs");
	assert_string_equal(group->file, "fs/a.c");
	assert_int_equal(group->line, 0);
	site_groups_release(&groups);
	site_list_release(&list);
}

static void test_nothing(void **state)
{
	struct site_groups groups;
	struct site_list list;
	struct error err;

	(void)state;
	assert_int_equal(site_list_init(&list, sites, 0, NULL, &site_orders[0], &err), 0);
	assert_int_equal(site_groups_init(&groups, &list, &site_keys[0], &err), 0);
	assert_int_equal(groups.count, 0);
	site_groups_release(&groups);
	site_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
