/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline beside its definition: the list of events that the trace was written from, and
 * for each bucket a loop over all of it. For clocks that print seconds and that count, for
 * none, for CPUs whose clocks differ, for spans from nothing to centuries; for 1, 3 and 16
 * threads, from a file and from a pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/trace_account.h"
#include "trace_source.h"

enum { SITES = 12, POINTERS = 40, EVENTS = 6000, CPUS = 3, LINE = 200, LOSSES = 64, MARKERS = 64 };

enum clock { CLOCK_SECONDS, CLOCK_COUNTS, CLOCK_NONE };

static uint64_t random_state = 20120607;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

struct event {
	uint64_t time;
	bool is_free;
	size_t pointer;
	size_t site;
	uint64_t bytes;
	unsigned int cpu;
};

struct loss {
	size_t position;
	unsigned int cpu;
	uint64_t count;
	bool from_beginning;
};

struct history {
	enum clock clock;
	size_t count;
	struct event events[EVENTS];
	size_t loss_count;
	struct loss losses[LOSSES];
	size_t marker_count;
	struct {
		uint64_t time;
		int number;
	} markers[MARKERS];
	int64_t changes[EVENTS][2]; /* what each event did to two sites: its own, the one lost */
	size_t changed[EVENTS][2];
};

static struct history history;
static char text[(EVENTS + LOSSES + MARKERS) * LINE];

/* As the reader of a trace sees it: microseconds, whole counts, or the number of the event. */
static uint64_t seen_time(uint64_t time, size_t number)
{
	switch (history.clock) {
	case CLOCK_SECONDS:
		return time / 1000 * 1000;
	case CLOCK_COUNTS:
		return time;
	case CLOCK_NONE:
		break;
	}
	return number;
}

static int put_context(char *at, uint64_t time, unsigned int cpu)
{
	if (history.clock == CLOCK_NONE) {
		return 0;
	}
	if (history.clock == CLOCK_COUNTS) {
		return sprintf(at, "            init-1       [%03u] ..... %llu: ", cpu,
			       (unsigned long long)time);
	}
	return sprintf(at, "            init-1       [%03u] ..... %5llu.%06llu: ", cpu,
		       (unsigned long long)(time / 1000000000),
		       (unsigned long long)(time / 1000 % 1000000));
}

static size_t put_event(char *at, const struct event *event)
{
	int length = put_context(at, event->time, event->cpu);

	if (event->is_free) {
		return (size_t)(length + sprintf(at + length,
						 "kfree: call_site=f+0x1/0x2 ptr=ffff8880%08zx\n",
						 event->pointer * 64 + 64));
	}
	return (size_t)(length + sprintf(at + length,
					 "kmalloc: call_site=site_%02zu+0x1/0x2 ptr=ffff8880%08zx "
					 "bytes_req=%llu bytes_alloc=%llu gfp_flags=GFP_KERNEL\n",
					 event->site, event->pointer * 64 + 64,
					 (unsigned long long)event->bytes,
					 (unsigned long long)event->bytes));
}

static size_t put_between(char *at, size_t position, uint64_t time)
{
	struct loss loss = {position, (unsigned int)(random_next() % CPUS), 1 + random_next() % 99,
			    random_next() % 8 == 0};

	if (random_next() % 2 && history.loss_count < LOSSES) {
		if (loss.from_beginning) {
			loss.count = 0;
		}
		history.losses[history.loss_count++] = loss;
		return (size_t)(loss.from_beginning
					? sprintf(at, "##### CPU %u buffer started ####\n",
						  loss.cpu)
					: sprintf(at, "CPU:%u [LOST %llu EVENTS]\n", loss.cpu,
						  (unsigned long long)loss.count));
	}
	if (history.clock != CLOCK_NONE && history.marker_count < MARKERS) {
		int number = (int)history.marker_count;

		history.markers[history.marker_count].number = number;
		history.markers[history.marker_count++].time = seen_time(time, position);
		number = put_context(at, time, 0) + sprintf(at + put_context(at, time, 0),
							    "tracing_mark_write: phase %d\n",
							    number);
		return (size_t)number;
	}
	return 0;
}

/* step: about what passes between two events; jitter: how far clocks differ. */
static size_t make_text(enum clock clock, size_t count, uint64_t step, uint64_t jitter)
{
	uint64_t now = 1000000000 + random_next() % 5000000000;
	size_t used = 0;

	history.clock = clock;
	history.count = count;
	history.loss_count = history.marker_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct event *event = &history.events[i];

		now += step ? random_next() % (2 * step) : 0;
		*event = (struct event){
			.time = now + (jitter ? random_next() % jitter : 0),
			.is_free = random_next() % 2,
			.pointer = random_next() % POINTERS,
			.site = random_next() % SITES,
			.bytes = random_next() % 10000,
			.cpu = (unsigned int)(random_next() % CPUS),
		};
		if (i > 0 && random_next() % 100 == 0) {
			used += put_between(text + used, i, now);
		}
		used += put_event(text + used, event);
		event->time = seen_time(event->time, i);
	}
	return used;
}

