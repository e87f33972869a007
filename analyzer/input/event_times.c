/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/event_times.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/sparse.h"

bool event_times_init(struct event_times *times, size_t capacity)
{
	*times = (struct event_times){
		.times = sparse_alloc(capacity * sizeof(*times->times)),
		.capacity = capacity,
	};
	return times->times != NULL;
}

void event_times_release(struct event_times *times)
{
	sparse_free(times->times, times->capacity * sizeof(*times->times));
	free(times->losses);
	free(times->markers);
	*times = (struct event_times){0};
}

void event_times_reset(struct event_times *times)
{
	if (event_times_wanted(times)) {
		times->seen = 0;
		memset(times->cpu_next, 0, sizeof(times->cpu_next));
		times->loss_count = 0;
		times->marker_count = 0;
	}
}

/* Room for one more element; the array, or NULL without memory. */
static void *one_more(void *array, size_t count, size_t *capacity, size_t element)
{
	size_t larger = *capacity ? *capacity * 2 : 16;
	void *grown;

	if (count < *capacity) {
		return array;
	}
	grown = realloc(array, larger * element);
	if (grown) {
		*capacity = larger;
	}
	return grown;
}

void event_times_add_loss(struct event_times *times, const struct event_loss *loss)
{
	struct event_loss *losses;

	if (!event_times_wanted(times)) {
		return;
	}
	losses = one_more(times->losses, times->loss_count, &times->loss_capacity, sizeof(*losses));
	if (!losses) {
		times->failed = true;
		return;
	}
	times->losses = losses;
	losses[times->loss_count] = *loss;
	/* the last event of that CPU so far, which more may follow: a number until it is settled */
	losses[times->loss_count++].before =
		loss->cpu < EVENT_TIMES_CPUS ? times->cpu_next[loss->cpu] : loss->position;
}

void event_times_add_marker(struct event_times *times, uint32_t position, uint64_t stamp,
			    const char *text, size_t length)
{
	struct event_marker *markers;
	struct event_marker *marker;

	if (!event_times_wanted(times)) {
		return;
	}
	markers = one_more(times->markers, times->marker_count, &times->marker_capacity,
			   sizeof(*markers));
	if (!markers) {
		times->failed = true;
		return;
	}
	times->markers = markers;
	marker = &markers[times->marker_count++];
	marker->position = position;
	marker->time = stamp;
	marker->length = (uint32_t)(length < EVENT_MARKER_MAX ? length : EVENT_MARKER_MAX);
	memcpy(marker->text, text, marker->length);
}

static enum event_clock_unit unit_of(uint64_t stamp)
{
	if (stamp == EVENT_STAMP_NONE) {
		return EVENT_CLOCK_NUMBER;
	}
	return stamp & EVENT_STAMP_TICKS ? EVENT_CLOCK_TICKS : EVENT_CLOCK_NS;
}

static void settle_events(struct event_times *times, uint32_t count, struct event_clock *clock)
{
	uint64_t last = clock->last;

	if (clock->unit == EVENT_CLOCK_NUMBER) {
		for (uint32_t i = 0; i < count; i++) {
			times->times[i] = clock->event_count + i;
		}
		return;
	}
	/* nanoseconds throughout, as ever: they are times already */
	if (clock->unit == EVENT_CLOCK_NS && !(times->seen & EVENT_STAMP_TICKS)) {
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (unit_of(times->times[i]) == clock->unit) {
			last = times->times[i] & ~EVENT_STAMP_TICKS;
		}
		times->times[i] = last;
	}
}

/* The time in front of which nothing of this batch is known. */
static uint64_t time_before(const struct event_times *times, uint32_t position,
			    const struct event_clock *clock)
{
	return position > 0 ? times->times[position - 1] : clock->last;
}

static void settle_losses(struct event_times *times, const struct event_clock *clock)
{
	for (size_t i = 0; i < times->loss_count; i++) {
		struct event_loss *loss = &times->losses[i];
		uint32_t next = (uint32_t)loss->before;

		if (loss->from_beginning) {
			loss->before = clock->first;
		} else if (clock->unit == EVENT_CLOCK_NUMBER) {
			loss->before = time_before(times, loss->position, clock); /* CPUs unknown */
		} else if (next > 0 || loss->cpu >= EVENT_TIMES_CPUS) {
			loss->before = time_before(times, next, clock);
		} else {
			loss->before = clock->cpu_last[loss->cpu].seen
					       ? clock->cpu_last[loss->cpu].time
					       : clock->first;
		}
	}
}

void event_times_settle(struct event_times *times, uint32_t count, struct event_clock *clock)
{
	if (!clock->is_known && count > 0) {
		clock->is_known = true;
		clock->unit = unit_of(times->times[0]);
	}
	settle_events(times, count, clock);
	if (clock->event_count == 0 && count > 0) {
		clock->first = clock->last = times->times[0];
	}
	settle_losses(times, clock);
	for (size_t i = 0; i < times->marker_count; i++) {
		struct event_marker *marker = &times->markers[i];

		if (clock->is_known && clock->unit != EVENT_CLOCK_NUMBER &&
		    unit_of(marker->time) == clock->unit) {
			marker->time &= ~EVENT_STAMP_TICKS;
		} else {
			marker->time = time_before(times, marker->position, clock);
		}
	}
	for (uint32_t cpu = 0; cpu < EVENT_TIMES_CPUS; cpu++) {
		if (times->cpu_next[cpu] > 0) {
			clock->cpu_last[cpu].seen = true;
			clock->cpu_last[cpu].time = times->times[times->cpu_next[cpu] - 1];
		}
	}
	clock->last = count > 0 ? times->times[count - 1] : clock->last;
	clock->event_count += count;
}
