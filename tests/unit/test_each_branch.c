/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File names made of directory names: safe whatever those are, and different when they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/cli/each_branch.h"

static void test_names(void **state)
{
	static const struct {
		const char *name, *file;
	} rows[] = {
		{"fs", "fs"},
		{"x86_64.d-1+", "x86_64.d-1+"},
		{".", "%2E"},
		{"..", "%2E."},
		{".git", "%2Egit"},
		{"-rf", "%2Drf"},
		{"a/b", "a%2Fb"},
		{"a%2Fb", "a%252Fb"},
		{"(module x y)", "%28module%20x%20y%29"},
		{"\xff\n", "%FF%0A"},
		{"", ""},
	};
	char file[EACH_BRANCH_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		each_branch_name(file, rows[i].name);
		assert_string_equal(file, rows[i].file);
	}
}

/* Names that are equal up to the limit stay apart, and no name is cut without a mark. */
static void test_long_names(void **state)
{
	char name[1001], file[EACH_BRANCH_NAME_MAX + 1], other[EACH_BRANCH_NAME_MAX + 1];

	(void)state;
	for (size_t length = EACH_BRANCH_NAME_MAX - 2; length < sizeof(name); length++) {
		memset(name, 'a', length);
		name[length] = '\0';
		each_branch_name(file, name);
		assert_true(strlen(file) <= EACH_BRANCH_NAME_MAX);
		assert_int_equal(strchr(file, '~') != NULL, length > EACH_BRANCH_NAME_MAX);
		name[length - 1] = 'b';
		each_branch_name(other, name);
		assert_string_not_equal(file, other);
	}
	memset(name, '/', sizeof(name) - 1);
	each_branch_name(file, name);
	assert_int_equal(strncmp(file, "%2F%2F", 6), 0);
	assert_true(strlen(file) <= EACH_BRANCH_NAME_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