/* What each event did to which site. */
static void live_through(void)
{
	struct {
		bool is_live;
		size_t site;
		uint64_t bytes;
	} objects[POINTERS] = {0};

	memset(history.changes, 0, sizeof(history.changes));
	for (size_t i = 0; i < history.count; i++) {
		const struct event *event = &history.events[i];
		size_t p = event->pointer;

		history.changed[i][0] = event->site;
		if (objects[p].is_live) {
			history.changed[i][1] = objects[p].site;
			history.changes[i][1] = -(int64_t)objects[p].bytes;
		}
		objects[p].is_live = !event->is_free;
		if (!event->is_free) {
			history.changes[i][0] = (int64_t)event->bytes;
			objects[p].site = event->site;
			objects[p].bytes = event->bytes;
		}
	}
}

static uint64_t first_time(void)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < history.count; i++) {
		first = history.events[i].time < first ? history.events[i].time : first;
	}
	return first;
}

static uint64_t last_time(void)
{
	uint64_t last = 0;

	for (size_t i = 0; i < history.count; i++) {
		last = history.events[i].time > last ? history.events[i].time : last;
	}
	return last;
}

static void check_axis(const struct timeline *timeline)
{
	const uint64_t first = first_time(), last = last_time();
	unsigned int shift = 0;

	while ((last >> shift) - (first >> shift) >= TIMELINE_BUCKETS) {
		shift++;
	}
	assert_int_equal(timeline->unit, history.clock == CLOCK_SECONDS	 ? EVENT_CLOCK_NS
					 : history.clock == CLOCK_COUNTS ? EVENT_CLOCK_TICKS
									 : EVENT_CLOCK_NUMBER);
	assert_int_equal(timeline->first, first);
	assert_int_equal(timeline->last, last);
	assert_int_equal(timeline->shift, shift);
	assert_int_equal(timeline->start, first >> shift << shift);
	assert_int_equal(timeline->bucket_count, (last >> shift) - (first >> shift) + 1);
}

static void check_series(const struct timeline *timeline, const struct account_row *row)
{
	size_t site = (size_t)strtoul(row->site + strlen("site_"), NULL, 10);
	int64_t expected[TIMELINE_BUCKETS] = {0};
	uint64_t sum = 0;

	for (size_t i = 0; i < history.count; i++) {
		uint32_t bucket = timeline_bucket_of(timeline, history.events[i].time);

		for (int j = 0; j < 2; j++) {
			if (history.changed[i][j] == site) {
				expected[bucket] += history.changes[i][j];
			}
		}
	}
	for (size_t i = 0; i < row->series.count; i++) {
		const struct timeline_point *point = &row->series.points[i];

		assert_true(i == 0 || point[-1].bucket < point->bucket);
		assert_true(point->bytes != 0);
		assert_int_equal(point->bytes, expected[point->bucket]);
		expected[point->bucket] = 0;
		sum += (uint64_t)point->bytes;
	}
	for (uint32_t bucket = 0; bucket < TIMELINE_BUCKETS; bucket++) {
		assert_int_equal(expected[bucket], 0); /* every change was in a point */
	}
	assert_int_equal(sum, row->figures.current_dynamic);
}

static void check_totals(const struct timeline *timeline, const struct match_totals *totals)
{
	uint64_t highest[TIMELINE_BUCKETS] = {0};
	uint64_t latest[TIMELINE_BUCKETS] = {0};
	bool seen[TIMELINE_BUCKETS] = {0};
	uint64_t live = 0, peak = 0, peak_time = timeline->first;

	for (size_t i = 0; i < history.count; i++) {
		uint32_t bucket = timeline_bucket_of(timeline, history.events[i].time);

		live += (uint64_t)(history.changes[i][0] + history.changes[i][1]);
		highest[bucket] = live > highest[bucket] ? live : highest[bucket];
		latest[bucket] = live;
		seen[bucket] = true;
		if (live > peak) {
			peak = live;
			peak_time = history.events[i].time;
		}
	}
	assert_int_equal(timeline->peak_bytes, peak);
	assert_int_equal(timeline->peak_bytes, totals->peak_dynamic);
	assert_int_equal(timeline->peak_time, peak_time);
	assert_int_equal(timeline->end_bytes, live);
	assert_int_equal(timeline->end_bytes, totals->current_dynamic);
	for (uint32_t bucket = 0; bucket < timeline->bucket_count; bucket++) {
		if (seen[bucket]) {
			assert_int_equal(timeline->buckets[bucket].highest, highest[bucket]);
		} else if (timeline->shift == 0) {
			/* wider ones forget which half was the later in the trace's order */
			highest[bucket] = latest[bucket] = latest[bucket - 1];
			assert_int_equal(timeline->buckets[bucket].highest, highest[bucket]);
		}
	}
}

