/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of counters against the structs they stand for: every byte is somebody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "analyzer/report/record.h"
#include "analyzer/report/record_fields.h"

static size_t field_size(const struct record_field *field)
{
	static const size_t sizes[] = {sizeof(uint64_t), sizeof(uint32_t), sizeof(bool),
				       sizeof(size_t)};

	return sizes[field->type];
}

/*
 * Marks what the table covers of record[0..size), no byte twice; gaps shorter than a
 * counter are padding, any other is a member that nobody added to the table.
 */
static void assert_covers(const struct record_table *table, size_t size)
{
	char covered[4096] = {0};
	size_t gap = 0;

	assert_true(size <= sizeof(covered));
	for (size_t i = 0; i < table->count; i++) {
		const struct record_field *field = &table->fields[i];

		for (size_t byte = 0; byte < field_size(field); byte++) {
			if (covered[field->offset + byte]++) {
				fail_msg("%s overlaps another", field->name);
			}
		}
	}
	for (size_t byte = 0; byte < size; byte++) {
		gap = covered[byte] ? 0 : gap + 1;
		if (gap >= sizeof(uint64_t)) {
			fail_msg("byte %zu is in no field: add the new member to the table "
				 "(analyzer/report/record_fields.c) and to docs/schema.json",
				 byte);
		}
	}
}

static void test_coverage(void **state)
{
	(void)state;
	assert_covers(&trace_facts_table, sizeof(struct trace_facts));
	assert_covers(&match_totals_table, sizeof(struct match_totals));
	assert_covers(&attribution_facts_table, sizeof(struct attribution_facts));
	/* Its two texts stand behind the counters. */
	assert_covers(&kernel_facts_table, offsetof(struct kernel_tree_facts, first_unreadable));
}

static void test_set_and_get(void **state)
{
	struct trace_facts facts = {0};
	const struct record_field *lines = record_field_find(&trace_facts_table, "line_count");
	const struct record_field *cpus = record_field_find(&trace_facts_table, "cpu_count");
	const struct record_field *cut = record_field_find(&trace_facts_table, "last_line_cut");

	(void)state;
	assert_true(record_field_set(lines, &facts, UINT64_MAX));
	assert_true(record_field_set(cpus, &facts, UINT32_MAX));
	assert_true(record_field_set(cut, &facts, 1));
	assert_true(facts.line_count == UINT64_MAX);
	assert_true(facts.cpu_count == UINT32_MAX);
	assert_true(facts.last_line_cut);
	assert_true(record_field_get(lines, &facts) == UINT64_MAX);
	assert_int_equal(record_field_get(cpus, &facts), UINT32_MAX);
	assert_int_equal(record_field_get(cut, &facts), 1);
}

static void test_values_that_do_not_fit(void **state)
{
	struct trace_facts facts = {0};

	(void)state;
	assert_false(record_field_set(record_field_find(&trace_facts_table, "cpu_count"), &facts,
				      (uint64_t)UINT32_MAX + 1));
	assert_false(record_field_set(record_field_find(&trace_facts_table, "last_line_cut"),
				      &facts, 2));
	assert_null(record_field_find(&trace_facts_table, "no_such_field"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_set_and_get),
		cmocka_unit_test(test_values_that_do_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
