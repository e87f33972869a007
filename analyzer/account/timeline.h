/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live bytes over time, as the account holds them.
 *
 * Time is cut into buckets of equal width, a power of two of the clock's unit, so that the
 * trace fills more than half of TIMELINE_BUCKETS but no more than all of them (fewer if it is
 * shorter than that). A call site has a series: what its live bytes changed by in each bucket. The
 * sum of a series up to a bucket is what was live at the bucket's end, and up to the last bucket
 * the site's current_dynamic. So the series of sites add up to those of directories.
 *
 * Events lie in the buckets of their times. Running figures (highest, the peak) are taken event by
 * event in the order of the trace, as the peak of the totals is: CPUs' clocks may differ by a
 * little, the order does not.
 *
 * Memory: at most TIMELINE_BUCKETS points for each call site (with stacks: each stack), however
 * long the trace. Nothing depends on the number of threads or on how the input was cut.
 */
#ifndef ANALYZER_ACCOUNT_TIMELINE_H
#define ANALYZER_ACCOUNT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/arena.h"
#include "analyzer/input/event_times.h"

#define TIMELINE_BUCKETS 1024u

/* Markers beyond are counted only. */
#define TIMELINE_MARKERS 1024u

struct timeline_point {
	int64_t bytes;	 /* by which live bytes changed; never 0 */
	uint32_t bucket; /* from 0, rising */
};

struct timeline_series {
	const struct timeline_point *points;
	size_t count;
};

struct timeline_bucket {
	uint64_t highest; /* live bytes of all sites at their most, at any event in the bucket */
	uint64_t lost;	  /* events lost in front of an event in the bucket, as far as told */
	bool is_gap;	  /* some CPU's events, or some of them, are missing here */
};

struct timeline_marker {
	uint64_t time;
	const char *text; /* any bytes but 0 */
};

struct timeline {
	enum event_clock_unit unit; /* of every time here */
	unsigned int shift;	    /* a bucket is 1 << shift wide */
	uint64_t start;		    /* of bucket 0: a multiple of the width */
	uint32_t bucket_count;	    /* 1 to TIMELINE_BUCKETS */
	const struct timeline_bucket *buckets;
	uint64_t first; /* earliest and latest time of an event */
	uint64_t last;
	uint64_t peak_bytes;		       /* the totals' peak_dynamic */
	uint64_t peak_time;		       /* of the event that reached it first */
	uint64_t end_bytes;		       /* the totals' current_dynamic */
	const struct timeline_marker *markers; /* by time, then as in the trace */
	size_t marker_count;
	uint64_t marker_left_out;
};

/* The bucket of a time; what is outside goes to the first or the last. */
uint32_t timeline_bucket_of(const struct timeline *timeline, uint64_t time);

/* Adds up series of one timeline. */
struct series_sum {
	int64_t *bytes; /* TIMELINE_BUCKETS of them, zero outside [low, high) */
	uint32_t low, high;
};

/* False: no memory. */
bool series_sum_init(struct series_sum *sum);
void series_sum_release(struct series_sum *sum);
void series_sum_add(struct series_sum *sum, const struct timeline_series *series);

/* The sum as a series in the arena; the sum is empty then. False: no memory. */
bool series_sum_take(struct series_sum *sum, struct arena *arena, struct timeline_series *ret);

#endif
