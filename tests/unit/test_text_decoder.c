/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chunks to batches: what is counted, what is forged, cut, damaged or over-long. Every
 * text goes through every implementation this machine has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder_fixture.h"

#define EVENT "            init-1       [000] .....     2.912608: "
#define FREE  "kfree: call_site=__fput+0x149/0x2a0 ptr=00000000169c6f22"
#define ALLOC                                                                                      \
	"kmalloc: call_site=__d_alloc+0x2b/0x2a0 ptr=00000000114bac48 bytes_req=192 "              \
	"bytes_alloc=192 gfp_flags=GFP_KERNEL"
#define MARKER "            bash-123     [000] .....     2.912700: tracing_mark_write: "

/* Decodes in every way there is; the facts are the careful one's. */
static void decode(const char *text, size_t length, bool accept_bare, struct trace_facts *ret)
{
	struct site_table sites;
	struct slab_batch careful;

	assert_true(decoder_sites_init(&sites));
	assert_true(decoder_run(TEXT_FAST_NONE, accept_bare, &sites, text, length, 0, &careful));
	for (int kind = TEXT_FAST_PORTABLE; kind < TEXT_FAST_COUNT; kind++) {
		struct slab_batch fast;
		const char *difference;

		if (!text_fast_available((enum text_fast_kind)kind)) {
			continue;
		}
		assert_true(decoder_run((enum text_fast_kind)kind, accept_bare, &sites, text,
					length, 0, &fast));
		difference = batch_difference(&careful, &fast);
		slab_batch_release(&fast);
		if (difference) {
			fail_msg("%s differs in %s: %.200s", text_fast_names[kind], difference,
				 text);
		}
	}
	*ret = careful.facts;
	slab_batch_release(&careful);
	site_table_release(&sites);
}

