/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole pipeline beside a program of a page: one loop over the lines, one list of
 * live objects. For 1, 2, 3 and 16 threads, from a file and from a pipe, wherever the
 * borders of chunks fall, account and facts must be those.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/trace_account.h"
#include "analyzer/input/text_line.h"
#include "analyzer/input/trace_input.h"
#include "decoder_fixture.h"
#include "trace_source.h"

enum { SITES = 40, POINTERS = 300, TEXT_MAX = 6 << 20, CHUNK = TRACE_CHUNK_SIZE };

static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* The reference. Sites and live objects are searched from the beginning. */
struct reference {
	struct {
		char name[64];
		struct site_account figures;
	} sites[SITES];
	size_t site_count;
	struct {
		uint64_t pointer;
		uint64_t req, alloc;
		size_t site;
	} live[POINTERS * 2];
	size_t live_count;
	struct match_totals totals;
	uint64_t lines, slab, damaged, foreign;
};

static size_t reference_site(struct reference *r, const struct text_slab *slab)
{
	size_t i = 0;

	while (i < r->site_count &&
	       (strlen(r->sites[i].name) != slab->site_length ||
		memcmp(r->sites[i].name, slab->site, slab->site_length) != 0)) {
		i++;
	}
	if (i == r->site_count) {
		assert_true(i < SITES && slab->site_length < sizeof(r->sites[i].name));
		memcpy(r->sites[r->site_count++].name, slab->site, slab->site_length);
	}
	return i;
}

/* Ends the life of a pointer; the number of the site, or SITES if it was not live. */
static size_t reference_end(struct reference *r, uint64_t pointer)
{
	for (size_t i = 0; i < r->live_count; i++) {
		if (r->live[i].pointer == pointer) {
			size_t site = r->live[i].site;

			r->sites[site].figures.current_dynamic -= r->live[i].alloc;
			r->sites[site].figures.current_requested -= r->live[i].req;
			r->totals.current_dynamic -= r->live[i].alloc;
			r->totals.current_requested -= r->live[i].req;
			r->totals.lost_free_bytes +=
				r->live[i].alloc; /* taken back if it was freed */
			r->live[i] = r->live[--r->live_count];
			return site;
		}
	}
	return SITES;
}

static void reference_free(struct reference *r, const struct text_slab *slab)
{
	uint64_t lost_bytes = r->totals.lost_free_bytes;
	size_t site;

	if (slab->pointer == 0 && !(slab->flags & SLAB_EVENT_UNHASHABLE)) {
		r->totals.null_free_count++;
		return;
	}
	r->totals.free_count++;
	r->totals.unhashable_free_count += (slab->flags & SLAB_EVENT_UNHASHABLE) != 0;
	site = slab->pointer ? reference_end(r, slab->pointer) : SITES;
	r->totals.lost_free_bytes = lost_bytes;
	if (site == SITES) {
		r->totals.unmatched_free_count++;
	} else {
		r->sites[site].figures.free_count++;
	}
}

static void reference_alloc(struct reference *r, const struct text_slab *slab)
{
	bool unhashable = (slab->flags & SLAB_EVENT_UNHASHABLE) != 0;
	struct site_account *figures;
	size_t site;
	size_t old;

	if (slab->pointer == 0 && !unhashable) {
		r->totals.failed_count++;
		r->totals.failed_bytes_requested += slab->bytes_req;
		return;
	}
	site = reference_site(r, slab);
	figures = &r->sites[site].figures;
	r->totals.alloc_count++;
	figures->alloc_count++;
	figures->total_dynamic += slab->bytes_alloc;
	figures->total_requested += slab->bytes_req;
	if (unhashable) {
		r->totals.unhashable_alloc_count++;
		r->totals.unhashable_alloc_bytes += slab->bytes_alloc;
		return;
	}
	old = reference_end(r, slab->pointer);
	if (old != SITES) {
		r->sites[old].figures.lost_free_count++;
		r->totals.lost_free_count++;
	}
	assert_true(r->live_count < sizeof(r->live) / sizeof(r->live[0]));
	r->live[r->live_count].pointer = slab->pointer;
	r->live[r->live_count].req = slab->bytes_req;
	r->live[r->live_count].alloc = slab->bytes_alloc;
	r->live[r->live_count++].site = site;
	figures->current_dynamic += slab->bytes_alloc;
	figures->current_requested += slab->bytes_req;
	r->totals.current_dynamic += slab->bytes_alloc;
	r->totals.current_requested += slab->bytes_req;
}

static void reference_event(struct reference *r, const struct text_slab *slab,
			    enum allocation_filter filter)
{
	bool is_cache = (slab->flags & SLAB_EVENT_CACHE) != 0;

	r->slab++;
	if (slab->flags & SLAB_EVENT_FREE) {
		reference_free(r, slab);
	} else if (filter == ALLOCATIONS_ALL || is_cache == (filter == ALLOCATIONS_CACHE)) {
		reference_alloc(r, slab);
	}
	if (r->totals.current_dynamic > r->totals.peak_dynamic) {
		r->totals.peak_dynamic = r->totals.current_dynamic;
	}
	if (r->live_count > r->totals.peak_live_count) {
		r->totals.peak_live_count = r->live_count;
	}
}

