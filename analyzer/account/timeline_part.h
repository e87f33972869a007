/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A group's part of the timeline: the series of its sites, gathered while the trace runs.
 *
 * How long the trace is nobody knows in advance. So a bucket begins one unit wide, and whenever
 * the times seen span more than TIMELINE_BUCKETS buckets, two neighbours each become one: the sums
 * stay exact, and the width depends on the first and the last time only. Groups that saw
 * less of the trace are widened when they are added up.
 *
 * Cost. Nearly every event falls in the bucket of the one before it at its site, which is
 * the last point of the site's series: one add. Points stand sorted; an event that comes late
 * (another CPU's clock) is searched for from the end.
 *
 * Not thread-safe: each group has its own.
 */
#ifndef ANALYZER_ACCOUNT_TIMELINE_PART_H
#define ANALYZER_ACCOUNT_TIMELINE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/timeline.h"

struct part_point {
	uint64_t bucket; /* time >> shift */
	int64_t bytes;
};

struct part_series {
	struct part_point *points;
	uint32_t count;
	uint32_t capacity;
};

struct timeline_part {
	unsigned int shift;
	bool is_empty;
	uint64_t low; /* buckets of the earliest and latest time seen */
	uint64_t high;
	struct part_series *series; /* by site id; with stacks: by context id */
	size_t series_capacity;
};

void timeline_part_init(struct timeline_part *part);
void timeline_part_release(struct timeline_part *part);

/* The live bytes of site changed at time. False: no memory. */
bool timeline_part_add(struct timeline_part *part, uint32_t site, uint64_t time, int64_t bytes);

/* The series of a site as the timeline has its buckets is added to sum. */
void timeline_part_sum(const struct timeline_part *part, uint32_t site,
		       const struct timeline *timeline, struct series_sum *sum);

#endif
