/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_queue.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS_FIRST 512u
#define RUNS_FIRST   16u

void perf_queue_release(struct perf_queue *queue)
{
	for (size_t i = 0; i < queue->run_count; i++) {
		for (size_t j = queue->runs[i].next; j < queue->runs[i].end; j++) {
			free(queue->events[j].chain);
		}
	}
	free(queue->events);
	free(queue->runs);
	*queue = (struct perf_queue){0};
}

static bool goes_first(const struct perf_run *a, const struct perf_run *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

/* The one below that goes first; heap_count: there is none. */
static size_t child_of(const struct perf_queue *queue, size_t at)
{
	size_t child = at * 2 + 1;

	if (child >= queue->heap_count) {
		return queue->heap_count;
	}
	return child + 1 < queue->heap_count &&
			       goes_first(&queue->runs[child + 1], &queue->runs[child])
		       ? child + 1
		       : child;
}

/* Lets a run sink to where it belongs: nearly always it stays. */
static void sift_down(struct perf_queue *queue, size_t at)
{
	struct perf_run *runs = queue->runs;
	size_t child = child_of(queue, at);
	struct perf_run run;

	if (child == queue->heap_count || !goes_first(&runs[child], &runs[at])) {
		return;
	}
	run = runs[at];
	do {
		runs[at] = runs[child];
		at = child;
		child = child_of(queue, at);
	} while (child < queue->heap_count && goes_first(&runs[child], &run));
	runs[at] = run;
}

/* Takes the first run behind the heap into it. */
static void sift_up(struct perf_queue *queue)
{
	struct perf_run *runs = queue->runs;
	size_t at = queue->heap_count++;
	const struct perf_run run = runs[at];

	while (at > 0 && goes_first(&run, &runs[(at - 1) / 2])) {
		runs[at] = runs[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	runs[at] = run;
}

static int compare_orders(const void *a, const void *b)
{
	const struct perf_run *x = a;
	const struct perf_run *y = b;

	return x->order < y->order ? -1 : 1;
}

/* Moves what waits to the front of the array. */
static void compact(struct perf_queue *queue)
{
	size_t end = 0;

	/* as they stand in the array; what is no heap yet keeps its place behind it */
	qsort(queue->runs, queue->heap_count, sizeof(*queue->runs), compare_orders);
	for (size_t i = 0; i < queue->run_count; i++) {
		struct perf_run *run = &queue->runs[i];
		size_t count = run->end - run->next;

		memmove(&queue->events[end], &queue->events[run->next],
			count * sizeof(*queue->events));
		run->next = end;
		run->end = end += count;
	}
	queue->end = end;
	for (size_t i = queue->heap_count / 2; i > 0; i--) {
		sift_down(queue, i - 1);
	}
}

/* By moving, as long as a quarter of the array is free then. */
bool perf_queue_reserve(struct perf_queue *queue)
{
	size_t capacity = queue->capacity ? queue->capacity * 2 : EVENTS_FIRST;
	struct queued_event *events;

	if (queue->capacity > 0) {
		compact(queue);
	}
	if (queue->end < queue->capacity / 4 * 3) {
		return true;
	}
	events = realloc(queue->events, capacity * sizeof(*events));
	if (!events) {
		return false;
	}
	queue->events = events;
	queue->capacity = capacity;
	return true;
}

bool perf_queue_begin_run(struct perf_queue *queue)
{
	const uint64_t time = queue->events[queue->end].event.time_ns;

	if (queue->run_count == queue->run_capacity) {
		size_t capacity = queue->run_capacity ? queue->run_capacity * 2 : RUNS_FIRST;
		struct perf_run *runs = realloc(queue->runs, capacity * sizeof(*runs));

		if (!runs) {
			return false;
		}
		queue->runs = runs;
		queue->run_capacity = capacity;
	}
	queue->runs[queue->run_count++] =
		(struct perf_run){time, queue->next_order++, queue->end, queue->end};
	return true;
}

/* A copy of frames behind their number; NULL: no memory. */
static uint64_t *copy_chain(const uint64_t *frames, size_t count)
{
	uint64_t *chain = malloc((count + 1) * sizeof(*chain));

	if (chain) {
		chain[0] = count;
		memcpy(chain + 1, frames, count * sizeof(*chain));
	}
	return chain;
}

bool perf_queue_put(struct perf_queue *queue, const uint64_t *frames, size_t frame_count)
{
	uint64_t *chain = NULL;

	if (frame_count > 0 && !(chain = copy_chain(frames, frame_count))) {
		return false;
	}
	if (!perf_queue_put_event(queue)) {
		free(chain);
		return false;
	}
	queue->events[queue->end - 1].chain = chain;
	queue->frame_count += frame_count;
	return true;
}

bool perf_queue_add(struct perf_queue *queue, const struct sink_event *event,
		    const uint64_t *frames, size_t frame_count)
{
	struct sink_event *room = perf_queue_room(queue);

	if (!room) {
		return false;
	}
	*room = *event;
	return perf_queue_put(queue, frames, frame_count);
}

/* Up to the time of the run that would follow; at that time itself the older one goes first. */
static void limit_run(struct perf_queue *queue)
{
	size_t second = child_of(queue, 0);

	queue->run_limit = UINT64_MAX;
	if (second < queue->heap_count) {
		/* not below 0: a younger one at the top has an earlier time */
		queue->run_limit = queue->runs[second].time -
				   (queue->runs[0].order > queue->runs[second].order);
	}
}

/* Lets up to left events go, up to a time; what was let go before and is still here may not. */
static void let_go(struct perf_queue *queue, size_t left, uint64_t limit)
{
	while (queue->heap_count < queue->run_count) {
		sift_up(queue);
	}
	queue->left = left;
	queue->limit = limit;
	limit_run(queue);
}

void perf_queue_end_round(struct perf_queue *queue)
{
	let_go(queue, SIZE_MAX, queue->round_limit);
	queue->round_limit = queue->latest;
}

void perf_queue_end_half(struct perf_queue *queue)
{
	let_go(queue, (queue->count + 1) / 2, UINT64_MAX);
}

void perf_queue_end_all(struct perf_queue *queue)
{
	let_go(queue, SIZE_MAX, UINT64_MAX);
}

/* The run at the top is at its end: the last of the heap takes its place. */
static void end_run(struct perf_queue *queue)
{
	size_t last = --queue->heap_count;

	queue->runs[0] = queue->runs[last];
	queue->run_count--;
	/* what is no heap yet closes up to it */
	memmove(&queue->runs[last], &queue->runs[last + 1],
		(queue->run_count - last) * sizeof(*queue->runs));
}

void perf_queue_drop_chain(struct perf_queue *queue, struct queued_event *event)
{
	queue->frame_count -= (size_t)event->chain[0];
	free(event->chain);
}

void perf_queue_settle(struct perf_queue *queue)
{
	if (queue->runs[0].next == queue->runs[0].end) {
		end_run(queue);
	}
	sift_down(queue, 0);
	limit_run(queue);
}