static const struct {
	const char *why;
	const char *text;
	bool accept_bare;
	unsigned int slab, other, foreign, damaged;
} count_rows[] = {
	{"an allocation and its free", EVENT ALLOC "\n" EVENT FREE "\n", false, 2, 0, 0, 0},
	{"CRLF", EVENT ALLOC "\r\n" EVENT FREE "\r\n", false, 2, 0, 0, 0},
	{"CR CR LF, of two terminals", EVENT FREE "\r\r\n", false, 1, 0, 0, 0},
	{"a CR in front", "\r" EVENT FREE "\n", false, 1, 0, 0, 0},
	{"no newline at the end, a body that is whole", EVENT FREE, false, 1, 0, 0, 0},
	{"no newline at the end, a pointer that is not",
	 EVENT "kfree: call_site=f+0x1/0x2 ptr=0000000016", false, 0, 0, 0, 1},
	{"a free without a call site", EVENT "kfree: call_site= ptr=00000000169c6f22\n", false, 0,
	 0, 0, 1},
	{"a terminal broke the line inside the call site",
	 EVENT "kfree: call_site=__fp\nut+0x1/0x2 ptr=00000000169c6f22\n", false, 0, 0, 1, 1},
	{"... behind it", EVENT "kfree: call_site=__fput+0x1/0x2\n ptr=00000000169c6f22\n", false,
	 0, 0, 1, 1},
	{"... in an allocation",
	 EVENT "kmalloc: call_site=__fput+0x1/0x2\n ptr=00000000169c6f22 bytes_req=8 "
	       "bytes_alloc=8 gfp_flags=X\n",
	 false, 0, 0, 1, 1},
	{"... inside [module]", EVENT "kfree: call_site=f+0x1/0x2 [br\nd] ptr=00000000169c6f22\n",
	 false, 0, 0, 1, 1},
	{"... inside the name=",
	 EVENT "kmalloc: call_site=f+0x1/0x2 ptr=00000000169c6f22 name=a\nb bytes_req=8 "
	       "bytes_alloc=8 gfp_flags=X\n",
	 false, 0, 0, 1, 1},
	{"an empty gfp_flags= at the end",
	 EVENT "kmalloc: call_site=f+0x1/0x2 ptr=00000000169c6f22 bytes_req=8 "
	       "bytes_alloc=8 gfp_flags=\n",
	 false, 1, 0, 0, 0},
	{"an allocation's site that no kernel prints",
	 EVENT "kmalloc: call_site=what? ptr=00000000169c6f22 bytes_req=8 bytes_alloc=8 "
	       "gfp_flags=X\n",
	 false, 0, 0, 0, 1},
	{"a free's site is not accounted: any will do",
	 EVENT "kfree: call_site=what? ptr=00000000169c6f22\n", false, 1, 0, 0, 0},
	{"decimals of eight and more digits",
	 EVENT "kmalloc: call_site=f+0x1/0x2 ptr=00000000169c6f22 bytes_req=12345678 "
	       "bytes_alloc=134217728 gfp_flags=X\n",
	 false, 1, 0, 0, 0},
	{"marker: forged body", MARKER FREE "\n", false, 0, 1, 0, 0},
	{"marker: a whole forged line", MARKER EVENT FREE "\n", false, 0, 1, 0, 0},
	{"marker: a forged line whose dash stands in column 16 too",
	 "            bash-1       [000] .....     2.912700: tracing_mark_write: " EVENT FREE "\n",
	 false, 0, 1, 0, 0},
	{"marker: the forged body on a line of its own", MARKER "\n" FREE "\n", false, 0, 1, 1, 0},
	{"marker: the same where events stand without context", FREE "\n" FREE "\n", true, 2, 0, 0,
	 0},
	{"marker: a forged event in a latency line",
	 "    bash-123       0..... 12301us+: tracing_mark_write: " FREE "\n", false, 0, 1, 0, 0},
	{"a frame that looks like an event", " => " FREE "\n", false, 0, 0, 0, 0},
	{"a header that looks like an event", "# " FREE "\n", false, 0, 0, 0, 0},
	{"tp_printk prints no task", "[    0.100000] " FREE "\n", false, 1, 0, 0, 0},
	{"tp_printk behind syslog", "Jan  2 03:04:05 host kernel: [    0.100000] " FREE "\n", false,
	 1, 0, 0, 0},
	{"dump through the console, with the caller",
	 "[   33.279996][   T1]     init-1         0d..2. 29365us : " FREE "\n", false, 1, 0, 0, 0},
	{"dump, dmesg -r", "<0>[   33.279996]     init-1         0d..2. 29365us : " FREE "\n",
	 false, 1, 0, 0, 0},
	{"dump through syslog",
	 "Jan  2 03:04:05 host kernel: [   33.279996]     init-1         0d..2. 29365us "
	 ": " FREE "\n",
	 false, 1, 0, 0, 0},
	{"printk between two halves",
	 EVENT "kfree: call_site=__fput+0x149/0x2a0 pt\n[    3.0] usb 1-1: "
	       "new\nr=00000000169c6f22\n",
	 false, 0, 0, 2, 1},
	{"two lines joined",
	 EVENT "kmalloc: call_site=f+0x1/0x2 ptr=00000000114bac48 byt" EVENT FREE "\n", false, 0, 0,
	 0, 1},
	{"nothing but newlines", "\n\n\n", false, 0, 0, 0, 0},
};

static void test_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(count_rows) / sizeof(count_rows[0]); i++) {
		struct trace_facts facts;

		decode(count_rows[i].text, strlen(count_rows[i].text), count_rows[i].accept_bare,
		       &facts);
		if (facts.slab_event_count != count_rows[i].slab ||
		    facts.other_event_count != count_rows[i].other ||
		    facts.foreign_count != count_rows[i].foreign ||
		    facts.damaged_count != count_rows[i].damaged) {
			fail_msg("%s: %d slab, %d other, %d foreign, %d damaged", count_rows[i].why,
				 (int)facts.slab_event_count, (int)facts.other_event_count,
				 (int)facts.foreign_count, (int)facts.damaged_count);
		}
	}
}

