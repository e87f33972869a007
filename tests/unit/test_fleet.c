/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging: many small random analyses, in random orders and groupings and with duplicates,
 * against a dumb reference that adds up the runs themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/report/database.h"
#include "analyzer/report/fleet.h"

#define RUNS   7 /* of one fleet */
#define SITES  5 /* there are in all; a run has some of them */
#define FLEETS 25
#define ORDERS 4

static uint64_t random_state;

/* xorshift64, so that every run of the test is the same. */
static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

struct run {
	bool has[SITES];
	struct site_account figures[SITES];
	uint64_t peak;
	uint64_t lines;
	char path[128];
};

struct files {
	char folder[64];
	struct run runs[RUNS];
	unsigned int made; /* merged files */
};

static void run_fill(struct run *run)
{
	run->peak = random_below(1 << 20);
	run->lines = random_below(1000);
	for (int i = 0; i < SITES; i++) {
		struct site_account *figures = &run->figures[i];
		uint64_t size = (uint64_t)1 << random_below(20);

		run->has[i] = random_below(3) > 0;
		figures->alloc_count = 1 + random_below(9);
		figures->current_dynamic = random_below(4) ? random_below(size) : 0;
		figures->current_requested = figures->current_dynamic / (1 + random_below(3));
		figures->total_dynamic = figures->current_dynamic + random_below(size);
		figures->total_requested = figures->total_dynamic;
	}
}

static FILE *file_open(const char *path)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	return out;
}

/* As the trace would have given it: only the sites it has, sorted. */
static void run_save(const struct run *run, int number)
{
	static const char *const names[SITES] = {"a+0x1", "b+0x1", "c+0x1", "d+0x1", "e+0x1"};
	struct call_site sites[SITES] = {0};
	struct size_row sizes[SITES];
	struct trace_facts trace = {.line_count = run->lines};
	struct match_totals totals = {.peak_dynamic = run->peak};
	struct attribution_facts attribution = {0};
	struct verdict verdict = {.sentence = "A sentence."};
	struct memory_tree tree;
	char digest[33];
	struct analysis_record record = {
		.trace_path = "t",
		.trace = &trace,
		.totals = &totals,
		.attribution = &attribution,
		.sites = sites,
		.sizes = sizes,
		.tree = &tree,
		.verdict = &verdict,
	};
	struct error err;
	FILE *out = file_open(run->path);

	snprintf(digest, sizeof(digest), "%032d", number);
	record.source.digest = digest;
	for (uint32_t i = 0; i < SITES; i++) {
		const struct site_account *figures = &run->figures[i];
		struct call_site *site = &sites[record.site_count];

		if (!run->has[i]) {
			continue;
		}
		site->site = site->caller = names[i];
		site->directory = "(unplaced)";
		site->placing = SITE_UNPLACED;
		site->figures = *figures;
		totals.current_dynamic += figures->current_dynamic;
		totals.current_requested += figures->current_requested;
		if (figures->current_dynamic) {
			sizes[record.size_count++] = (struct size_row){
				(uint32_t)record.site_count, SIZE_EXACT, figures->current_requested,
				figures->current_dynamic,    1,		 figures->current_dynamic,
				figures->current_requested,
			};
		}
		record.site_count++;
	}
	assert_int_equal(memory_tree_init(&tree, &err), 0);
	assert_int_equal(call_sites_build_tree(sites, record.site_count, &tree, &err), 0);
	assert_int_equal(database_save(out, &record, "test 1", &err), 0);
	assert_int_equal(fclose(out), 0);
	memory_tree_release(&tree);
}

static int setup(void **state)
{
	struct files *files = calloc(1, sizeof(*files));
	char folder[] = "/tmp/test_fleet.XXXXXX";

	assert_non_null(files);
	assert_non_null(mkdtemp(folder));
	strcpy(files->folder, folder);
	for (int i = 0; i < RUNS; i++) {
		snprintf(files->runs[i].path, sizeof(files->runs[i].path), "%s/run%d.db", folder,
			 i);
	}
	random_state = 88172645463325252u;
	*state = files;
	return 0;
}

static void part_path(const struct files *files, unsigned int number, char path[128])
{
	snprintf(path, 128, "%s/part%u.db", files->folder, number);
}

