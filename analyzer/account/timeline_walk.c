/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/timeline_walk.h"

#include <stdlib.h>
#include <string.h>

bool timeline_walk_init(struct timeline_walk *walk)
{
	*walk = (struct timeline_walk){
		.is_empty = true,
		.buckets = calloc(TIMELINE_BUCKETS, sizeof(*walk->buckets)),
		.markers = malloc(TIMELINE_MARKERS * sizeof(*walk->markers)),
	};
	arena_init(&walk->arena);
	return walk->buckets && walk->markers;
}

void timeline_walk_release(struct timeline_walk *walk)
{
	free(walk->buckets);
	free(walk->markers);
	arena_release(&walk->arena);
	*walk = (struct timeline_walk){0};
}

static struct walk_bucket *at(struct timeline_walk *walk, uint64_t bucket)
{
	return &walk->buckets[bucket % TIMELINE_BUCKETS];
}

/* what is the later neighbour. */
static void combine(struct walk_bucket *to, const struct walk_bucket *what)
{
	if (what->has_event) {
		if (!to->has_event || what->highest > to->highest) {
			to->highest = what->highest;
		}
		to->latest = what->latest;
		to->has_event = true;
	}
	to->lost += what->lost;
	to->gaps_opened += what->gaps_opened;
	to->gaps_closed += what->gaps_closed;
}

/* Two neighbours become one, throughout. */
static void widen(struct timeline_walk *walk)
{
	struct walk_bucket wide[TIMELINE_BUCKETS] = {0};

	for (uint64_t bucket = walk->low; bucket <= walk->high; bucket++) {
		combine(&wide[bucket / 2 % TIMELINE_BUCKETS], at(walk, bucket));
	}
	memcpy(walk->buckets, wide, sizeof(wide));
	walk->shift++;
	walk->low /= 2;
	walk->high /= 2;
}

/* The bucket of time, after as much widening as it takes to have it. */
static struct walk_bucket *bucket_for(struct timeline_walk *walk, uint64_t time)
{
	uint64_t bucket = time >> walk->shift;

	if (walk->is_empty) {
		walk->is_empty = false;
		walk->low = walk->high = bucket;
		walk->first = walk->last = time;
	}
	while ((bucket > walk->low && bucket - walk->low >= TIMELINE_BUCKETS) ||
	       (bucket < walk->high && walk->high - bucket >= TIMELINE_BUCKETS)) {
		widen(walk);
		bucket = time >> walk->shift;
	}
	walk->low = bucket < walk->low ? bucket : walk->low;
	walk->high = bucket > walk->high ? bucket : walk->high;
	walk->first = time < walk->first ? time : walk->first;
	walk->last = time > walk->last ? time : walk->last;
	return at(walk, bucket);
}

/* The event behind the losses that wait came at time, or the trace ended there. */
static void gap_close(struct timeline_walk *walk, uint64_t time)
{
	uint64_t before = walk->pending_before < time ? walk->pending_before : time;

	bucket_for(walk, before)->gaps_opened++;
	bucket_for(walk, time)->gaps_closed++;
	bucket_for(walk, time)->lost += walk->pending_lost;
	walk->has_pending = false;
	walk->pending_lost = 0;
}

static void loss_take(struct timeline_walk *walk, const struct event_loss *loss)
{
	/* in front of the first event there is no time at all */
	uint64_t before = walk->is_empty ? UINT64_MAX : loss->before;

	if (!walk->has_pending || before < walk->pending_before) {
		walk->pending_before = before;
	}
	walk->has_pending = true;
	walk->pending_lost += loss->count;
}

static bool marker_take(struct timeline_walk *walk, const struct event_marker *marker)
{
	char text[EVENT_MARKER_MAX + 1];

	if (walk->marker_count == TIMELINE_MARKERS) {
		walk->marker_left_out++;
		return true;
	}
	memcpy(text, marker->text, marker->length);
	text[marker->length] = '\0'; /* what stands behind a zero byte is not shown */
	walk->markers[walk->marker_count] = (struct timeline_marker){
		.time = marker->time,
		.text = arena_strdup(&walk->arena, text),
	};
	return walk->markers[walk->marker_count++].text != NULL;
}

