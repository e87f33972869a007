/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of chunks add up to the facts of the whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/input/trace_facts.h"

/* Every counter is a uint64_t: filled with the same odd number, all must double. */
static void test_every_counter_adds(void **state)
{
	struct trace_facts sum;
	struct trace_facts one;
	uint64_t before[sizeof(sum) / sizeof(uint64_t)];
	uint64_t after[sizeof(sum) / sizeof(uint64_t)];
	unsigned int doubled = 0;

	(void)state;
	memset(&sum, 0, sizeof(sum));
	for (size_t i = 0; i < sizeof(sum) / sizeof(uint64_t); i++) {
		before[i] = 1000003;
	}
	memcpy(&sum, before, sizeof(sum));
	sum.first_line_cut = sum.last_line_cut = sum.has_entries = false;
	sum.cpu_count = 4;
	one = sum;
	memcpy(before, &sum, sizeof(sum));
	trace_facts_merge(&sum, &one);
	memcpy(after, &sum, sizeof(sum));
	for (size_t i = 0; i < sizeof(sum) / sizeof(uint64_t); i++) {
		doubled += after[i] == 2 * before[i];
	}
	/* not added: the two of the first damage, and the words that hold bools and cpu_count */
	assert_int_equal(doubled, sizeof(sum) / sizeof(uint64_t) - 4);
	assert_int_equal(sum.first_damaged_line, 1000003);
	assert_int_equal(sum.first_damaged_offset, 1000003);
	assert_int_equal(sum.cpu_count, 4);
}

static void test_first_damage(void **state)
{
	struct trace_facts sum = {.line_count = 100};
	const struct trace_facts clean = {.line_count = 50};
	const struct trace_facts damaged = {
		.line_count = 50, .first_damaged_line = 7, .first_damaged_offset = 9000};
	const struct trace_facts later = {
		.line_count = 50, .first_damaged_line = 1, .first_damaged_offset = 20000};

	(void)state;
	trace_facts_merge(&sum, &clean);
	assert_int_equal(sum.first_damaged_line, 0);
	trace_facts_merge(&sum, &damaged); /* its line 7 is line 157 of the input */
	assert_int_equal(sum.first_damaged_line, 157);
	assert_int_equal(sum.first_damaged_offset, 9000);
	trace_facts_merge(&sum, &later);
	assert_int_equal(sum.first_damaged_line, 157);
	assert_int_equal(sum.line_count, 250);
}

static void test_flags(void **state)
{
	struct trace_facts sum = {0};
	const struct trace_facts first = {.first_line_cut = true, .cpu_count = 8};
	const struct trace_facts last = {
		.last_line_cut = true, .has_entries = true, .cpu_count = 2};

	(void)state;
	trace_facts_merge(&sum, &first);
	assert_true(sum.first_line_cut && !sum.last_line_cut && !sum.has_entries);
	trace_facts_merge(&sum, &last);
	assert_true(sum.first_line_cut && sum.last_line_cut && sum.has_entries);
	assert_int_equal(sum.cpu_count, 8);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_every_counter_adds),
	cmocka_unit_test(test_first_damage),
	cmocka_unit_test(test_flags),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