/* From the last event of the CPU in front of the notice to the event behind it. */
static void check_gaps(const struct timeline *timeline)
{
	bool gaps[TIMELINE_BUCKETS] = {0};
	uint64_t lost[TIMELINE_BUCKETS] = {0};

	for (size_t i = 0; i < history.loss_count; i++) {
		const struct loss *loss = &history.losses[i];
		uint64_t before = history.events[0].time;
		uint64_t behind = history.events[loss->position].time;
		size_t at = loss->position;

		/* without a clock CPUs are not known either */
		while (at > 0 && history.clock != CLOCK_NONE &&
		       history.events[at - 1].cpu != loss->cpu) {
			at--;
		}
		if (at > 0 && !loss->from_beginning) {
			before = history.events[at - 1].time;
		}
		before = before < behind ? before : behind;
		lost[timeline_bucket_of(timeline, behind)] += loss->count;
		for (uint32_t b = timeline_bucket_of(timeline, before);
		     b <= timeline_bucket_of(timeline, behind); b++) {
			gaps[b] = true;
		}
	}
	for (uint32_t bucket = 0; bucket < timeline->bucket_count; bucket++) {
		assert_int_equal(timeline->buckets[bucket].is_gap, gaps[bucket]);
		assert_int_equal(timeline->buckets[bucket].lost, lost[bucket]);
	}
}

static void check_markers(const struct timeline *timeline)
{
	assert_int_equal(timeline->marker_count, history.marker_count);
	for (size_t i = 0; i < timeline->marker_count; i++) {
		char name[32];
		uint64_t time = history.markers[i].time;

		snprintf(name, sizeof(name), "phase %d", history.markers[i].number);
		assert_string_equal(timeline->markers[i].text, name);
		time = time < timeline->first ? timeline->first : time;
		assert_int_equal(timeline->markers[i].time,
				 time > timeline->last ? timeline->last : time);
	}
}

/* runs: of 1, 3 and 16 threads, each from a file and from a pipe. */
static void check(size_t length, size_t runs)
{
	static const unsigned int threads[] = {1, 3, 16};

	live_through();
	for (size_t i = 0; i < runs; i++) {
		struct trace_source source;
		struct trace_account *trace;
		struct error err;
		struct trace_request request = {.thread_count = threads[i / 2], .keep_times = true};
		const struct account *account;

		assert_true(trace_source_open(&source, (i & 1) != 0, text, length));
		request.path = source.path;
		assert_int_equal(trace_account_run(&request, &trace, &err), 0);
		trace_source_close(&source);
		account = trace_account_get(trace);
		assert_non_null(account->timeline);
		check_axis(account->timeline);
		for (size_t row = 0; row < account->row_count; row++) {
			check_series(account->timeline, &account->rows[row]);
		}
		check_totals(account->timeline, &account->totals);
		check_gaps(account->timeline);
		check_markers(account->timeline);
		trace_account_free(trace);
	}
}

static void test_spans(void **state)
{
	static const uint64_t steps[] = {0, 1, 300, 5000, 1000000, 90000000, 40000000000000};

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		check(make_text(CLOCK_SECONDS, EVENTS, steps[i], 0), i == 3 ? 6 : 3);
		check(make_text(CLOCK_COUNTS, EVENTS / 2, steps[i], 0), 2);
	}
}

static void test_clocks_differ(void **state)
{
	(void)state;
	check(make_text(CLOCK_SECONDS, EVENTS, 100000, 3000000), 5);
	check(make_text(CLOCK_SECONDS, EVENTS, 100000, 60000000000), 3);
	check(make_text(CLOCK_COUNTS, EVENTS, 3, 50), 3);
}

static void test_no_clock(void **state)
{
	(void)state;
	check(make_text(CLOCK_NONE, EVENTS, 1, 0), 5);
	check(make_text(CLOCK_NONE, 3, 1, 0), 1);
}

static void test_short(void **state)
{
	(void)state;
	for (size_t count = 1; count < 60; count += 3) {
		check(make_text((enum clock)(count % 2), count, random_next() % 1000000, 0), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_clocks_differ),
		cmocka_unit_test(test_no_clock),
		cmocka_unit_test(test_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
