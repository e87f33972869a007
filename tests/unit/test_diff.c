/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which call site is which after a rebuild, and what two analyses side by side say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/diff.h"
#include "analyzer/report/diff_match.h"
#include "analyzer/report/diff_report.h"
#include "analyzer/report/diff_tree.h"

#define SITES_MAX 8

/* One side of a diff, its sites given as text: "function+offset/size" with decimal numbers. */
struct half {
	struct call_site sites[SITES_MAX];
	char texts[SITES_MAX][64];
	size_t count;
	struct site_list list;
	struct memory_tree tree;
	struct trace_facts trace;
	struct match_totals totals;
	struct kernel_record kernel;
	struct verdict verdict;
	struct analysis_record record;
	struct report_view view;
};

static void site_add(struct half *half, const char *text, uint64_t live)
{
	struct call_site *site = &half->sites[half->count];
	char *name = half->texts[half->count++];
	char *plus;

	snprintf(name, sizeof(half->texts[0]), "%s", text);
	*site = (struct call_site){.site = text, .caller = text, .directory = "fs"};
	site->figures.current_dynamic = live;
	site->figures.total_dynamic = live;
	site->figures.alloc_count = 1;
	plus = strchr(name, '+');
	if (plus) {
		site->offset = strtoull(plus + 1, NULL, 10);
		site->function_size = strtoull(strchr(plus, '/') + 1, NULL, 10);
		*plus = '\0';
		site->function = name;
		site->object = "fs/inode.o";
	} else {
		site->placing = SITE_UNPLACED;
		site->directory = "(unplaced)";
	}
}

static void half_finish(struct half *half, bool has_kernel, bool has_trace, uint64_t text)
{
	struct tree_node *object;
	struct tree_node *leaf;
	struct error err;

	assert_int_equal(memory_tree_init(&half->tree, &err), 0);
	object = memory_tree_child(&half->tree, memory_tree_directory(&half->tree, "fs"),
				   TREE_OBJECT, "inode.o");
	leaf = memory_tree_child(&half->tree, object, TREE_SYMBOL, "data");
	leaf->own.static_text = text;
	assert_int_equal(call_sites_build_tree(half->sites, half->count, &half->tree, &err), 0);
	assert_int_equal(
		site_list_init(&half->list, half->sites, half->count, NULL, &site_orders[0], &err),
		0);
	half->verdict.sentence = "";
	half->record = (struct analysis_record){
		.trace_path = has_trace ? "t" : NULL,
		.trace = has_trace ? &half->trace : NULL,
		.totals = has_trace ? &half->totals : NULL,
		.kernel = has_kernel ? &half->kernel : NULL,
		.tree = &half->tree,
		.verdict = &half->verdict,
	};
	half->view = (struct report_view){.record = &half->record,
					  .branch = half->tree.root,
					  .sites = &half->list,
					  .order = &site_orders[0]};
}

static void half_release(struct half *half)
{
	site_list_release(&half->list);
	memory_tree_release(&half->tree);
}

struct match_case {
	const char *about;
	const char *before[SITES_MAX];
	const char *after[SITES_MAX];
	/* "before>after" for each pair, "-" for none, by before's order and then the new ones */
	const char *expected;
};

static const struct match_case match_cases[] = {
	{"the same code: offsets decide, whatever is missing",
	 {"f+10/100", "f+20/100", "f+30/100"},
	 {"f+20/100", "f+30/100", "f+40/100"},
	 "f+10/100>- f+20/100>f+20/100 f+30/100>f+30/100 ->f+40/100 "},
	{"rebuilt: in order",
	 {"f+10/100", "f+50/100"},
	 {"f+14/120", "f+66/120"},
	 "f+10/100>f+14/120 f+50/100>f+66/120 "},
	{"rebuilt with one site more in front: the nearest",
	 {"f+50/100", "f+80/100"},
	 {"f+5/110", "f+55/110", "f+85/110"},
	 "f+50/100>f+55/110 f+80/100>f+85/110 ->f+5/110 "},
	{"rebuilt with one site less",
	 {"f+5/110", "f+55/110", "f+85/110"},
	 {"f+50/100", "f+80/100"},
	 "f+5/110>- f+55/110>f+50/100 f+85/110>f+80/100 "},
	{"functions do not mix",
	 {"f+10/100", "g+10/100"},
	 {"g+10/100", "h+10/100"},
	 "f+10/100>- g+10/100>g+10/100 ->h+10/100 "},
	{"addresses match as texts only",
	 {"ffff1", "ffff2"},
	 {"ffff2", "ffff3"},
	 "ffff1>- ffff2>ffff2 ->ffff3 "},
	{"one side empty", {"f+10/100", "ffff1"}, {NULL}, "f+10/100>- ffff1>- "},
};

