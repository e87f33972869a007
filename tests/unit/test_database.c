/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saving an analysis and loading it again, and files that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/report/database.h"
#include "analyzer/report/json_report.h"

#define SITES 3

struct fixture {
	struct analysis_record record;
	struct trace_facts trace;
	struct match_totals totals;
	struct attribution_facts attribution;
	struct kernel_record kernel;
	struct verdict verdict;
	struct call_site sites[SITES];
	struct site_frame frame;
	struct memory_tree tree;
	char path[64];
};

static void leaf_add(struct memory_tree *tree, struct tree_node *object, enum tree_node_kind kind,
		     const char *name, uint64_t text)
{
	struct tree_node *leaf = memory_tree_child(tree, object, kind, name);

	assert_non_null(leaf);
	leaf->own.static_text = text;
}

static void tree_build(struct fixture *f)
{
	struct memory_tree *tree = &f->tree;
	struct tree_node *object;
	struct error err;

	assert_int_equal(memory_tree_init(tree, &err), 0);
	object =
		memory_tree_child(tree, memory_tree_directory(tree, "fs/ext4"), TREE_OBJECT, "a.o");
	leaf_add(tree, object, TREE_SYMBOL, "f", 10);
	leaf_add(tree, object, TREE_SYMBOL, "odd \"\\\x01\xff name", UINT64_MAX);
	leaf_add(tree, object, TREE_PADDING, "(padding and unnamed)", 3);
	object = memory_tree_child(tree, tree->root, TREE_OBJECT, "vmlinux.o");
	for (int i = 0; i < 500; i++) {
		char name[32];

		snprintf(name, sizeof(name), "symbol_%d", i);
		leaf_add(tree, object, TREE_SYMBOL, name, (uint64_t)i + 1);
	}
	assert_int_equal(call_sites_build_tree(f->sites, SITES, tree, &err), 0);
}

static void sites_fill(struct fixture *f)
{
	f->frame = (struct site_frame){"inlined", "fs/ext4/a.c", 7};
	f->sites[0] = (struct call_site){
		.site = "f+0x1/0x2",
		.caller = "f+0x1",
		.function = "f",
		.offset = 1,
		.function_size = 2,
		.object = "fs/ext4/a.o",
		.directory = "fs/ext4",
		.frames = &f->frame,
		.frame_count = 1,
		.file = "fs/ext4/a.c",
		.line = 7,
		.address = UINT64_MAX - 1,
		.has_address = true,
		.figures = {UINT64_MAX, 9, 8, 7, 6, 5, 4},
	};
	f->sites[1] = (struct call_site){
		.site = "g+0x0/0x2 [m]",
		.caller = "g+0x0 [m]",
		.function = "g",
		.module = "m",
		.directory = "(module m)",
		.placing = SITE_IN_MODULE,
		.figures = {1, 1, 1, 1, 1, 0, 0},
	};
	f->sites[2] = (struct call_site){
		.site = "ffff\xfe",
		.caller = "ffff\xfe",
		.directory = "(unplaced)",
		.naming = SITE_RAW,
		.placing = SITE_UNPLACED,
	};
}

static const struct size_row sizes[] = {
	{0, SIZE_EXACT, 0, 8, 1, 8, 0},
	{0, SIZE_EXACT, UINT64_MAX, UINT64_MAX, 2, 7, 7},
	{1, SIZE_ALLOCATED, 0, 32, 300, 9600, 9000},
	{2, SIZE_ANY, 0, 0, 9, 9, 9},
};

static const struct timeline_point points[] = {{8, 0}, {-3, 2}, {INT64_MIN, 3}};
static const struct timeline_bucket buckets[] = {
	{8, 0, false}, {8, 0, false}, {UINT64_MAX, 7, true}, {5, 0, true}};
