/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What debug info leaves open is said: one row per finding. */
#include "analyzer/report/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct finding *finding_of(const struct verdict *verdict, const char *id)
{
	for (size_t i = 0; i < verdict->count; i++) {
		if (strcmp(verdict->findings[i].id, id) == 0) {
			return &verdict->findings[i];
		}
	}
	return NULL;
}

static void test_findings(void **state)
{
	static const struct {
		const char *id;
		enum finding_severity severity;
		struct debug_evidence debug;
		struct attribution_facts facts;
		uint64_t count;
	} rows[] = {
		{"debug-info-missing", FINDING_NOTE, {.problem = "vmlinux: stripped"}, {0}, 0},
		{"debug-info-damaged", FINDING_WARNING, {.damaged_unit_count = 3}, {0}, 3},
		{"debug-info-cut", FINDING_WARNING, {.is_cut = true}, {0}, 0},
		{"debug-info-split", FINDING_WARNING, {.missing_split_count = 2}, {0}, 2},
		{"directories-differ", FINDING_NOTE, {0}, {.differing_sites = 4}, 4},
		{"init-text", FINDING_NOTE, {0}, {.init_text_sites = 1}, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct verdict_evidence evidence = {.debug = &rows[i].debug,
						    .attribution = &rows[i].facts};
		const struct finding *finding;
		struct verdict verdict;
		struct error err;

		assert_int_equal(verdict_init(&verdict, &evidence, &err), 0);
		finding = finding_of(&verdict, rows[i].id);
		assert_non_null(finding);
		assert_int_equal(finding->severity, rows[i].severity);
		assert_int_equal(finding->count, rows[i].count);
		for (size_t j = 0; j < COUNT(rows); j++) {
			assert_true(j == i || !finding_of(&verdict, rows[j].id));
		}
		verdict_release(&verdict);
	}
}

static void test_nothing_to_say(void **state)
{
	static const struct debug_evidence debug;
	static const struct attribution_facts facts;
	struct verdict_evidence evidence = {.debug = &debug, .attribution = &facts};
	struct verdict verdict;
	struct error err;

	(void)state;
	assert_int_equal(verdict_init(&verdict, &evidence, &err), 0);
	assert_int_equal(verdict.count, 0);
	verdict_release(&verdict);
	evidence.debug = NULL;
	assert_int_equal(verdict_init(&verdict, &evidence, &err), 0);
	assert_int_equal(verdict.count, 0);
	verdict_release(&verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_nothing_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
