/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples put into the order of their times.
 *
 * perf copies one CPU's buffer after the other: the records of one CPU are in order,
 * those of all are not. It marks the end of each round over all buffers
 * (FINISHED_ROUND): whatever a later round brings is younger than everything that had
 * been read when the round before ended, so events up to that round's latest time may
 * go. Equal times keep the file's order.
 *
 * What waits is thus made of a few runs in order, one per CPU and round: events stay where
 * they came in, and a heap of the runs, by the time of each one's next event, says which
 * goes. An event is written once and read once. The room of those that went is used again
 * when the array is full.
 *
 * Memory is bounded: when PERF_QUEUE_EVENTS wait (perf's own buffers hold fewer on 100
 * CPUs), the older half goes without waiting for its round.
 */
#ifndef ANALYZER_INPUT_PERF_QUEUE_H
#define ANALYZER_INPUT_PERF_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/input/event_sink.h"

/* Three quarters of a power of two: see reserve_event. */
#define PERF_QUEUE_EVENTS (192u * 1024u)
#define PERF_QUEUE_FRAMES (1024u * 1024u) /* of the call chains that wait */

struct queued_event {
	uint64_t time;
	struct sink_event event;
	uint64_t *frames; /* owned; NULL: no call chain */
	size_t frame_count;
};

/* Neighbours in order: events[next..end). */
struct perf_run {
	uint64_t time;	/* of the next one */
	uint64_t order; /* runs that came first go first where times are equal */
	size_t next, end;
};

struct perf_queue {
	struct queued_event *events; /* [0..end), in the order they came */
	size_t end, capacity;
	size_t count;	       /* of those that wait */
	struct perf_run *runs; /* the first heap_count are a heap; the last one still grows */
	size_t run_count, run_capacity;
	size_t heap_count;
	uint64_t next_order;
	size_t left;	      /* events that may still go, */
	uint64_t limit;	      /* up to this time, out of the heap */
	uint64_t latest;      /* time of any event so far */
	uint64_t round_limit; /* what `latest` was when the round before ended */
	size_t frame_count;   /* of all that wait */
};

void perf_queue_release(struct perf_queue *queue);

/* Is there no room for another before some are taken? */
static inline bool perf_queue_is_full(const struct perf_queue *queue)
{
	return queue->count >= PERF_QUEUE_EVENTS || queue->frame_count >= PERF_QUEUE_FRAMES;
}

/* Adds an event, with a copy of its frames. False: no memory. */
bool perf_queue_add(struct perf_queue *queue, uint64_t time, const struct sink_event *event,
		    const uint64_t *frames, size_t frame_count);

/* Makes ready: what the end of a round lets go; the older half; everything. */
void perf_queue_end_round(struct perf_queue *queue);
void perf_queue_end_half(struct perf_queue *queue);
void perf_queue_end_all(struct perf_queue *queue);

/* The next event that may go, or NULL; it stays valid until perf_queue_drop. */
static inline const struct queued_event *perf_queue_peek(const struct perf_queue *queue)
{
	const struct perf_run *run = queue->runs;

	return queue->heap_count > 0 && queue->left > 0 && run->time <= queue->limit
		       ? &queue->events[run->next]
		       : NULL;
}
void perf_queue_drop(struct perf_queue *queue);

#endif