static const struct timeline_marker markers[] = {{4100, "boot"}, {4100, "\xff'\"<"}};
static const struct timeline timeline = {
	.unit = EVENT_CLOCK_TICKS,
	.shift = 10,
	.start = 4096,
	.bucket_count = 4,
	.buckets = buckets,
	.first = 4097,
	.last = 8000,
	.peak_bytes = UINT64_MAX,
	.peak_time = 6200,
	.end_bytes = 5,
	.markers = markers,
	.marker_count = 2,
	.marker_left_out = 3,
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fd;

	assert_non_null(f);
	sites_fill(f);
	tree_build(f);
	f->trace = (struct trace_facts){.line_count = UINT64_MAX, .cpu_count = 2};
	f->trace.last_line_cut = true;
	f->totals = (struct match_totals){.alloc_count = 7, .peak_dynamic = 8};
	f->attribution = (struct attribution_facts){.unplaced_sites = 1};
	f->kernel = (struct kernel_record){.path = "linux", .has_vmlinux = true};
	f->kernel.facts = (struct kernel_tree_facts){.object_count = 2, .evidence = "vmlinux.a"};
	f->kernel.vmlinux.bss = 5;
	strcpy(f->kernel.banner, "Linux version 6.1");
	f->verdict.sentence = "A sentence.";
	f->verdict.grade = VERDICT_BOUNDS;
	f->verdict.count = 1;
	f->verdict.findings[0] = (struct finding){"events-lost",
						  FINDING_WARNING,
						  EFFECT_TOTAL_LOW,
						  true,
						  false,
						  3,
						  0,
						  "Text.",
						  NULL,
						  1};
	f->record = (struct analysis_record){
		.trace_path = "t.log",
		.trace = &f->trace,
		.totals = &f->totals,
		.filter = ALLOCATIONS_CACHE,
		.source = {"0123456789abcdef0123456789abcdef", 4096, "1.5", "99%", "3", "init", "1",
			   "default"},
		.kernel = &f->kernel,
		.has_map = true,
		.attribution = &f->attribution,
		.sites = f->sites,
		.site_count = SITES,
		.sizes = sizes,
		.size_count = sizeof(sizes) / sizeof(sizes[0]),
		.tree = &f->tree,
		.verdict = &f->verdict,
		.timeline = &timeline,
	};
	f->sites[1].series = (struct timeline_series){points, 3};
	strcpy(f->path, "/tmp/test_database.XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	close(fd);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	memory_tree_release(&f->tree);
	free(f);
	return 0;
}

struct image {
	char *bytes;
	size_t size;
};

static struct image saved_image(const struct analysis_record *record)
{
	struct image image = {0};
	struct error err = {0};
	FILE *out = open_memstream(&image.bytes, &image.size);

	assert_non_null(out);
	if (database_save(out, record, "test 1", &err) < 0) {
		fail_msg("%s", err.text);
	}
	fclose(out);
	return image;
}

static void image_put(const struct fixture *f, const char *bytes, size_t size)
{
	FILE *out = fopen(f->path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

/* JSON of a record: what a report makes of it. */
static struct image record_json(const struct analysis_record *record)
{
	struct image json = {0};
	struct site_list list;
	struct report_view view = {
		.record = record,
		.branch = record->tree->root,
		.sites = &list,
		.order = &site_orders[0],
	};
	struct error err;
	FILE *out = open_memstream(&json.bytes, &json.size);

	assert_non_null(out);
	assert_int_equal(
		site_list_init(&list, record->sites, record->site_count, NULL, view.order, &err),
		0);
	assert_int_equal(json_report_write(out, &view, &err), 0);
	fclose(out);
	site_list_release(&list);
	return json;
}

static void assert_same_record(const struct analysis_record *a, const struct analysis_record *b)
{
	struct image first = record_json(a);
	struct image second = record_json(b);

	assert_string_equal(first.bytes, second.bytes);
	free(first.bytes);
	free(second.bytes);
}

/* Saved, loaded and saved again: the same bytes, and the same report. */
static void test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct image first = saved_image(&f->record);
	struct saved_analysis saved;
	struct image second;
	struct error err;

	image_put(f, first.bytes, first.size);
	if (database_load(f->path, DATABASE_SYMBOLS | DATABASE_TIMELINE, &saved, &err) < 0) {
		fail_msg("%s", err.text);
	}
	second = saved_image(&saved.record);
	assert_int_equal(first.size, second.size);
	assert_memory_equal(first.bytes, second.bytes, first.size);
	assert_same_record(&f->record, &saved.record);
	assert_int_equal(saved.sites[1].series.count, 3);
	assert_memory_equal(&saved.sites[1].series.points[2].bytes, &points[2].bytes, 8);
	assert_string_equal(saved.sites[0].frames[0].function, "inlined");
	assert_int_equal(saved.tree.node_count, f->tree.node_count);
	assert_int_equal(saved.record.size_count, f->record.size_count);
	assert_memory_equal(saved.record.sizes, sizes, sizeof(sizes));
	assert_string_equal(saved.record.source.skip, "default");
	saved_analysis_release(&saved);
	free(first.bytes);
	free(second.bytes);
}

static void test_without_symbols(void **state)
{
	struct fixture *f = *state;
	struct image image = saved_image(&f->record);
	struct saved_analysis saved;
	struct error err;

	image_put(f, image.bytes, image.size);
	assert_int_equal(database_load(f->path, DATABASE_TIMELINE, &saved, &err), 0);
	assert_true(saved.tree.node_count < 20);
	assert_same_record(&f->record, &saved.record);
	saved_analysis_release(&saved);
	free(image.bytes);
}

static void assert_refused(const struct fixture *f, const char *words)
{
	struct saved_analysis saved;
	struct error err = {0};

	if (database_load(f->path, DATABASE_SYMBOLS | DATABASE_TIMELINE, &saved, &err) == 0) {
		fail_msg("not refused: %s", words);
	}
	assert_int_equal(err.code, ERROR_INPUT);
	if (!strstr(err.text, words)) {
		fail_msg("\"%s\" is not in \"%s\"", words, err.text);
	}
}

static void test_not_ours(void **state)
{
	struct fixture *f = *state;
	struct image image = saved_image(&f->record);

	image_put(f, "", 0);
	assert_refused(f, "is no saved analysis");
	image_put(f,
		  "some text that is longer than a header of a database, so that it is read "
		  "as one, which it isn't, of course, as anybody can see",
		  120);
	assert_refused(f, "is no saved analysis");
	image_put(f, image.bytes, image.size - 4096);
	assert_refused(f, "cut short");
	image.bytes[63] = 3;
	image_put(f, image.bytes, image.size);
	assert_refused(f, "saved by a newer trace_analyze: format 3, this one reads 2");
	image.bytes[63] = 1;
	image_put(f, image.bytes, image.size);
	assert_refused(f, "an older trace_analyze: format 1, this one reads 2; analyze the trace");
	image.bytes[63] = 2;
	image.bytes[68] ^= 1;
	image_put(f, image.bytes, image.size);
	assert_refused(f, "a database of another program");
	unlink(f->path);
	assert_refused(f, "No such file");
	free(image.bytes);
}

/* Changes to a good file, each of which must be found. */
static const struct {
	const char *sql;
	const char *words;
} damages[] = {
	{"DROP TABLE finding", "table finding is missing"},
	{"ALTER TABLE node ADD more TEXT", "table node is missing or different"},
	{"DROP TABLE finding; CREATE VIEW finding AS SELECT 1", "table finding is missing"},
	{"DELETE FROM analysis", "table analysis is empty"},
	{"UPDATE analysis SET grade = 'good'", "table analysis"},
	{"UPDATE analysis SET evidence = NULL", "no evidence"},
	{"UPDATE analysis SET banner = printf('%300d', 1)", "table analysis"},
	{"UPDATE counter SET value = 2 WHERE name = 'last_line_cut'", "out of range"},
	{"UPDATE counter SET value = -1 WHERE name = 'cpu_count'", "out of range"},
	{"UPDATE finding SET severity = ''", "table finding"},
	{"WITH RECURSIVE n(i) AS (SELECT 2 UNION SELECT i + 1 FROM n WHERE i < 99) INSERT INTO "
	 "finding SELECT i, 'x', 1, 'note', 0, 0, 0, 'x', 'x' FROM n",
	 "table finding"},
	{"UPDATE node SET parent = id WHERE id > 1", "cannot be"},
	{"UPDATE node SET parent = 99 WHERE id = 2", "cannot be"},
	{"UPDATE node SET kind = 'symbol' WHERE id = 2", "table node"},
	{"UPDATE node SET name = 'a/b' WHERE path = 'fs'", "cannot be"},
	{"UPDATE node SET id = 100 WHERE id = 3", "table node"},
	{"UPDATE node SET symbols = x'00' WHERE symbols IS NOT NULL", "symbols"},
	{"UPDATE node SET symbols_size = -1 WHERE symbols IS NOT NULL", "symbols"},
	{"UPDATE node SET symbols_size = 1 WHERE symbols IS NOT NULL", "symbols"},
	{"UPDATE node SET symbols = CAST('[[\"a\",1,2]]' AS BLOB), symbols_size = 11 "
	 "WHERE symbols IS NOT NULL",
	 "symbols"},
	{"UPDATE node SET symbols = CAST('[[\"a\\u0000\",1,2,3]]' AS BLOB), symbols_size = 19 "
	 "WHERE symbols IS NOT NULL",
	 "symbols"},
	{"UPDATE node SET symbols = CAST('[[\"a\",1,2,18446744073709551616]]' AS BLOB), "
	 "symbols_size = 32 WHERE symbols IS NOT NULL",
	 "symbols"},
	{"UPDATE call_site SET naming = 'x'", "table call_site"},
	{"UPDATE timeline SET width = 1000", "table timeline"},
	{"UPDATE timeline SET width = 0", "table timeline"},
	{"UPDATE timeline SET bucket_count = 4000000000", "table timeline"},
	{"UPDATE timeline SET last = 1", "table timeline"},
	{"UPDATE timeline SET unit = 'years'", "table timeline"},
	{"DELETE FROM timeline_bucket WHERE bucket = 2", "table timeline_bucket"},
	{"UPDATE timeline_bucket SET is_gap = 2", "table timeline_bucket"},
	{"UPDATE timeline_marker SET time = 1", "table timeline_marker"},
	{"UPDATE timeline_change SET bucket = 4 WHERE bucket = 3", "table timeline_change"},
	{"UPDATE timeline_change SET call_site = 99", "table timeline_change"},
	{"UPDATE timeline_change SET bytes = 0", "table timeline_change"},
	{"UPDATE call_site SET line = 4294967296", "table call_site"},
	{"UPDATE call_site SET directory = replace(printf('%5000d', 1), ' ', '/a')",
	 "table call_site"},
	{"UPDATE call_site SET caller = 'a' || char(0) || 'b'", "table call_site"},
	{"UPDATE live_object SET call_site = 0", "table live_object"},
	{"UPDATE live_object SET call_site = 4", "table live_object"},
	{"UPDATE live_object SET bytes_alloc = NULL", "table live_object"},
};

static void test_damaged(void **state)
{
	struct fixture *f = *state;
	struct image image = saved_image(&f->record);

	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		sqlite3 *db;

		image_put(f, image.bytes, image.size);
		assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
		if (sqlite3_exec(db, damages[i].sql, NULL, NULL, NULL) != SQLITE_OK) {
			fail_msg("%s: %s", damages[i].sql, sqlite3_errmsg(db));
		}
		sqlite3_close(db);
		assert_refused(f, damages[i].words);
	}
	free(image.bytes);
}

/* Bytes turned over at random: refused or loaded, but never more than that. */
static void test_random_damage(void **state)
{
	struct fixture *f = *state;
	struct image image = saved_image(&f->record);
	uint32_t random = 1;

	for (int round = 0; round < 400; round++) {
		char *copy = malloc(image.size);
		struct saved_analysis saved;
		struct error err;

		assert_non_null(copy);
		memcpy(copy, image.bytes, image.size);
		for (int flip = 0; flip < 8; flip++) {
			random = random * 1664525 + 1013904223;
			size_t at = random % image.size;

			copy[at] = (char)~copy[at];
		}
		image_put(f, copy, image.size);
		if (database_load(f->path, DATABASE_SYMBOLS | DATABASE_TIMELINE, &saved, &err) ==
		    0) {
			saved_analysis_release(&saved);
		} else {
			assert_true(err.code == ERROR_INPUT || err.code == ERROR_NO_MEMORY);
		}
		free(copy);
	}
	free(image.bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip), TEST(test_without_symbols), TEST(test_not_ours),
		TEST(test_damaged),    TEST(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
