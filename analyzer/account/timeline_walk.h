/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The half of the timeline that needs the events of all groups in trace order: the time axis,
 * the running total and its peak, markers, and what was lost where.
 *
 * It has as many buckets as a group's part (timeline_part.h) and widens them by the same rule.
 * A loss is a gap from the last event its CPU had before the notice to the first one behind it.
 */
#ifndef ANALYZER_ACCOUNT_TIMELINE_WALK_H
#define ANALYZER_ACCOUNT_TIMELINE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/timeline.h"
#include "analyzer/base/arena.h"
#include "analyzer/input/event_times.h"

struct walk_bucket {
	bool has_event; /* and so highest, and the total behind the latest event of the trace */
	uint64_t highest;
	uint64_t latest;
	uint64_t lost;
	uint64_t gaps_opened; /* losses whose gap begins in the bucket, and that end in it */
	uint64_t gaps_closed;
};

struct timeline_walk {
	struct event_clock clock; /* what settles the times: event_times_settle */
	unsigned int shift;
	bool is_empty;
	uint64_t low; /* buckets of the earliest and latest time */
	uint64_t high;
	uint64_t first; /* these times */
	uint64_t last;
	uint64_t live;
	uint64_t peak_bytes;
	uint64_t peak_time;
	struct walk_bucket *buckets; /* bucket b stands at b % TIMELINE_BUCKETS */
	/* Losses that wait for the event behind them. */
	bool has_pending;
	uint64_t pending_before;
	uint64_t pending_lost;
	struct timeline_marker *markers; /* in trace order; texts in the arena */
	size_t marker_count;
	uint64_t marker_left_out;
	struct arena arena;
};

/* False: no memory. */
bool timeline_walk_init(struct timeline_walk *walk);
void timeline_walk_release(struct timeline_walk *walk);

/*
 * The next batch of the trace: its settled times, and what each of its count events did to
 * the live bytes. False: no memory.
 */
bool timeline_walk_run(struct timeline_walk *walk, const struct event_times *times,
		       const int64_t *deltas, size_t count);

/* Fills all of the timeline, in arena, after the last batch. False: no memory. */
bool timeline_walk_finish(struct timeline_walk *walk, struct arena *arena, struct timeline *ret);

#endif
