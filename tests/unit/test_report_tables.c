/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CSV, Markdown and JSON of call sites as a hostile trace could name them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/csv_report.h"
#include "analyzer/report/json_report.h"
#include "analyzer/report/markdown_report.h"

#define SITES 60

struct fixture {
	struct call_site sites[SITES];
	struct site_list list;
	struct memory_tree tree;
	struct trace_facts trace;
	struct match_totals totals;
	struct verdict verdict;
	struct analysis_record record;
	struct report_view view;
	char *text;
	size_t size;
	FILE *out;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct error err;

	assert_non_null(f);
	f->sites[0] = (struct call_site){.site = "a", .caller = "one,\"two\"", .directory = "fs"};
	f->sites[0].figures = (struct site_account){UINT64_MAX, 7, 3, 5, 2, 1, 0};
	f->sites[1] = (struct call_site){.site = "b", .caller = "x|`\xff\xc3\xa9", .function = "x"};
	f->sites[1].figures = (struct site_account){1, 1, 1, 1, 1, 0, 0};
	f->sites[1].directory = "(unplaced)";
	assert_int_equal(memory_tree_init(&f->tree, &err), 0);
	memory_tree_seal(&f->tree);
	f->verdict.sentence = "As *is*.";
	f->record = (struct analysis_record){
		.trace_path = "t.log",
		.trace = &f->trace,
		.totals = &f->totals,
		.sites = f->sites,
		.site_count = 2,
		.tree = &f->tree,
		.verdict = &f->verdict,
	};
	f->view = (struct report_view){
		.record = &f->record,
		.branch = f->tree.root,
		.sites = &f->list,
		.order = &site_orders[0],
	};
	f->out = open_memstream(&f->text, &f->size);
	assert_non_null(f->out);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fclose(f->out);
	free(f->text);
	site_list_release(&f->list);
	memory_tree_release(&f->tree);
	free(f);
	return 0;
}

static void list_sites(struct fixture *f, size_t count, const char *order)
{
	struct error err;

	f->view.order = site_order_find(order);
	assert_int_equal(site_list_init(&f->list, f->sites, count, NULL, f->view.order, &err), 0);
}

static void test_csv(void **state)
{
	struct fixture *f = *state;

	list_sites(f, 2, "total_dynamic");
	csv_report_write(f->out, &f->list, NULL);
	fflush(f->out);
	assert_string_equal(f->text,
			    "caller,function,offset,module,file,line,object,directory,"
			    "total_dynamic,current_dynamic,waste,alloc_count,free_count\r\n"
			    "\"one,\"\"two\"\"\",,,,,,,fs,18446744073709551615,3,-2,2,1\r\n"
			    "x|`\xff\xc3\xa9,x,0,,,,,(unplaced),1,1,0,1,0\r\n");
}

static void test_csv_columns(void **state)
{
	struct fixture *f = *state;
	struct column_list columns;
	struct error err;

	assert_int_equal(column_list_parse("waste,site", &columns, &err), 0);
	list_sites(f, 2, "site");
	csv_report_write(f->out, &f->list, &columns);
	fflush(f->out);
	assert_string_equal(f->text, "waste,site\r\n-2,a\r\n0,b\r\n");
}

static void test_columns_refused(void **state)
{
	static const char *const lists[] = {
		"", "caller,", ",caller", "caller,waste,caller", "size", "caller, waste"};
	struct column_list columns;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(column_list_parse(lists[i], &columns, &err), ERROR_USAGE);
	}
	assert_non_null(strstr(err.text, "there are caller, function,"));
}

/* Every column can order, and what is unknown comes last. */
static void test_orders(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < site_column_count; i++) {
		assert_non_null(site_order_find(site_columns[i].name));
	}
	list_sites(f, 2, "function");
	assert_string_equal(f->list.sites[0]->site, "b");
	site_list_release(&f->list);
	list_sites(f, 2, "caller");
	assert_string_equal(f->list.sites[0]->site, "a");
}

static void test_markdown(void **state)
{
	struct fixture *f = *state;
	struct error err;

	list_sites(f, 2, "current_dynamic");
	assert_int_equal(markdown_report_write(f->out, &f->view, NULL, &err), 0);
	fflush(f->out);
	assert_non_null(strstr(f->text, "### Kernel memory: `t.log`\n"));
	assert_non_null(strstr(f->text, "| 3 | -2 | 18,446,744,073,709,551,615 | 2 | 1 | "
					"`one,\"two\"` | `fs` |\n| 1 | 0 | 1 | 1 | 0 | "
					"`x\\|'???` | `(unplaced)` |\n"));
	assert_non_null(strstr(f->text, "exact. As \\*is\\*.\n"));
	assert_null(strstr(f->text, "<details>"));
}

/* What does not fit a comment is left out, and said to be. */
static void test_markdown_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct error err;
	static char name[2001];

	memset(name, 'n', sizeof(name) - 1);
	for (size_t i = 0; i < SITES; i++) {
		f->sites[i] = (struct call_site){.site = "s", .caller = name, .directory = ""};
	}
	list_sites(f, SITES, "current_dynamic");
	assert_int_equal(markdown_report_write(f->out, &f->view, NULL, &err), 0);
	fflush(f->out);
	assert_true(f->size < 65536);
	assert_non_null(strstr(f->text, "<details><summary>40 more call sites</summary>"));
	assert_non_null(strstr(f->text, "36 call sites are left out"));
}

static void test_json(void **state)
{
	struct fixture *f = *state;
	struct json_object *root;
	struct json_object *sites;
	struct json_object *value;
	struct error err;

	list_sites(f, 2, "total_dynamic");
	assert_int_equal(json_report_write(f->out, &f->view, &err), 0);
	fflush(f->out);
	root = json_tokener_parse(f->text);
	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "call_sites", &sites));
	assert_true(json_object_object_get_ex(json_object_array_get_idx(sites, 0), "total_dynamic",
					      &value));
	assert_true(json_object_get_uint64(value) == UINT64_MAX);
	assert_true(
		json_object_object_get_ex(json_object_array_get_idx(sites, 0), "waste", &value));
	assert_int_equal(json_object_get_int64(value), -2);
	assert_false(
		json_object_object_get_ex(json_object_array_get_idx(sites, 0), "function", &value));
	assert_true(
		json_object_object_get_ex(json_object_array_get_idx(sites, 1), "caller", &value));
	assert_string_equal(json_object_get_string(value), "x|`\xef\xbf\xbd\xc3\xa9");
	json_object_put(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_csv),	   TEST(test_csv_columns), TEST(test_columns_refused),
		TEST(test_orders), TEST(test_markdown),	   TEST(test_markdown_is_bounded),
		TEST(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
