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

/* Where the run that begins at `begin` ends: before the first key that is out of order. */
static size_t run_end(const struct queue_key *keys, size_t begin, size_t count)
{
	size_t end = begin + 1;

	while (end < count && keys[end - 1].time <= keys[end].time) {
		end++;
	}
	return end < count ? end : count;
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

/* Sorts what came since the last time into what was in order. */
static void sort(struct perf_queue *queue)
{
	bool is_sorted = false;

	compact(queue);
	while (!is_sorted) {
		size_t begin = 0;
		size_t middle = run_end(queue->keys, 0, queue->count);
		struct queue_key *swap = queue->keys;

		is_sorted = middle == queue->count;
		for (; !is_sorted && begin < queue->count;
		     middle = run_end(queue->keys, begin, queue->count)) {
			size_t end = middle < queue->count
					     ? run_end(queue->keys, middle, queue->count)
					     : middle;

			merge(queue->keys, begin, middle, end, queue->merged);
			begin = end;
		}
		if (!is_sorted) {
			queue->keys = queue->merged;
			queue->merged = swap;
		}
	}
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
