/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/timeline.h"

#include <stdlib.h>

uint32_t timeline_bucket_of(const struct timeline *timeline, uint64_t time)
{
	uint64_t bucket;

	if (time < timeline->start) {
		return 0;
	}
	bucket = (time - timeline->start) >> timeline->shift;
	return bucket < timeline->bucket_count ? (uint32_t)bucket : timeline->bucket_count - 1;
}

bool series_sum_init(struct series_sum *sum)
{
	*sum = (struct series_sum){
		.bytes = calloc(TIMELINE_BUCKETS, sizeof(*sum->bytes)),
		.low = TIMELINE_BUCKETS,
	};
	return sum->bytes != NULL;
}

void series_sum_release(struct series_sum *sum)
{
	free(sum->bytes);
	*sum = (struct series_sum){0};
}

void series_sum_add(struct series_sum *sum, const struct timeline_series *series)
{
	if (series->count == 0) {
		return;
	}
	if (series->points[0].bucket < sum->low) {
		sum->low = series->points[0].bucket;
	}
	if (series->points[series->count - 1].bucket >= sum->high) {
		sum->high = series->points[series->count - 1].bucket + 1;
	}
	for (size_t i = 0; i < series->count; i++) {
		int64_t *bytes = &sum->bytes[series->points[i].bucket];

		/* as the account's own figures, hostile sizes wrap */
		*bytes = (int64_t)((uint64_t)*bytes + (uint64_t)series->points[i].bytes);
	}
}

bool series_sum_take(struct series_sum *sum, struct arena *arena, struct timeline_series *ret)
{
	struct timeline_point *points = NULL;
	size_t count = 0;

	for (uint32_t bucket = sum->low; bucket < sum->high; bucket++) {
		count += sum->bytes[bucket] != 0;
	}
	if (count > 0) {
		points = arena_alloc(arena, count * sizeof(*points));
		if (!points) {
			return false;
		}
	}
	*ret = (struct timeline_series){points, count};
	count = 0;
	for (uint32_t bucket = sum->low; points && bucket < sum->high; bucket++) {
		if (sum->bytes[bucket] != 0) {
			points[count++] = (struct timeline_point){sum->bytes[bucket], bucket};
			sum->bytes[bucket] = 0;
		}
	}
	sum->low = TIMELINE_BUCKETS;
	sum->high = 0;
	return true;
}
