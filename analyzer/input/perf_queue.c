/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_queue.h"

#include <stdlib.h>
#include <string.h>

void perf_queue_release(struct perf_queue *queue)
{
	for (size_t i = queue->taken; i < queue->count; i++) {
		free(queue->events[queue->keys[i].event].frames);
	}
	free(queue->events);
	free(queue->unused);
	free(queue->keys);
	free(queue->merged);
	*queue = (struct perf_queue){0};
}

/* Closes the gap that the keys taken left; nothing is ready then. */
static void compact(struct perf_queue *queue)
{
	if (queue->taken > 0) {
		queue->count -= queue->taken;
		memmove(queue->keys, queue->keys + queue->taken,
			queue->count * sizeof(*queue->keys));
		for (size_t i = 0; i < queue->run_count; i++) {
			queue->runs[i] -= queue->taken;
		}
		queue->taken = 0;
	}
	queue->ready = 0;
}

/* Twice the room; false: no memory. */
static bool grow(struct perf_queue *queue)
{
	size_t capacity = queue->capacity ? queue->capacity * 2 : 1024;
	struct queued_event *events = realloc(queue->events, capacity * sizeof(*events));
	uint32_t *unused;
	struct queue_key *keys;

	queue->events = events ? events : queue->events;
	unused = realloc(queue->unused, capacity * sizeof(*unused));
	queue->unused = unused ? unused : queue->unused;
	keys = realloc(queue->keys, capacity * sizeof(*keys));
	queue->keys = keys ? keys : queue->keys;
	if (!events || !unused || !keys) {
		return false;
	}
	free(queue->merged); /* holds nothing between two sorts */
	queue->merged = malloc(capacity * sizeof(*queue->merged));
	if (!queue->merged) {
		return false;
	}
	for (size_t i = capacity; i > queue->capacity; i--) {
		queue->unused[queue->unused_count++] = (uint32_t)(i - 1);
	}
	queue->capacity = capacity;
	return true;
}

/* Makes room for a key and an event. */
static bool reserve(struct perf_queue *queue)
{
	if (queue->count == queue->capacity && queue->taken > 0) {
		size_t ready = queue->ready - queue->taken;

		compact(queue);
		queue->ready = ready;
	}
	return (queue->count < queue->capacity && queue->unused_count > 0) || grow(queue);
}

/* Merges keys[begin..middle) and keys[middle..end) into ret; of equal ones the first goes first. */
static void merge(const struct queue_key *keys, size_t begin, size_t middle, size_t end,
		  struct queue_key *ret)
{
	size_t left = begin;
	size_t right = middle;

	for (size_t i = begin; i < end; i++) {
		if (left < middle && (right == end || keys[left].time <= keys[right].time)) {
			ret[i] = keys[left++];
		} else {
			ret[i] = keys[right++];
		}
	}
}

/* Merges neighbours, two runs at a time, until one is left. */
static void merge_runs(struct perf_queue *queue)
{
	while (queue->run_count > 0) {
		struct queue_key *swap = queue->keys;
		size_t begin = 0;
		size_t left = 0; /* runs */

		for (size_t i = 0; i <= queue->run_count; i += 2) {
			size_t middle = i < queue->run_count ? queue->runs[i] : queue->count;
			size_t end = i + 1 < queue->run_count ? queue->runs[i + 1] : queue->count;

			merge(queue->keys, begin, middle, end, queue->merged);
			if (end < queue->count) {
				queue->runs[left++] = end;
			}
			begin = end;
		}
		queue->run_count = left;
		queue->keys = queue->merged;
		queue->merged = swap;
	}
}

/* Sorts what came since the last time into what was in order; nothing is ready then. */
static void sort(struct perf_queue *queue)
{
	compact(queue);
	merge_runs(queue);
}

/* The next event is older than the last: a run begins with it. */
static void begin_run(struct perf_queue *queue)
{
	if (queue->run_count == PERF_QUEUE_RUNS) {
		sort(queue);
	}
	queue->runs[queue->run_count++] = queue->count;
}

bool perf_queue_add(struct perf_queue *queue, uint64_t time, const struct sink_event *event,
		    const uint64_t *frames, size_t frame_count)
{
	struct queued_event *queued;
	uint64_t *copy = NULL;
	uint32_t index;

	if (!reserve(queue)) {
		return false;
	}
	if (frame_count > 0) {
		copy = malloc(frame_count * sizeof(*copy));
		if (!copy) {
			return false;
		}
		memcpy(copy, frames, frame_count * sizeof(*copy));
	}
	if (queue->count > queue->taken && time < queue->keys[queue->count - 1].time) {
		begin_run(queue);
	}
	index = queue->unused[--queue->unused_count];
	queued = &queue->events[index];
	queued->event = *event;
	queued->frames = copy;
	queued->frame_count = frame_count;
	queue->keys[queue->count++] = (struct queue_key){time, index};
	queue->frame_count += frame_count;
	if (time > queue->latest) {
		queue->latest = time;
	}
	return true;
}

void perf_queue_end_round(struct perf_queue *queue)
{
	sort(queue);
	while (queue->ready < queue->count &&
	       queue->keys[queue->ready].time <= queue->round_limit) {
		queue->ready++;
	}
	queue->round_limit = queue->latest;
}

void perf_queue_end_half(struct perf_queue *queue)
{
	sort(queue);
	queue->ready = (queue->count + 1) / 2;
}

void perf_queue_end_all(struct perf_queue *queue)
{
	sort(queue);
	queue->ready = queue->count;
}

void perf_queue_drop(struct perf_queue *queue)
{
	uint32_t index = queue->keys[queue->taken++].event;
	struct queued_event *event = &queue->events[index];

	queue->frame_count -= event->frame_count;
	free(event->frames);
	event->frames = NULL;
	queue->unused[queue->unused_count++] = index;
}