static void test_nul_bytes(void **state)
{
	static const char around[] = "\0\0" EVENT FREE "\0\0\n";
	static const char inside[] = EVENT "kfree: call_site=__fput+0x149/0x2a0 ptr=0000\0"
					   "169c6f22\n";
	struct trace_facts facts;

	(void)state;
	decode(around, sizeof(around) - 1, false, &facts);
	assert_int_equal(facts.slab_event_count, 1);
	decode(inside, sizeof(inside) - 1, false, &facts);
	assert_int_equal(facts.slab_event_count, 0);
	assert_int_equal(facts.damaged_count, 1);
}

/* What each line leaves in the facts beside the kinds. */
static void test_facts(void **state)
{
	static const char text[] =
		"tail bytes_alloc=32 gfp_flags=GFP_KERNEL\r\n"
		"# entries-in-buffer/entries-written: 242/116005   #P:4\n"
		"# entries-in-buffer/entries-written: 8/10   #P:2\n"
		"##### CPU 1 buffer started ####\n"
		"CPU:0 [LOST 1833 EVENTS]\n"
		"[   33.0] CPU:1 [LOST EVENTS]\n"
		"CPU:1 [67 EVENTS DROPPED]\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=00000000169c6f22\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=ffff96cafdec2288\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=c147dd20\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=0000000000000000\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=0000000000000010\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=0x10\n" EVENT
		"kfree: call_site=f+0x1/0x2 ptr=(____ptrval____)\n" EVENT
		"kmalloc: call_site=f+0x1/0x2 ptr=ffff96cafdec2288 bytes_req=8 bytes_alloc=8 "
		"gfp_flags= node=-1\n"
		"\x01\x02\x03\n" EVENT "kfree: ca\n" EVENT "kfree: call_site=f+0x1/0x2 ptr=c14";
	struct trace_facts facts;

	(void)state;
	decode(text, sizeof(text) - 1, false, &facts);
	assert_true(facts.first_line_cut && facts.last_line_cut && facts.has_entries);
	assert_int_equal(facts.byte_count, sizeof(text) - 1);
	assert_int_equal(facts.line_count, 18);
	assert_int_equal(facts.entries_in_buffer, 250);
	assert_int_equal(facts.entries_written, 116015);
	assert_int_equal(facts.cpu_count, 4); /* the largest, wherever chunks end */
	assert_int_equal(facts.buffer_started_count, 1);
	assert_int_equal(facts.lost_notice_count, 3);
	assert_int_equal(facts.lost_event_count, 1900);
	assert_int_equal(facts.slab_event_count, 8);
	assert_int_equal(facts.pointer_hashed_count, 1);
	assert_int_equal(facts.pointer_raw_count, 2);
	assert_int_equal(facts.pointer_32bit_count, 1);
	assert_int_equal(facts.pointer_unhashable_count, 1);
	assert_int_equal(facts.empty_gfp_count, 1);
	assert_int_equal(facts.carriage_return_count, 1);
	assert_int_equal(facts.console_prefix_count, 1);
	assert_int_equal(facts.foreign_count, 2);
	assert_int_equal(facts.binary_count, 1);
	assert_int_equal(facts.damaged_count, 2);
	assert_int_equal(facts.first_damaged_line, 17);
	assert_int_equal(facts.first_damaged_offset,
			 (size_t)(strstr(text, "\x01\x02\x03\n") + 4 - text));
}

