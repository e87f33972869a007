/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/timeline_part.h"

#include <stdlib.h>
#include <string.h>

void timeline_part_init(struct timeline_part *part)
{
	*part = (struct timeline_part){.is_empty = true};
}

void timeline_part_release(struct timeline_part *part)
{
	for (size_t i = 0; i < part->series_capacity; i++) {
		free(part->series[i].points);
	}
	free(part->series);
	*part = (struct timeline_part){0};
}

/* Wrapping, as the account's own figures. */
static int64_t add_wrapping(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* Buckets become twice as wide. */
static void widen(struct timeline_part *part)
{
	part->shift++;
	part->low >>= 1;
	part->high >>= 1;
	for (size_t i = 0; i < part->series_capacity; i++) {
		struct part_series *series = &part->series[i];
		uint32_t kept = 0;

		for (uint32_t j = 0; j < series->count; j++) {
			struct part_point point = series->points[j];

			point.bucket >>= 1;
			if (kept > 0 && series->points[kept - 1].bucket == point.bucket) {
				series->points[kept - 1].bytes =
					add_wrapping(series->points[kept - 1].bytes, point.bytes);
			} else {
				series->points[kept++] = point;
			}
		}
		series->count = kept;
	}
}

/* The bucket of time, after as much widening as it takes to have it. */
static uint64_t bucket_for(struct timeline_part *part, uint64_t time)
{
	uint64_t bucket = time >> part->shift;

	if (part->is_empty) {
		part->is_empty = false;
		part->low = part->high = bucket;
	}
	if (bucket >= part->low && bucket <= part->high) {
		return bucket;
	}
	part->low = bucket < part->low ? bucket : part->low;
	part->high = bucket > part->high ? bucket : part->high;
	while (part->high - part->low >= TIMELINE_BUCKETS) {
		widen(part);
	}
	return time >> part->shift;
}

static bool series_grow(struct timeline_part *part, uint32_t site)
{
	size_t capacity = part->series_capacity ? part->series_capacity * 2 : 256;
	struct part_series *series;

	while (capacity <= site) {
		capacity *= 2;
	}
	series = realloc(part->series, capacity * sizeof(*series));
	if (!series) {
		return false;
	}
	memset(series + part->series_capacity, 0,
	       (capacity - part->series_capacity) * sizeof(*series));
	part->series = series;
	part->series_capacity = capacity;
	return true;
}

/* Puts a new point at index. */
static bool point_insert(struct part_series *series, uint32_t index, uint64_t bucket, int64_t bytes)
{
	if (series->count == series->capacity) {
		uint32_t capacity = series->capacity ? series->capacity * 2 : 4;
		struct part_point *points =
			realloc(series->points, capacity * sizeof(*series->points));

		if (!points) {
			return false;
		}
		series->points = points;
		series->capacity = capacity;
	}
	memmove(series->points + index + 1, series->points + index,
		(series->count - index) * sizeof(*series->points));
	series->points[index] = (struct part_point){bucket, bytes};
	series->count++;
	return true;
}

bool timeline_part_add(struct timeline_part *part, uint32_t site, uint64_t time, int64_t bytes)
{
	uint64_t bucket = bucket_for(part, time);
	struct part_series *series;
	uint32_t index;

	if (site >= part->series_capacity && !series_grow(part, site)) {
		return false;
	}
	series = &part->series[site];
	index = series->count;
	while (index > 0 && series->points[index - 1].bucket > bucket) {
		index--;
	}
	if (index > 0 && series->points[index - 1].bucket == bucket) {
		series->points[index - 1].bytes =
			add_wrapping(series->points[index - 1].bytes, bytes);
		return true;
	}
	return point_insert(series, index, bucket, bytes);
}

void timeline_part_sum(const struct timeline_part *part, uint32_t site,
		       const struct timeline *timeline, struct series_sum *sum)
{
	const struct part_series *series;

	if (site >= part->series_capacity) {
		return;
	}
	series = &part->series[site];
	for (uint32_t i = 0; i < series->count; i++) {
		struct timeline_point point = {
			.bytes = series->points[i].bytes,
			.bucket = timeline_bucket_of(timeline,
						     series->points[i].bucket << part->shift),
		};
		const struct timeline_series one = {&point, 1};

		series_sum_add(sum, &one);
	}
}
