/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/directory_list.h"
#include "analyzer/report/summary.h"

struct fixture {
	struct memory_tree tree;
	struct trace_facts trace;
	struct match_totals totals;
	struct call_site sites[3];
	struct site_list list;
	struct verdict verdict;
	struct summary summary;
};

static void figures_put(struct memory_tree *tree, const char *directory, const char *object,
			struct memory_figures figures)
{
	struct tree_node *node = memory_tree_child(tree, memory_tree_directory(tree, directory),
						   TREE_OBJECT, object);

	memory_figures_add(&node->own, &figures);
}

static void tree_build(struct memory_tree *tree)
{
	struct tree_node *group;
	struct error err;

	assert_int_equal(memory_tree_init(tree, &err), 0);
	figures_put(tree, "fs", "inode.o",
		    (struct memory_figures){.static_text = 1000,
					    .total_dynamic = 5000,
					    .current_dynamic = 4000,
					    .current_requested = 3000,
					    .alloc_count = 5,
					    .free_count = 1});
	figures_put(tree, "fs/ext4", "super.o",
		    (struct memory_figures){.static_bss = 7000,
					    .total_dynamic = 100,
					    .current_dynamic = 100,
					    .current_requested = 100,
					    .alloc_count = 1});
	figures_put(tree, "mm", "slub.o", (struct memory_figures){.static_data = 2000});
	group = memory_tree_child(tree, tree->root, TREE_GROUP, "(unplaced)");
	group->own.total_dynamic = 6000;
	group->own.alloc_count = 1;
	memory_tree_seal(tree);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct verdict_evidence evidence;
	struct error err;

	assert_non_null(f);
	tree_build(&f->tree);
	f->trace = (struct trace_facts){.byte_count = 2048, .line_count = 9, .cpu_count = 1};
	f->totals = (struct match_totals){
		.alloc_count = 7, .free_count = 1, .live_count = 5, .peak_dynamic = 4200};
	f->sites[0] = (struct call_site){.site = "a", .caller = "a+0x1", .directory = "fs"};
	f->sites[0].figures = (struct site_account){5000, 4000, 4000, 3000, 5, 1, 0};
	f->sites[1] = (struct call_site){.site = "b", .caller = "b+0x1", .directory = "fs/ext4"};
	f->sites[1].figures = (struct site_account){100, 100, 100, 100, 1, 0, 0};
	f->sites[2] = (struct call_site){.site = "c", .caller = "ffffffff81000000"};
	f->sites[2].figures = (struct site_account){6000, 6000, 0, 0, 1, 0, 0};
	evidence = (struct verdict_evidence){.trace = &f->trace, .totals = &f->totals};
	assert_int_equal(verdict_init(&f->verdict, &evidence, &err), 0);
	f->summary = (struct summary){
		.trace_path = "boot.log",
		.trace = &f->trace,
		.totals = &f->totals,
		.sites = &f->list,
		.order = &site_orders[0],
		.branch = f->tree.root,
		.verdict = &f->verdict,
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	memory_tree_release(&f->tree);
	verdict_release(&f->verdict);
	free(f);
	return 0;
}

static char *summary_text(struct fixture *f)
{
	struct error err;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(site_list_init(&f->list, f->sites, 3, NULL, f->summary.order, &err), 0);
	assert_int_equal(summary_write(out, &f->summary, &err), 0);
	fclose(out);
	site_list_release(&f->list);
	return text;
}

static void test_text(void **state)
{
	char *text = summary_text(*state);

	/* clang-format off */
	assert_string_equal(text,
		"Trace     boot.log\n"
		"          2.0 KiB, 9 lines, 1 CPU\n"
		"\n"
		"Totals\n"
		"  live at the end     4.0 KiB            4,100 bytes in 5 objects\n"
		"    requested         3.0 KiB            3,100 bytes\n"
		"    wasted             1000 B            1,000 bytes\n"
		"  live at the peak    4.1 KiB            4,200 bytes; 0 objects at most\n"
		"  allocated in all   10.8 KiB           11,100 bytes in 7 allocations\n"
		"  freed again                                1 of these objects\n"
		"  call sites                                 3\n"
		"\n"
		"Call sites with the most live bytes (3 of 3)\n"
		"      live    waste  allocs/freed  call site\n"
		"   3.9 KiB   1000 B           5/1  a+0x1\n"
		"     100 B      0 B           1/0  b+0x1\n"
		"       0 B      0 B           1/0  ffffffff81000000\n"
		"\n"
		"How far to trust these figures\n"
		"  The figures are exact for what this trace holds.\n");
	/* clang-format on */
	free(text);
}

/* -o total_dynamic shows the total it sorts by. */
static void test_total_order(void **state)
{
	struct fixture *f = *state;
	char *text;

	f->summary.order = site_order_find("total_dynamic");
	text = summary_text(f);
	assert_non_null(strstr(text, "     total    waste  allocs/freed  call site\n"
				     "   5.9 KiB      0 B           1/0  ffffffff81000000\n"));
	free(text);
}

/* The longest and oddest names: 80 columns, nothing but printable ASCII. */
static void test_hostile_names(void **state)
{
	struct fixture *f = *state;
	char name[300];
	char *text;

	memset(name, 'n', sizeof(name) - 1);
	name[10] = '\033';
	name[20] = '\n';
	name[sizeof(name) - 1] = '\0';
	f->sites[0].caller = name;
	f->sites[0].directory = name;
	f->sites[1].figures.current_requested = UINT64_MAX; /* negative waste */
	f->sites[2].figures = (struct site_account){UINT64_MAX, 0, UINT64_MAX, 0, 1, 0, 0};
	text = summary_text(f);
	for (const char *c = text; *c; c++) {
		assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
	}
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 80);
	}
	free(text);
}

static void test_color(void **state)
{
	struct fixture *f = *state;
	char *text;

	f->summary.color = true;
	text = summary_text(f);
	assert_non_null(strstr(text, "\033[1mTotals\033[0m\n"));
	free(text);
}

/* Subdirectories are rows of their own and not part of their parent. */
static void test_directories(void **state)
{
	struct fixture *f = *state;
	struct directory_list list;
	struct error err;

	assert_int_equal(directory_list_init(&list, f->tree.root, &site_orders[0], &err), 0);
	assert_int_equal(list.count, 3); /* mm allocated nothing */
	assert_string_equal(list.rows[0].node->name, "fs");
	assert_int_equal(list.rows[0].figures.current_dynamic, 4000);
	assert_string_equal(list.rows[1].node->name, "ext4");
	assert_string_equal(list.rows[2].node->name, "(unplaced)");
	directory_list_release(&list);
	assert_int_equal(directory_list_init(&list, f->tree.root, NULL, &err), 0);
	assert_int_equal(list.count, 3); /* (unplaced) has no static bytes */
	assert_string_equal(list.rows[0].node->name, "ext4");
	assert_string_equal(list.rows[1].node->name, "mm");
	assert_string_equal(list.rows[2].node->name, "fs");
	directory_list_release(&list);
}

/* A branch may be one object, or a directory: what is beside it stays out. */
static void test_directories_of_branch(void **state)
{
	struct fixture *f = *state;
	struct directory_list list;
	struct error err;

	assert_int_equal(
		directory_list_init(&list, memory_tree_find(&f->tree, "fs/inode.o"), NULL, &err),
		0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.rows[0].figures.static_text, 1000);
	directory_list_release(&list);
	assert_int_equal(directory_list_init(&list, memory_tree_find(&f->tree, "fs"), NULL, &err),
			 0);
	assert_int_equal(list.count, 2);
	directory_list_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_total_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_color, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directories_of_branch, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