/* Lines at and over the limit; the event stands at their beginning. */
static void test_long_lines(void **state)
{
	static const struct {
		size_t length;
		unsigned int slab, overlong;
	} rows[] = {{TRACE_LINE_MAX - 1, 1, 0}, {TRACE_LINE_MAX, 1, 0}, {TRACE_LINE_MAX + 1, 0, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = malloc(rows[i].length + 1);
		struct trace_facts facts;

		assert_non_null(text);
		memset(text, 'x', rows[i].length);
		memcpy(text, EVENT FREE " ", sizeof(EVENT FREE));
		text[rows[i].length] = '\n';
		decode(text, rows[i].length + 1, false, &facts);
		free(text);
		assert_int_equal(facts.slab_event_count, rows[i].slab);
		assert_int_equal(facts.overlong_count, rows[i].overlong);
		assert_int_equal(facts.foreign_count, rows[i].overlong);
		assert_int_equal(facts.line_count, 1);
	}
}

/* Events keep their order over all groups, and sizes beyond 32 bits their value. */
static void test_events(void **state)
{
	static const char text[] =
		EVENT ALLOC "\n" EVENT "kmalloc: call_site=f+0x1/0x2 [mod] ptr=ff200e91c27e7c80 "
			    "bytes_req=4294967296 bytes_alloc=4294967297 gfp_flags=X\n" EVENT FREE
			    "\n" EVENT ALLOC "\n";
	struct site_table sites;
	struct slab_batch batch;
	const struct slab_event *by_sequence[4] = {NULL};

	(void)state;
	assert_true(decoder_sites_init(&sites));
	assert_true(
		decoder_run(text_fast_best(), false, &sites, text, sizeof(text) - 1, 0, &batch));
	assert_int_equal(batch.event_count, 4);
	for (unsigned int g = 0; g < DECODER_GROUPS; g++) {
		for (size_t i = 0; i < batch.groups[g].count; i++) {
			const struct slab_event *event = &batch.groups[g].events[i];

			assert_in_range(slab_event_sequence(event), 0, 3);
			assert_int_equal(slab_batch_group(&batch, &decoder_key, event->pointer), g);
			by_sequence[slab_event_sequence(event)] = event;
		}
	}
	for (unsigned int i = 0; i < 4; i++) {
		assert_non_null(by_sequence[i]);
	}
	/* NOLINTBEGIN(clang-analyzer-core.CallAndMessage): all four were found above */
	assert_int_equal(by_sequence[0]->bytes_req, 192);
	assert_int_equal(by_sequence[0]->site, by_sequence[3]->site);
	assert_string_equal(sites.texts[by_sequence[0]->site], "__d_alloc+0x2b/0x2a0");
	assert_string_equal(sites.texts[by_sequence[1]->site], "f+0x1/0x2 [mod]");
	assert_true((by_sequence[1]->sequence_flags & SLAB_EVENT_WIDE) != 0);
	assert_true(batch.wide[by_sequence[1]->bytes_req].bytes_alloc == 4294967297u);
	assert_true(batch.wide[by_sequence[1]->bytes_req].bytes_req == 4294967296u);
	assert_int_equal(by_sequence[2]->sequence_flags & 0xff, SLAB_EVENT_FREE);
	assert_true(by_sequence[2]->pointer == 0x169c6f22);
	/* NOLINTEND(clang-analyzer-core.CallAndMessage) */
	slab_batch_release(&batch);
	site_table_release(&sites);
}

static void test_bare_is_told_by_the_first_event(void **state)
{
	static const struct {
		const char *text;
		bool bare;
	} rows[] = {
		{FREE "\n", true},
		{EVENT FREE "\n" FREE "\n", false},
		{MARKER "\n" FREE "\n", false}, /* any event with a context tells */
		{"# tracer: nop\n", true},	/* nothing to tell by */
		{"", true},
		{"[    0.1] " FREE "\n", false}, /* tp_printk: the prefix says so */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (text_decoder_is_bare(rows[i].text, strlen(rows[i].text)) != rows[i].bare) {
			fail_msg("%s", rows[i].text);
		}
	}
}

static void test_implementations(void **state)
{
	(void)state;
	assert_true(text_fast_available(TEXT_FAST_NONE));
	assert_true(text_fast_available(TEXT_FAST_PORTABLE));
	assert_true(text_fast_available(text_fast_best()));
	assert_true(text_fast_best() >= TEXT_FAST_PORTABLE);
	for (int kind = 0; kind < TEXT_FAST_COUNT; kind++) {
		assert_non_null(text_fast_names[kind]);
		print_message("%s: %s\n", text_fast_names[kind],
			      text_fast_available((enum text_fast_kind)kind)
				      ? "tested"
				      : "not on this machine");
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_counts),
	cmocka_unit_test(test_nul_bytes),
	cmocka_unit_test(test_facts),
	cmocka_unit_test(test_long_lines),
	cmocka_unit_test(test_events),
	cmocka_unit_test(test_bare_is_told_by_the_first_event),
	cmocka_unit_test(test_implementations),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