static char *pairs_text(const struct site_pairs *pairs, const struct half *before,
			const struct half *after)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t i = 0; i < before->count; i++) {
		for (size_t j = 0; j < pairs->count; j++) {
			const struct site_pair *pair = &pairs->pairs[j];

			if (pair->before == &before->sites[i]) {
				fprintf(out, "%s>%s ", pair->before->site,
					pair->after ? pair->after->site : "-");
			}
		}
	}
	for (size_t i = 0; i < after->count; i++) {
		for (size_t j = 0; j < pairs->count; j++) {
			if (!pairs->pairs[j].before && pairs->pairs[j].after == &after->sites[i]) {
				fprintf(out, "->%s ", after->sites[i].site);
			}
		}
	}
	fclose(out);
	return text;
}

static void test_matching(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(match_cases) / sizeof(match_cases[0]); i++) {
		const struct match_case *row = &match_cases[i];
		struct half before = {0};
		struct half after = {0};
		struct site_pairs pairs;
		char *text;

		for (size_t j = 0; row->before[j]; j++) {
			site_add(&before, row->before[j], 1);
		}
		for (size_t j = 0; row->after[j]; j++) {
			site_add(&after, row->after[j], 1);
		}
		half_finish(&before, true, true, 0);
		half_finish(&after, true, true, 0);
		assert_int_equal(site_pairs_init(&pairs, &before.list, &after.list, true), 0);
		text = pairs_text(&pairs, &before, &after);
		if (strcmp(text, row->expected) != 0) {
			fail_msg("%s: %s, not %s", row->about, text, row->expected);
		}
		free(text);
		site_pairs_release(&pairs);
		half_release(&before);
		half_release(&after);
	}
}

static const struct diff_row *row_find(const struct diff *diff, enum diff_level level,
				       const char *name)
{
	for (size_t i = 0; i < diff->levels[level].count; i++) {
		if (strcmp(diff->levels[level].rows[i].name, name) == 0) {
			return &diff->levels[level].rows[i];
		}
	}
	fail_msg("no row %s", name);
	return NULL;
}

static void test_levels(void **state)
{
	struct half before = {0};
	struct half after = {0};
	const struct diff_row *row;
	struct diff diff;
	struct error err;

	(void)state;
	site_add(&before, "f+10/100", 50);
	site_add(&before, "g+10/100", 1000);
	site_add(&after, "f+14/120", 80);
	site_add(&after, "h+10/100", 5);
	site_add(&after, "ffff", 7);
	half_finish(&before, true, true, 300);
	half_finish(&after, true, true, 200);
	assert_int_equal(diff_init(&diff, &before.view, &after.view, DIFF_VALUES, &err), 0);
	assert_int_equal(diff.value, DIFF_CURRENT);
	assert_int_equal(diff_growth(&diff), 92 - 1050);
	assert_string_equal(diff.levels[DIFF_SITES].rows[0].name, "g+10/100");
	assert_int_equal(diff.levels[DIFF_SITES].rows[0].state, DIFF_GONE);
	row = row_find(&diff, DIFF_SITES, "f+14/120");
	assert_string_equal(row->name_before, "f+10/100");
	assert_int_equal(row->state, DIFF_GROWN);
	assert_int_equal(diff_delta(row, DIFF_CURRENT), 30);
	row = row_find(&diff, DIFF_OBJECTS, "fs/inode.o");
	assert_int_equal(diff_delta(row, DIFF_STATIC), -100);
	assert_int_equal(diff_delta(row, DIFF_CURRENT), 85 - 1050);
	row = row_find(&diff, DIFF_DIRECTORIES, "(unplaced)");
	assert_int_equal(row->state, DIFF_NEW);
	assert_int_equal(diff_delta(row, DIFF_CURRENT), 7);
	diff_release(&diff);
	half_release(&before);
	half_release(&after);
}

