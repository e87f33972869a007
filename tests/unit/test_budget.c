/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What budgets mean, at the edges of the numbers; the golden cases have the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/budget.h"

struct fixture {
	struct memory_tree tree;
	struct trace_facts trace;
	struct kernel_record kernel;
	struct verdict verdict;
	struct analysis_record record;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct tree_node *node;
	struct error err;

	assert_non_null(f);
	assert_int_equal(memory_tree_init(&f->tree, &err), 0);
	node = memory_tree_directory(&f->tree, "fs/a:b=c");
	node->own.total_dynamic = UINT64_MAX;
	node->own.current_dynamic = 1000;
	node->own.current_requested = 2000;
	memory_tree_seal(&f->tree);
	f->record = (struct analysis_record){.trace_path = "t",
					     .trace = &f->trace,
					     .kernel = &f->kernel,
					     .tree = &f->tree,
					     .verdict = &f->verdict};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	memory_tree_release(&f->tree);
	free(f);
	return 0;
}

struct limit_case {
	const char *text;
	uint64_t limit;
	bool is_breached;
};

/* The baseline is the analysis itself. */
static const struct limit_case limit_cases[] = {
	{"fs:current_dynamic=999", 999, true},
	{"fs:current_dynamic=1000", 1000, false},
	{"fs:current_dynamic=0", 0, true},
	{"fs:current_dynamic=1K", 1024, false},
	{"./fs/:current_dynamic=3G", 3ull << 30, false},
	{"fs:current_dynamic=+0", 1000, false},
	{"fs:current_dynamic=+2%", 1020, false},
	{"fs:current_dynamic=+0.25%", 1002, false},
	{"fs:current_dynamic=+1.5%", 1015, false},
	{"fs:current_dynamic=+1M", 1000 + (1 << 20), false},
	{"fs/a:b=c:current_dynamic=5", 5, true},
	{"fs:total_dynamic=18446744073709551615", UINT64_MAX, false},
	{"fs:total_dynamic=18446744073709551614", UINT64_MAX - 1, true},
	{"fs:total_dynamic=+1%", UINT64_MAX, false},
	{"fs:total_dynamic=+1000000%", UINT64_MAX, false},
	{"fs:total_dynamic=+1G", UINT64_MAX, false},
	/* Waste can't be negative: what a damaged trace claims is none. */
	{"fs:waste=0", 0, false},
};

static void test_limits(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(limit_cases) / sizeof(limit_cases[0]); i++) {
		const struct limit_case *row = &limit_cases[i];
		struct budgets budgets = {0};
		struct error err;

		if (budget_add(&budgets, row->text, "--max", &err) < 0 ||
		    budgets_check(&budgets, &f->record, &f->record, false, &err) < 0) {
			fail_msg("%s: %s", row->text, err.text);
		}
		if (budgets.items[0].limit != row->limit ||
		    budgets.items[0].is_breached != row->is_breached) {
			fail_msg("%s: %s", row->text, budgets.items[0].message);
		}
		assert_int_equal(budgets_failed(&budgets), row->is_breached);
		budgets_release(&budgets);
	}
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"fs",
		"fs:waste",
		":waste=1",
		"fs:=1",
		"fs:waste=-1",
		"fs:waste=1k",
		"fs:waste=1KB",
		"fs:waste=+",
		"fs:waste=%",
		"fs:waste=2%",
		"fs:waste=+%",
		"fs:waste=+2%%",
		"fs:waste=+2.%",
		"fs:waste=+2.%",
		"fs:waste=+1000001%",
		"fs:waste= 1",
		"fs:waste=18446744073709551616",
		"fs:waste=1.5M",
		"fs:waste=18014398509481984K",
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct budgets budgets = {0};

		if (budget_add(&budgets, texts[i], "--max", &err) != ERROR_USAGE) {
			fail_msg("taken: '%s'", texts[i]);
		}
		budgets_release(&budgets);
	}
}

/* A place the baseline lacks had nothing before. */
static void test_new_place(void **state)
{
	struct fixture *f = *state;
	struct budgets budgets = {0};
	struct analysis_record baseline = f->record;
	struct memory_tree tree;
	struct error err;

	assert_int_equal(memory_tree_init(&tree, &err), 0);
	memory_tree_seal(&tree);
	baseline.tree = &tree;
	assert_int_equal(budget_add(&budgets, "fs:current_dynamic=+50%", "--max", &err), 0);
	assert_int_equal(budgets_check(&budgets, &f->record, &baseline, false, &err), 0);
	assert_true(budgets.items[0].is_breached);
	assert_int_equal(budgets.items[0].limit, 0);
	budgets_release(&budgets);
	memory_tree_release(&tree);
}

static void test_unreliable(void **state)
{
	struct fixture *f = *state;
	struct budgets budgets = {0};
	struct error err;

	f->verdict.grade = VERDICT_UNRELIABLE;
	assert_int_equal(budget_add(&budgets, "fs:current_dynamic=1M", "--max", &err), 0);
	assert_int_equal(budgets_check(&budgets, &f->record, NULL, true, &err), 0);
	assert_int_equal(budgets_failed(&budgets), 0);
	assert_int_equal(budgets_check(&budgets, &f->record, NULL, false, &err), 0);
	assert_int_equal(budgets_failed(&budgets), 1);
	assert_non_null(strstr(budgets.problem, "--allow-unreliable"));
	budgets_release(&budgets);
}

static void test_reports_escape(void **state)
{
	struct fixture *f = *state;
	struct budgets budgets = {0};
	struct error err;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct tree_node *node = memory_tree_directory(&f->tree, "<%\n\"&,:");

	assert_non_null(out);
	node->own.current_dynamic = 1;
	memory_tree_seal(&f->tree);
	assert_int_equal(budget_add(&budgets, "<%\n\"&,::current_dynamic=0", "x", &err), 0);
	assert_int_equal(budgets_check(&budgets, &f->record, NULL, false, &err), 0);
	budgets_github_write(out, &budgets);
	budgets_junit_write(out, &budgets);
	fclose(out);
	assert_non_null(
		strstr(text, "::error title=<%25%0A\"&%2C%3A%3Acurrent_dynamic=0::<%25%0A"));
	assert_non_null(strstr(text, "name=\"&lt;%?&quot;&amp;,::current_dynamic=0\""));
	assert_non_null(strstr(text, "tests=\"2\" failures=\"1\""));
	free(text);
	budgets_release(&budgets);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_limits),     TEST(test_refused),	  TEST(test_new_place),
		TEST(test_unreliable), TEST(test_reports_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
