/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/summary.h"
#include "analyzer/report/verdict.h"

/* A clean recording; each test spoils what it is about. */
struct recording {
	struct trace_facts trace;
	struct match_totals totals;
	struct attribution_facts attribution;
	struct kernel_tree_facts kernel;
	struct verdict_evidence evidence;
	struct verdict verdict;
};

static int setup(void **state)
{
	struct recording *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->trace = (struct trace_facts){
		.line_count = 10012,
		.slab_event_count = 10000,
		.comment_count = 12,
		.has_entries = true,
		.entries_in_buffer = 10000,
		.entries_written = 10000,
		.cpu_count = 2,
		.pointer_raw_count = 10000,
	};
	r->totals = (struct match_totals){
		.alloc_count = 6000,
		.free_count = 4000,
		.live_count = 2000,
		.peak_live_count = 2100,
	};
	r->evidence = (struct verdict_evidence){
		.trace = &r->trace,
		.totals = &r->totals,
		.attribution = &r->attribution,
		.kernel = &r->kernel,
		.has_map = true,
	};
	r->kernel.object_count = 100;
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void judge(struct recording *r)
{
	struct error err;

	assert_int_equal(verdict_init(&r->verdict, &r->evidence, &err), 0);
}

static const struct finding *find(const struct recording *r, const char *id)
{
	for (size_t i = 0; i < r->verdict.count; i++) {
		if (strcmp(r->verdict.findings[i].id, id) == 0) {
			return &r->verdict.findings[i];
		}
	}
	return NULL;
}

/* Judges; the one finding must be id, with severity and the words. */
static const struct finding *only(struct recording *r, const char *id,
				  enum finding_severity severity, const char *words)
{
	const struct finding *finding;

	judge(r);
	assert_int_equal(r->verdict.count, 1);
	finding = find(r, id);
	assert_non_null(finding);
	assert_int_equal(finding->severity, severity);
	if (!strstr(finding->text, words)) {
		fail_msg("\"%s\" is not in \"%s\"", words, finding->text);
	}
	return finding;
}

static void test_clean(void **state)
{
	struct recording *r = *state;

	judge(r);
	assert_int_equal(r->verdict.count, 0);
	assert_int_equal(r->verdict.grade, VERDICT_EXACT);
	assert_string_equal(r->verdict.sentence,
			    "The figures are exact for what this trace holds.");
	verdict_release(&r->verdict);
}

static void test_events_lost(void **state)
{
	struct recording *r = *state;
	const struct finding *finding;

	r->trace.lost_notice_count = 3;
	r->trace.lost_event_count = 101; /* one in a hundred of 10,101 */
	finding = only(r, "events-lost", FINDING_WARNING, "at least 101 events (3 notices)");
	assert_int_equal(finding->count, 101);
	assert_int_equal(r->verdict.grade, VERDICT_BOUNDS);
	assert_string_equal(r->verdict.sentence, "Totals and counts are lower bounds; live and "
						 "wasted bytes are approximate.");
	verdict_release(&r->verdict);
	r->trace.lost_event_count = 102;
	only(r, "events-lost", FINDING_ERROR, "102 events");
	assert_int_equal(r->verdict.grade, VERDICT_UNRELIABLE);
	verdict_release(&r->verdict);
	/* No number: it may have been any. */
	r->trace.lost_event_count = 0;
	finding = only(r, "events-lost", FINDING_ERROR, "unknown number");
	assert_false(finding->has_count);
	assert_int_equal(r->verdict.grade, VERDICT_UNRELIABLE);
	verdict_release(&r->verdict);
}

/* The kernel's own count of what was lost, beside what the trace shows of it. */
static void test_buffers_lost(void **state)
{
	struct recording *r = *state;
	struct buffer_statistics buffers = {.cpu_count = 2, .overrun_count = 2500};
	const struct finding *finding;

	r->evidence.buffers = &buffers;
	r->trace.entries_written = 12500;
	only(r, "buffer-overrun", FINDING_WARNING, "2,500 of 12,500");
	verdict_release(&r->verdict);
	r->trace.entries_written = 10000;
	finding = only(r, "buffers-lost", FINDING_ERROR, "2,500 events");
	assert_int_equal(finding->count, 2500);
	verdict_release(&r->verdict);
	buffers = (struct buffer_statistics){.cpu_count = 2, .dropped_count = 60};
	r->trace.lost_notice_count = 1;
	r->trace.lost_event_count = 40;
	judge(r);
	finding = find(r, "buffers-lost");
	assert_non_null(finding);
	assert_int_equal(finding->count, 20);
	assert_int_equal(finding->severity, FINDING_WARNING);
	verdict_release(&r->verdict);
}

static void test_buffer_overrun(void **state)
{
	struct recording *r = *state;
	const struct finding *finding;

	r->trace.entries_written = 12500;
	finding = only(r, "buffer-overrun", FINDING_WARNING, "2,500 of 12,500 events (20.0 %)");
	assert_int_equal(finding->count, 2500);
	assert_non_null(strstr(finding->advice, "trace_buf_size="));
	assert_non_null(strstr(finding->advice, "trace_clock=local"));
	assert_int_equal(r->verdict.grade, VERDICT_BOUNDS);
	verdict_release(&r->verdict);
	/* With one CPU the window is the same for allocations and frees. */
	r->trace.cpu_count = 1;
	judge(r);
	assert_non_null(strstr(r->verdict.sentence, "live and wasted bytes are lower bounds"));
	verdict_release(&r->verdict);
	r->trace.entries_written = 20001;
	only(r, "buffer-overrun", FINDING_ERROR, "10,001 of 20,001");
	assert_int_equal(r->verdict.grade, VERDICT_UNRELIABLE);
	verdict_release(&r->verdict);
}

static void test_file_cut(void **state)
{
	struct recording *r = *state;

	r->trace.slab_event_count = 9000;
	r->trace.other_event_count = 400;
	r->trace.stack_line_count = 300;
	r->trace.foreign_count = 250;
	r->trace.damaged_count = 0;
	judge(r);
	assert_non_null(find(r, "file-cut"));
	assert_int_equal(find(r, "file-cut")->count, 50);
	assert_int_equal(find(r, "file-cut")->severity, FINDING_WARNING);
	assert_int_equal(r->verdict.grade, VERDICT_BOUNDS);
	assert_int_equal(find(r, "foreign-lines")->severity, FINDING_NOTE);
	verdict_release(&r->verdict);
	r->trace.other_event_count = 450;
	judge(r);
	assert_null(find(r, "file-cut"));
	verdict_release(&r->verdict);
}

static void test_damaged_lines(void **state)
{
	struct recording *r = *state;

	r->trace.damaged_count = 2;
	r->trace.first_damaged_line = 1234;
	r->trace.first_damaged_offset = 99999;
	only(r, "damaged-lines", FINDING_WARNING,
	     "2 lines (the first is line 1,234, at byte 99,999)");
	verdict_release(&r->verdict);
}

static void test_cut_lines(void **state)
{
	struct recording *r = *state;

	r->trace.first_line_cut = true;
	only(r, "cut-lines", FINDING_NOTE, "The first line is cut: what came before");
	verdict_release(&r->verdict);
	r->trace.last_line_cut = true;
	only(r, "cut-lines", FINDING_NOTE, "The first and the last line are cut");
	verdict_release(&r->verdict);
	r->trace.first_line_cut = false;
	only(r, "cut-lines", FINDING_NOTE, "The last line is cut: what followed");
	assert_int_equal(r->verdict.grade, VERDICT_EXACT);
	verdict_release(&r->verdict);
}

static void test_expected_collisions(void **state)
{
	struct match_totals totals = {.alloc_count = 1u << 20, .peak_live_count = 1u << 14};

	(void)state;
	/* 2^20 * 2^14 / 2^32 */
	assert_true(verdict_expected_collisions(&totals) == 4.0);
	totals.alloc_count = 0;
	assert_true(verdict_expected_collisions(&totals) == 0.0);
	totals = (struct match_totals){.alloc_count = UINT64_MAX, .peak_live_count = UINT64_MAX};
	assert_true(verdict_expected_collisions(&totals) > 1e28);
}

static void test_hashed_pointers(void **state)
{
	struct recording *r = *state;

	r->trace.pointer_raw_count = 0;
	r->trace.pointer_hashed_count = 10000;
	/* 6000 * 2100 / 2^32 = 0.003 */
	only(r, "hashed-pointers", FINDING_NOTE, "less than 0.01 collisions");
	assert_int_equal(r->verdict.grade, VERDICT_EXACT);
	verdict_release(&r->verdict);
	r->totals.alloc_count = 440628;
	r->totals.peak_live_count = 77000;
	only(r, "hashed-pointers", FINDING_WARNING, "up to 7.90 collisions");
	assert_non_null(strstr(r->verdict.findings[0].advice, "no_hash_pointers"));
	assert_int_equal(r->verdict.grade, VERDICT_BOUNDS);
	verdict_release(&r->verdict);
	/* 8 digits may be anything: said only where it could matter. */
	r->trace.pointer_hashed_count = 0;
	r->trace.pointer_32bit_count = 10000;
	only(r, "hashed-pointers", FINDING_NOTE, "may be hashed");
	verdict_release(&r->verdict);
	r->totals.alloc_count = 6000;
	judge(r);
	assert_int_equal(r->verdict.count, 0);
	verdict_release(&r->verdict);
}

static void test_lost_frees(void **state)
{
	struct recording *r = *state;

	r->totals.lost_free_count = 3;
	r->totals.lost_free_bytes = 4096;
	only(r, "lost-frees", FINDING_WARNING, "while live: 3 objects (4.0 KiB)");
	assert_non_null(strstr(r->verdict.sentence, "live and wasted bytes are upper bounds"));
	verdict_release(&r->verdict);
	r->trace.pointer_hashed_count = 1;
	judge(r);
	assert_non_null(strstr(find(r, "lost-frees")->text, "share a pointer hash"));
	assert_non_null(strstr(r->verdict.sentence, "approximate"));
	verdict_release(&r->verdict);
}

static void test_matching_notes(void **state)
{
	struct recording *r = *state;

	r->totals.unmatched_free_count = 189;
	only(r, "unmatched-frees", FINDING_NOTE, "not seen allocated: 189 (4.7 % of all)");
	assert_int_equal(r->verdict.grade, VERDICT_EXACT);
	verdict_release(&r->verdict);
	r->totals.unmatched_free_count = 0;
	r->totals.failed_count = 2;
	r->totals.failed_bytes_requested = 64;
	only(r, "failed-allocations", FINDING_NOTE, "Failed allocations: 2 (64 B requested)");
	verdict_release(&r->verdict);
	r->totals.failed_count = 0;
	r->trace.empty_gfp_count = 7;
	only(r, "empty-gfp-flags", FINDING_NOTE, "7 allocations");
	verdict_release(&r->verdict);
	r->trace.empty_gfp_count = 0;
	r->trace.page_event_count = 8;
	only(r, "page-events", FINDING_NOTE, "Page events passed over: 8.");
	verdict_release(&r->verdict);
}

static void test_lines_passed_over(void **state)
{
	struct recording *r = *state;

	r->trace.payload_free_count = 101;
	only(r, "without-payload", FINDING_WARNING, "101 lines");
	assert_int_equal(r->verdict.grade, VERDICT_BOUNDS);
	verdict_release(&r->verdict);
	r->trace.payload_free_count = 102;
	only(r, "without-payload", FINDING_ERROR, "102 lines");
	verdict_release(&r->verdict);
	r->trace.payload_free_count = 0;
	r->trace.histogram_count = 3;
	only(r, "histogram-lines", FINDING_NOTE, "3 lines");
	verdict_release(&r->verdict);
	r->trace.histogram_count = 0;
	r->trace.foreign_count = 9;
	r->trace.binary_count = 4;
	only(r, "foreign-lines", FINDING_NOTE,
	     "9 lines (console messages, prompts, marker text). With control bytes: 4.");
	verdict_release(&r->verdict);
	r->trace.overlong_count = 1;
	only(r, "foreign-lines", FINDING_WARNING,
	     " With control bytes: 4. Too long to be looked at: 1.");
	verdict_release(&r->verdict);
}

static void test_no_frees(void **state)
{
	struct recording *r = *state;

	r->totals.free_count = 0;
	only(r, "no-frees", FINDING_ERROR, "no free in the whole trace");
	assert_int_equal(r->verdict.grade, VERDICT_UNRELIABLE);
	verdict_release(&r->verdict);
	r->totals.null_free_count = 1; /* the event was on */
	judge(r);
	assert_int_equal(r->verdict.count, 0);
	verdict_release(&r->verdict);
}

static void test_no_allocations(void **state)
{
	struct recording *r = *state;

	r->totals.alloc_count = 0;
	only(r, "no-allocations", FINDING_WARNING, "No allocation was counted");
	assert_int_equal(r->verdict.grade, VERDICT_BOUNDS);
	verdict_release(&r->verdict);
}

static void test_unhashable(void **state)
{
	struct recording *r = *state;

	r->totals.unhashable_alloc_count = 5;
	r->totals.unhashable_alloc_bytes = 2048;
	only(r, "unhashable-pointers", FINDING_WARNING, "5 allocations (2.0 KiB), 0 frees");
	assert_string_equal(r->verdict.sentence, "Totals and counts are exact; live and wasted "
						 "bytes are lower bounds.");
	verdict_release(&r->verdict);
}

static void test_places(void **state)
{
	struct recording *r = *state;

	r->attribution = (struct attribution_facts){.checked_sites = 100, .mismatch_sites = 10};
	only(r, "size-mismatch", FINDING_WARNING, "10 of 100 call sites compared");
	verdict_release(&r->verdict);
	r->attribution.mismatch_sites = 11;
	only(r, "size-mismatch", FINDING_ERROR, "another build");
	assert_int_equal(r->verdict.grade, VERDICT_EXACT); /* bytes stand */
	verdict_release(&r->verdict);
	r->attribution = (struct attribution_facts){.unnamed_sites = 1, .unnamed_bytes = 8192};
	only(r, "unnamed", FINDING_WARNING, "1 call site (8.0 KiB live)");
	verdict_release(&r->verdict);
	r->evidence.has_map = false;
	only(r, "unnamed", FINDING_WARNING, "none was given");
	verdict_release(&r->verdict);
	r->attribution = (struct attribution_facts){.ambiguous_sites = 2};
	only(r, "ambiguous", FINDING_NOTE, "2 call sites (0 B live)");
	verdict_release(&r->verdict);
	r->attribution.ambiguous_bytes = 64;
	only(r, "ambiguous", FINDING_WARNING, "They were placed only where");
	verdict_release(&r->verdict);
	r->attribution = (struct attribution_facts){.module_sites = 9, .module_bytes = 4000};
	only(r, "in-modules", FINDING_NOTE, "9 call sites (3.9 KiB live)");
	verdict_release(&r->verdict);
	r->attribution = (struct attribution_facts){.unknown_sites = 2};
	only(r, "unknown-functions", FINDING_WARNING, "2 call sites");
	verdict_release(&r->verdict);
	r->attribution = (struct attribution_facts){.link_address_sites = 7};
	only(r, "link-addresses", FINDING_NOTE, "7 call sites");
	verdict_release(&r->verdict);
	/* One live byte in a hundred without a place is no reason to worry; more is. */
	r->totals.current_dynamic = 10000;
	r->attribution = (struct attribution_facts){.unplaced_sites = 4, .unplaced_bytes = 100};
	assert_null(only(r, "unplaced", FINDING_NOTE, "4 call sites (100 B live, 1.0 %)")->advice);
	verdict_release(&r->verdict);
	r->attribution.unplaced_bytes = 101;
	assert_non_null(only(r, "unplaced", FINDING_WARNING, "(unplaced)")->advice);
	verdict_release(&r->verdict);
	r->evidence.kernel = NULL;
	only(r, "unplaced", FINDING_NOTE, "No kernel tree was given");
	verdict_release(&r->verdict);
	r->evidence.kernel = &r->kernel;
	r->kernel.object_count = 0;
	r->attribution.unplaced_bytes = 101;
	assert_non_null(strstr(only(r, "unplaced", FINDING_WARNING, "4 call sites")->advice,
			       "vmlinux alone"));
	verdict_release(&r->verdict);
}

static void test_static(void **state)
{
	struct recording *r = *state;

	r->evidence = (struct verdict_evidence){.kernel = &r->kernel};
	judge(r);
	assert_int_equal(r->verdict.grade, VERDICT_EXACT);
	assert_string_equal(r->verdict.sentence, "The figures are exact for this build.");
	verdict_release(&r->verdict);
	r->kernel.unreadable_count = 1;
	strcpy(r->kernel.first_unreadable, "fs/inode.o: not an ELF file");
	only(r, "unreadable", FINDING_WARNING, "fs/inode.o: not an ELF file");
	assert_string_equal(r->verdict.sentence, "Static bytes are lower bounds.");
	verdict_release(&r->verdict);
	r->kernel.unreadable_count = 0;
	r->kernel.bitcode_count = 3;
	only(r, "bitcode", FINDING_WARNING,
	     "LLVM bitcode instead of code (CONFIG_LTO_CLANG): 3 objects.");
	verdict_release(&r->verdict);
}

/* Everything at once: gravest first, all there is fits, no line beyond 80 columns. */
static void test_all_at_once(void **state)
{
	struct recording *r = *state;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	memset(&r->totals, 0x7f, sizeof(r->totals));
	memset(&r->attribution, 0x7f, sizeof(r->attribution));
	r->trace = (struct trace_facts){
		.slab_event_count = 1,
		.page_event_count = 1,
		.foreign_count = UINT64_MAX / 2,
		.overlong_count = 1,
		.damaged_count = UINT64_MAX,
		.lost_event_count = UINT64_MAX,
		.has_entries = true,
		.entries_in_buffer = UINT64_MAX - 1,
		.entries_written = UINT64_MAX,
		.buffer_started_count = 1,
		.pointer_hashed_count = 1,
		.first_line_cut = true,
		.empty_gfp_count = 1,
	};
	r->kernel.unreadable_count = 1;
	r->kernel.bitcode_count = 1;
	judge(r);
	assert_int_equal(r->verdict.grade, VERDICT_UNRELIABLE);
	for (size_t i = 1; i < r->verdict.count; i++) {
		assert_true(r->verdict.findings[i - 1].severity >= r->verdict.findings[i].severity);
	}
	assert_true(r->verdict.count >= 20);
	verdict_write(out, &r->verdict, false);
	fclose(out);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 80);
	}
	free(text);
	verdict_release(&r->verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clean, setup, teardown),
		cmocka_unit_test_setup_teardown(test_events_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_buffer_overrun, setup, teardown),
		cmocka_unit_test_setup_teardown(test_buffers_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_lines, setup, teardown),
		cmocka_unit_test(test_expected_collisions),
		cmocka_unit_test_setup_teardown(test_hashed_pointers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_frees, setup, teardown),
		cmocka_unit_test_setup_teardown(test_matching_notes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines_passed_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_frees, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_allocations, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unhashable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_static, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