static int teardown(void **state)
{
	struct files *files = *state;
	char path[128];

	for (int i = 0; i < RUNS; i++) {
		unlink(files->runs[i].path);
	}
	for (unsigned int i = 0; i < files->made; i++) {
		part_path(files, i, path);
		unlink(path);
	}
	rmdir(files->folder);
	free(files);
	return 0;
}

static enum fleet_result add(struct fleet *fleet, const char *path)
{
	enum fleet_result result;
	struct error err = {.code = ERROR_NONE};
	const char *name = strrchr(path, '/') + 1;
	bool unchanged;

	if (fleet_add(fleet, path, name, &result, &unchanged, &err) < 0) {
		fail_msg("%s", err.text);
	}
	assert_int_equal(unchanged, result != FLEET_ADDED);
	return result;
}

static void save(struct fleet *fleet, const char *path)
{
	struct error err;
	FILE *out = file_open(path);

	assert_int_equal(fleet_save(fleet, out, "test 1", &err), 0);
	assert_int_equal(fclose(out), 0);
	fleet_free(fleet);
}

static void order_shuffle(int *order, int count)
{
	for (int i = count - 1; i > 0; i--) {
		int other = (int)random_below((uint64_t)i + 1);
		int kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
}

/*
 * Merges the runs first to last of order, split at random into parts that are merged files, in
 * which parts are so again. Every file is added twice now and then: that changes nothing.
 * Returns the number of the merged file.
 */
static unsigned int merge_split(struct files *files, const int *order, int count)
{
	struct fleet *fleet = fleet_new();
	unsigned int number;
	char path[128];

	assert_non_null(fleet);
	for (int done = 0; done < count;) {
		int length = 1 + (int)random_below((uint64_t)(count - done));

		if (length == count) {
			length = count > 1 ? count - 1 : 1;
		}
		if (length > 1 || random_below(4) == 0) {
			part_path(files, merge_split(files, order + done, length), path);
		} else {
			snprintf(path, sizeof(path), "%s", files->runs[order[done]].path);
		}
		assert_int_equal(add(fleet, path), FLEET_ADDED);
		if (random_below(2)) {
			assert_int_equal(add(fleet, path), FLEET_KNOWN);
			assert_int_equal(add(fleet, files->runs[order[done]].path), FLEET_KNOWN);
		}
		done += length;
	}
	assert_int_equal(fleet_run_count(fleet), count);
	number = files->made++;
	part_path(files, number, path);
	save(fleet, path);
	return number;
}

static int compare_values(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a;
	const int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* values: of count runs; are they what the spread and the median's range say? */
static void assert_measure(const struct run_measure *measure, int64_t *values, size_t count)
{
	int64_t lower;
	int64_t upper;

	qsort(values, count, sizeof(*values), compare_values);
	lower = values[(count - 1) / 2];
	upper = values[count / 2];
	assert_int_equal(measure->spread.runs, count);
	assert_true(measure->spread.minimum == values[0]);
	assert_true(measure->spread.maximum == values[count - 1]);
	assert_true(measure->median_from <= lower && lower < 2 * measure->median_from + 1);
	assert_true(upper <= measure->median_to && measure->median_to <= 2 * upper);
}

/* The runs as wholes. */
static void assert_whole(const struct run *runs, int count, const struct saved_analysis *saved)
{
	int64_t values[DATABASE_MEASURES][RUNS] = {0};
	uint64_t lines = 0;

	for (int r = 0; r < count; r++) {
		for (int i = 0; i < SITES; i++) {
			const struct site_account *figures = &runs[r].figures[i];

			if (runs[r].has[i]) {
				values[MEASURE_CURRENT][r] += (int64_t)figures->current_dynamic;
				values[MEASURE_WASTE][r] += site_waste(figures);
			}
		}
		values[MEASURE_PEAK][r] = (int64_t)runs[r].peak;
		lines += runs[r].lines;
	}
	assert_int_equal(saved->record.run_count, count);
	assert_int_equal(saved->trace.line_count, lines);
	for (int i = 0; i < DATABASE_MEASURES; i++) {
		assert_measure(&saved->record.whole[i], values[i], (size_t)count);
	}
	assert_int_equal(saved->totals.peak_dynamic, values[MEASURE_PEAK][count - 1]);
}

/* Call site number i, whose name begins with its letter, added up the dumb way. */
static void assert_site(const struct run *runs, int count, int i, const struct call_site *site)
{
	struct site_account sum = {0};
	struct run_spread spread = {0};

	for (int r = 0; r < count; r++) {
		int64_t live = (int64_t)runs[r].figures[i].current_dynamic;

		if (!runs[r].has[i]) {
			continue;
		}
		site_account_add(&sum, &runs[r].figures[i]);
		spread.minimum = !spread.runs || live < spread.minimum ? live : spread.minimum;
		spread.maximum = !spread.runs || live > spread.maximum ? live : spread.maximum;
		spread.runs++;
	}
	assert_memory_equal(&sum, &site->figures, sizeof(sum));
	assert_non_null(site->runs);
	assert_int_equal(site->runs->runs, spread.runs);
	assert_true(site->runs->minimum == spread.minimum);
	assert_true(site->runs->maximum == spread.maximum);
}

static void assert_reference(const struct files *files, int count, unsigned int part)
{
	struct saved_analysis saved;
	uint64_t live[SITES] = {0};
	struct error err;
	char path[128];

	part_path(files, part, path);
	if (database_load(path, true, &saved, &err) < 0) {
		fail_msg("%s", err.text);
	}
	assert_whole(files->runs, count, &saved);
	for (size_t i = 0; i < saved.site_count; i++) {
		assert_site(files->runs, count, saved.sites[i].site[0] - 'a', &saved.sites[i]);
	}
	for (size_t i = 0; i < saved.record.size_count; i++) {
		live[saved.sizes[i].owner] += saved.sizes[i].current_dynamic;
	}
	for (size_t i = 0; i < saved.site_count; i++) {
		assert_int_equal(live[i], saved.sites[i].figures.current_dynamic);
	}
	saved_analysis_release(&saved);
}

static void assert_same_file(const struct files *files, unsigned int a, unsigned int b)
{
	char bytes[2][4096];
	char path[128];
	size_t length;
	FILE *first;
	FILE *second;

	part_path(files, a, path);
	first = fopen(path, "r");
	part_path(files, b, path);
	second = fopen(path, "r");
	assert_true(first && second);
	do {
		length = fread(bytes[0], 1, sizeof(bytes[0]), first);
		assert_int_equal(fread(bytes[1], 1, sizeof(bytes[1]), second), length);
		assert_memory_equal(bytes[0], bytes[1], length);
	} while (length > 0);
	fclose(first);
	fclose(second);
}

/* Any order, any grouping: the same bytes, and what the runs add up to. */
static void test_orders(void **state)
{
	struct files *files = *state;

	for (int round = 0; round < FLEETS; round++) {
		int count = 1 + (int)random_below(RUNS);
		int order[RUNS];
		unsigned int first = 0;

		for (int i = 0; i < count; i++) {
			order[i] = i;
			run_fill(&files->runs[i]);
			run_save(&files->runs[i], i);
		}
		for (int i = 0; i < ORDERS; i++) {
			unsigned int part = merge_split(files, order, count);

			if (i == 0) {
				first = part;
				assert_reference(files, count, first);
			}
			assert_same_file(files, first, part);
			order_shuffle(order, count);
		}
	}
}

/* A merged file that shares one run of several can be added nowhere; the fleet stays as it was. */
static void test_overlap(void **state)
{
	struct files *files = *state;
	const int both[] = {0, 1};
	struct fleet *fleet = fleet_new();
	unsigned int part;
	char path[128];

	for (int i = 0; i < 3; i++) {
		run_fill(&files->runs[i]);
		run_save(&files->runs[i], i);
	}
	part = merge_split(files, both, 2);
	part_path(files, part, path);
	assert_int_equal(add(fleet, files->runs[0].path), FLEET_ADDED);
	assert_int_equal(add(fleet, path), FLEET_OVERLAPS);
	assert_int_equal(add(fleet, files->runs[1].path), FLEET_ADDED);
	assert_int_equal(add(fleet, path), FLEET_KNOWN);
	assert_true(fleet_has_name(fleet, "run1.db"));
	assert_false(fleet_has_name(fleet, "run2.db"));
	part_path(files, files->made++, path);
	save(fleet, path);
	assert_same_file(files, part, files->made - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_orders, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overlap, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