static void reference_run(struct reference *r, const char *text, size_t length,
			  enum allocation_filter filter)
{
	struct trace_facts ignored = {0};

	memset(r, 0, sizeof(*r));
	for (const char *end = text + length; text < end;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const struct text_line_options options = {.end_is_cut = !newline};
		size_t line = (size_t)((newline ? newline : end) - text);
		struct text_slab slab;
		enum text_line_kind kind = TEXT_LINE_FOREIGN;

		if (line <= TRACE_LINE_MAX) {
			kind = text_line_decode(text, line, &options, &slab, &ignored);
		}
		r->lines++;
		r->damaged += kind == TEXT_LINE_DAMAGED;
		r->foreign += kind == TEXT_LINE_FOREIGN;
		if (kind == TEXT_LINE_SLAB) {
			reference_event(r, &slab, filter);
		}
		text += line + 1;
	}
	r->totals.live_count = r->live_count;
}

static void check_account(const struct reference *r, const struct trace_account *trace)
{
	const struct account *account = trace_account_get(trace);
	const struct trace_facts *facts = trace_account_facts(trace);

	assert_int_equal(facts->line_count, r->lines);
	assert_int_equal(facts->slab_event_count, r->slab);
	assert_int_equal(facts->damaged_count, r->damaged);
	assert_int_equal(facts->foreign_count, r->foreign);
	assert_memory_equal(&account->totals, &r->totals, sizeof(r->totals));
	assert_int_equal(account->row_count, r->site_count);
	for (size_t i = 0; i < account->row_count; i++) {
		size_t site = 0;

		assert_true(i == 0 || strcmp(account->rows[i - 1].site, account->rows[i].site) < 0);
		while (strcmp(r->sites[site].name, account->rows[i].site) != 0) {
			assert_true(++site < r->site_count);
		}
		assert_memory_equal(&account->rows[i].figures, &r->sites[site].figures,
				    sizeof(struct site_account));
	}
}

static void check_same_stacks(const struct account *a, const struct account *b)
{
	assert_int_equal(a->stack_count, b->stack_count);
	for (size_t i = 0; i < a->stack_count; i++) {
		assert_string_equal(a->stacks[i].site, b->stacks[i].site);
		assert_int_equal(a->stacks[i].frame_count, b->stacks[i].frame_count);
		for (size_t f = 0; f < a->stacks[i].frame_count; f++) {
			assert_string_equal(a->stacks[i].frames[f], b->stacks[i].frames[f]);
		}
		assert_memory_equal(&a->stacks[i].figures, &b->stacks[i].figures,
				    sizeof(struct site_account));
	}
}

static struct trace_account *run(const char *text, size_t length, bool is_pipe,
				 struct trace_request request)
{
	struct trace_source source;
	struct trace_account *trace;
	struct error err;

	assert_true(trace_source_open(&source, is_pipe, text, length));
	request.path = source.path;
	if (trace_account_run(&request, &trace, &err) != 0) {
		fail_msg("%s", err.text);
	}
	trace_source_close(&source);
	return trace;
}

/* The first so many thread counts, file and pipe, against the reference and each other. */
static void check(const char *text, size_t length, enum allocation_filter filter, bool keep_stacks,
		  unsigned int thread_counts)
{
	static const unsigned int threads[] = {1, 2, 3, 16};
	static struct reference reference;
	struct trace_account *first = NULL;

	reference_run(&reference, text, length, filter);
	for (unsigned int i = 0; i < 2 * thread_counts; i++) {
		const struct trace_request request = {.filter = filter,
						      .keep_stacks = keep_stacks,
						      .thread_count = threads[i / 2]};
		struct trace_account *trace = run(text, length, (i & 1) != 0, request);

		check_account(&reference, trace);
		assert_int_equal(trace_account_facts(trace)->byte_count, length);
		if (first) {
			const char *difference = facts_difference(trace_account_facts(first),
								  trace_account_facts(trace));

			if (difference) {
				fail_msg("%u threads, %s: %s", request.thread_count,
					 i & 1 ? "pipe" : "file", difference);
			}
			check_same_stacks(trace_account_get(first), trace_account_get(trace));
			trace_account_free(trace);
		} else {
			first = trace;
		}
	}
	trace_account_free(first);
}