/* What is below "grown" less what is below "shrunk" at that path. */
static int64_t tree_delta(const struct diff_tree *tree, const char *path)
{
	uint64_t sums[2] = {0, 0};

	for (int i = 0; i < 2; i++) {
		const struct tree_node *node;
		char full[128];

		snprintf(full, sizeof(full), "%s/%s", i ? "shrunk" : "grown", path);
		node = memory_tree_find(&tree->tree, full);
		sums[i] = node ? node->sum.current_dynamic : 0;
	}
	return (int64_t)(sums[0] - sums[1]);
}

/* Areas have one sign each, and their balance is the row of the diff. */
static void assert_tree(const struct half *before, const struct half *after, enum diff_value value,
			uint64_t grown, uint64_t shrunk, int64_t object)
{
	struct diff_tree tree;
	struct diff diff;
	struct error err;

	assert_int_equal(diff_init(&diff, &before->view, &after->view, value, &err), 0);
	assert_int_equal(
		diff_tree_init(&tree, &diff, before->view.branch, after->view.branch, &err), 0);
	assert_int_equal(tree.grown->sum.current_dynamic, grown);
	assert_int_equal(tree.shrunk->sum.current_dynamic, shrunk);
	assert_int_equal(tree.grown->sum.current_requested, grown);
	assert_int_equal(tree.after - tree.before, diff_growth(&diff));
	assert_int_equal((int64_t)(grown - shrunk), diff_growth(&diff));
	assert_int_equal(tree_delta(&tree, "fs/inode.o"), object);
	assert_int_equal(diff_delta(row_find(&diff, DIFF_OBJECTS, "fs/inode.o"), value), object);
	diff_tree_release(&tree);
	diff_release(&diff);
}

static void test_tree(void **state)
{
	struct half before = {0};
	struct half after = {0};
	const struct tree_node *fs;

	(void)state;
	site_add(&before, "f+10/100", 50);
	site_add(&before, "g+10/100", 1000);
	site_add(&before, "same+10/100", 4);
	site_add(&after, "f+14/120", 80);
	site_add(&after, "h+10/100", 5);
	site_add(&after, "same+10/100", 4);
	site_add(&after, "ffff", 7);
	half_finish(&before, true, true, 300);
	half_finish(&after, true, true, 200);
	assert_tree(&before, &after, DIFF_CURRENT, 30 + 5 + 7, 1000, 35 - 1000);
	assert_tree(&after, &before, DIFF_CURRENT, 1000, 30 + 5 + 7, 1000 - 35);
	assert_tree(&before, &after, DIFF_STATIC, 0, 100, -100);
	assert_tree(&before, &before, DIFF_TOTAL, 0, 0, 0);
	fs = memory_tree_find(&before.tree, "fs");
	before.view.branch = fs;
	after.view.branch = memory_tree_find(&after.tree, "fs");
	{
		struct diff_tree tree;
		struct diff diff;
		struct error err;

		/* Paths begin below the branch; what a directory holds beside its objects counts.
		 */
		memory_tree_directory(&after.tree, "fs")->own.static_bss += 11;
		memory_tree_seal(&after.tree);
		assert_int_equal(diff_init(&diff, &before.view, &after.view, DIFF_STATIC, &err), 0);
		assert_int_equal(diff_tree_init(&tree, &diff, fs, after.view.branch, &err), 0);
		assert_int_equal(tree_delta(&tree, "inode.o"), -100);
		assert_int_equal(tree.grown->sum.current_dynamic, 11);
		assert_int_equal(tree.grown->own.current_dynamic, 11);
		diff_tree_release(&tree);
		diff_release(&diff);
	}
	half_release(&before);
	half_release(&after);
}

static void assert_not_comparable(struct half *before, struct half *after, enum diff_value value,
				  const char *words)
{
	struct diff diff;
	struct error err = {0};

	assert_int_equal(diff_init(&diff, &before->view, &after->view, value, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text, words));
}

static void test_not_comparable(void **state)
{
	struct half before = {0};
	struct half after = {0};

	(void)state;
	half_finish(&before, true, false, 1);
	half_finish(&after, false, true, 1);
	assert_not_comparable(&before, &after, DIFF_VALUES, "nothing to compare");
	before.record.trace = &before.trace;
	assert_not_comparable(&before, &after, DIFF_STATIC, "static is not known of both");
	before.record.filter = ALLOCATIONS_CACHE;
	assert_not_comparable(&before, &after, DIFF_VALUES, "other allocations");
	half_release(&before);
	half_release(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_not_comparable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