bool timeline_walk_run(struct timeline_walk *walk, const struct event_times *times,
		       const int64_t *deltas, size_t count)
{
	size_t loss = 0;

	if (times->failed) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t time = times->times[i];
		struct walk_bucket *bucket;

		for (; loss < times->loss_count && times->losses[loss].position <= i; loss++) {
			loss_take(walk, &times->losses[loss]);
		}
		if (walk->has_pending) {
			gap_close(walk, time);
		}
		walk->live += (uint64_t)deltas[i];
		bucket = bucket_for(walk, time);
		if (!bucket->has_event || walk->live > bucket->highest) {
			bucket->has_event = true;
			bucket->highest = walk->live;
		}
		bucket->latest = walk->live;
		if (walk->live > walk->peak_bytes) {
			walk->peak_bytes = walk->live;
			walk->peak_time = time;
		}
	}
	for (; loss < times->loss_count; loss++) {
		loss_take(walk, &times->losses[loss]);
	}
	for (size_t i = 0; i < times->marker_count; i++) {
		if (!marker_take(walk, &times->markers[i])) {
			return false;
		}
	}
	return true;
}

/* The markers, by time; those outside of the events' time at its ends. */
static bool markers_finish(struct timeline_walk *walk, struct arena *arena, struct timeline *ret)
{
	struct timeline_marker *markers =
		arena_alloc(arena, (walk->marker_count + 1) * sizeof(*markers));

	if (!markers) {
		return false;
	}
	for (size_t i = 0; i < walk->marker_count; i++) {
		uint64_t time = walk->markers[i].time;

		time = time < ret->first ? ret->first : time;
		markers[i].time = time > ret->last ? ret->last : time;
		markers[i].text = arena_strdup(arena, walk->markers[i].text);
		if (!markers[i].text) {
			return false;
		}
	}
	/* nearly sorted already, and equal times must stay in order: insertion */
	for (size_t i = 1; i < walk->marker_count; i++) {
		struct timeline_marker marker = markers[i];
		size_t to = i;

		while (to > 0 && markers[to - 1].time > marker.time) {
			markers[to] = markers[to - 1];
			to--;
		}
		markers[to] = marker;
	}
	ret->markers = markers;
	ret->marker_count = walk->marker_count;
	ret->marker_left_out = walk->marker_left_out;
	return true;
}

bool timeline_walk_finish(struct timeline_walk *walk, struct arena *arena, struct timeline *ret)
{
	struct timeline_bucket *buckets;
	uint64_t open = 0;
	uint64_t latest = 0;

	if (walk->has_pending && !walk->is_empty) {
		gap_close(walk, walk->last);
	}
	*ret = (struct timeline){
		.unit = walk->clock.unit,
		.shift = walk->shift,
		.start = walk->low << walk->shift,
		.bucket_count = (uint32_t)(walk->high - walk->low) + 1,
		.first = walk->first,
		.last = walk->last,
		.peak_bytes = walk->peak_bytes,
		.peak_time = walk->peak_bytes > 0 ? walk->peak_time : walk->first,
		.end_bytes = walk->live,
	};
	buckets = arena_calloc(arena, ret->bucket_count * sizeof(*buckets));
	if (!buckets) {
		return false;
	}
	for (uint32_t i = 0; i < ret->bucket_count; i++) {
		const struct walk_bucket *from = at(walk, walk->low + i);

		open += from->gaps_opened;
		buckets[i].is_gap = open > 0;
		open -= from->gaps_closed;
		buckets[i].lost = from->lost;
		latest = from->has_event ? from->latest : latest;
		buckets[i].highest = from->has_event ? from->highest : latest;
	}
	ret->buckets = buckets;
	return markers_finish(walk, arena, ret);
}