static size_t add_event(char *at, uint64_t time)
{
	static const char *const pointers[] = {"          (null)", "(____ptrval____)",
					       "0000000000000000"};
	char pointer[32];
	int length = sprintf(
		at, "%16s-%-7d [%03d] ..... %5d.%06d: ",
		random_next() % 9 ? "init" : " a: b: kmalloc: ", (int)(random_next() % 40000),
		(int)(random_next() % 4), (int)(time / 1000000), (int)(time % 1000000));

	at[16] = '-';
	if (random_next() % 40 == 0) {
		snprintf(pointer, sizeof(pointer), "%s", pointers[random_next() % 3]);
	} else {
		sprintf(pointer, "ffff8880%08x", (unsigned int)(random_next() % POINTERS) * 64);
	}
	if (random_next() % 2) {
		length += sprintf(at + length, "%s: call_site=__fput+0x149/0x2a0 ptr=%s%s",
				  random_next() % 2 ? "kfree" : "kmem_cache_free", pointer,
				  random_next() % 2 ? " name=filp" : "");
	} else {
		length += sprintf(at + length,
				  "%s: call_site=site_%d+0x1/0x2%s ptr=%s bytes_req=%llu "
				  "bytes_alloc=%llu gfp_flags=GFP_KERNEL node=-1",
				  random_next() % 2 ? "kmalloc" : "kmem_cache_alloc",
				  (int)(random_next() % (SITES / 2)),
				  random_next() % 2 ? "" : " [brd]", pointer,
				  (unsigned long long)(random_next() % 5000),
				  (unsigned long long)(random_next() % 50 ? random_next() % 8192
									  : random_next() >> 20));
	}
	return (size_t)length;
}

/* What stands between events. The over-long line is the rare one. */
static size_t add_other(char *at)
{
	static const char *const lines[] = {
		"# entries-in-buffer/entries-written: 242/116005   #P:4",
		"CPU:0 [LOST 5 EVENTS]",
		"",
		"\r",
		"[   33.279996] usb 1-1: new device",
		"#",
		" => kmem_cache_free",
		" => do_syscall_64",
		"            init-1       [000] .....     6.871251: <stack trace>",
		"##### CPU 1 buffer started ####",
		"            bash-123     [001] .....     2.912700: tracing_mark_write: kfree: "
		"call_site=x ptr=ffff888000000040",
		"            init-1       [000] .....     1.0: kfree: call_site=__fput+0x149/0x2a0 "
		"pt",
		"            init-1       [002] ....     2.8: mm_page_alloc: page=ffffee2140a12a00 "
		"pfn=165032 order=1",
	};
	uint64_t which = random_next() % 200;
	size_t length;

	if (which == 0) {
		length = TRACE_LINE_MAX - 2000 + random_next() % 8000;
	} else if (which < 4) {
		length = random_next() % ((size_t)2 * CHUNK);
	} else if (which < 10) {
		memset(at, '\0', 5);
		return 5;
	} else {
		const char *line = lines[which % (sizeof(lines) / sizeof(lines[0]))];

		length = strlen(line);
		memcpy(at, line, length + 1);
		return length;
	}
	memset(at, 'x', length);
	return length;
}

static size_t make_text(char *text, size_t wanted)
{
	size_t used = add_event(text, 1); /* says at once that events have a context */

	text[used++] = '\n';
	for (uint64_t time = 0; used < wanted; time++) {
		used += random_next() % 12 ? add_event(text + used, time) : add_other(text + used);
		if (random_next() % 100 == 0) {
			text[used++] = '\r';
		}
		text[used++] = '\n';
	}
	return used;
}

static void test_random_traces(void **state)
{
	char *text = malloc(TEXT_MAX);

	(void)state;
	assert_non_null(text);
	for (int round = 0; round < 6; round++) {
		size_t length = make_text(text, 500000 + random_next() % 1500000);

		/* without its last newline, or cut anywhere in the last line */
		length -= round % 3 == 0 ? 0 : 1 + random_next() % (round % 3 == 1 ? 1 : 60);
		check(text, length, (enum allocation_filter)(round % 3), round >= 4, 4);
	}
	free(text);
}

/* An allocation and its free stand at the border of two chunks, at each of their bytes. */
static void test_borders(void **state)
{
	static const char lines[] =
		"            init-1       [000] .....     2.912608: kmalloc: call_site=f+0x1/0x2 "
		"[brd] ptr=00000000114bac48 bytes_req=190 bytes_alloc=192 gfp_flags=GFP_KERNEL\n"
		"            init-1       [000] .....     2.912609: <stack trace>\n"
		" => kmalloc_trace\n"
		" => do_syscall_64\n"
		"            init-1       [000] .....     2.912610: kfree: "
		"call_site=__fput+0x149/0x2a0 ptr=00000000114bac48\n";
	const size_t size = sizeof(lines) - 1;
	char *text = malloc(CHUNK + 2 * size);

	(void)state;
	assert_non_null(text);
	for (size_t before = 0; before <= size; before += 1 + before % 3) {
		size_t used = CHUNK - before;

		for (size_t i = 0; i < used; i++) {
			text[i] = (i + 1) % 64 == 0 || i + 1 == used ? '\n' : '#';
		}
		memcpy(text + used, lines, size);
		/* with and without its last newline; one thread reads the chunks of both */
		check(text, used + size - before % 2, ALLOCATIONS_ALL, before % 4 == 0,
		      before % 16 == 0 ? 2 : 1);
	}
	free(text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_random_traces),
	cmocka_unit_test(test_borders),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
