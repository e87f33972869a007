/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libraries opened at first use: one that is there, one that is not, one that lacks a function. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/base/late_library.h"

#define THREADS 8

#define LATE_MATH(X) X(floor) X(hypot)
LATE_MATH(LATE_DECLARE)
LATE_MATH(LATE_DEFINE)

static const struct late_symbol math_symbols[] = {LATE_MATH(LATE_ENTRY)};
static struct late_library math = LATE_LIBRARY("libm.so.6", "libc6", math_symbols);

static void *load_math(void *context)
{
	struct error err;

	(void)context;
	return late_library_load(&math, ERROR_INPUT, &err) == 0 && sym_floor(3.5) == 3.0 ? &math
											 : NULL;
}

static void test_loads_once_for_all_threads(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, load_math, NULL), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		void *result = NULL;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_ptr_equal(result, &math);
	}
	assert_true(math.is_loaded);
	assert_true(sym_hypot(3, 4) == 5.0);
}

/* Again and again: who asks later gets the reason too. */
static void test_missing_library_names_its_package(void **state)
{
	struct late_library library =
		LATE_LIBRARY("libtrace-analyze-has-none.so.7", "libnone7", math_symbols);
	struct error err;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(late_library_load(&library, ERROR_OUTPUT, &err), ERROR_OUTPUT);
		assert_int_equal(err.code, ERROR_OUTPUT);
		assert_string_equal(
			err.text,
			"a library cannot be loaded (Debian package libnone7): "
			"libtrace-analyze-has-none.so.7: cannot open shared object file: No such "
			"file or directory");
		assert_false(library.is_loaded);
	}
}

static void test_missing_function_is_named(void **state)
{
	static double (*function)(double);
	static const struct late_symbol symbols[] = {
		{"floor", (void *)&function},
		{"floor_of_another_version", (void *)&function},
	};
	struct late_library library = LATE_LIBRARY("libm.so.6", "libc6", symbols);
	struct error err;

	(void)state;
	assert_int_equal(late_library_load(&library, ERROR_INPUT, &err), ERROR_INPUT);
	assert_non_null(strstr(err.text, "(Debian package libc6): "));
	assert_non_null(strstr(err.text, "undefined symbol: floor_of_another_version"));
	assert_null(strchr(err.text, '\n'));
	assert_false(library.is_loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads_once_for_all_threads),
		cmocka_unit_test(test_missing_library_names_its_package),
		cmocka_unit_test(test_missing_function_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
