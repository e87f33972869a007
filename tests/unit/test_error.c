/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "analyzer/base/error.h"

static void test_set(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set(&err, ERROR_USAGE, "%s: line %d", "a.log", 7), ERROR_USAGE);
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(err.text, "a.log: line 7");
	assert_int_equal(error_no_memory(&err), ERROR_NO_MEMORY);
	assert_int_equal(err.code, ERROR_NO_MEMORY);
	assert_string_equal(err.text, "out of memory");
}

static void test_errno(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set_errno(&err, ERROR_INPUT, ENOENT, "%s: cannot open", "a.log"),
			 ERROR_INPUT);
	assert_string_equal(err.text, "a.log: cannot open: No such file or directory");
}

/* A path may be longer than the text: cut, terminated, nothing overrun. */
static void test_long(void **state)
{
	struct {
		struct error err;
		char guard[8];
	} box;
	char path[3000];

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	memset(box.guard, 'g', sizeof(box.guard));
	error_set(&box.err, ERROR_OUTPUT, "%s", path);
	assert_int_equal(strlen(box.err.text), sizeof(box.err.text) - 1);
	error_set_errno(&box.err, ERROR_OUTPUT, EACCES, "%s", path);
	assert_int_equal(strlen(box.err.text), sizeof(box.err.text) - 1);
	path[1010] = '\0'; /* the reason is what is cut */
	error_set_errno(&box.err, ERROR_OUTPUT, EACCES, "%s", path);
	assert_int_equal(strlen(box.err.text), sizeof(box.err.text) - 1);
	assert_memory_equal(box.guard, "gggggggg", sizeof(box.guard));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_set),
	cmocka_unit_test(test_errno),
	cmocka_unit_test(test_long),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
