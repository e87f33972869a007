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
 * What waits is thus made of a few runs in order, one per CPU and one left over from
 * the round before: they are merged, two neighbours at a time.
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

#define PERF_QUEUE_EVENTS (256u * 1024u)
#define PERF_QUEUE_FRAMES (1024u * 1024u) /* of the call chains that wait */

/* Runs that are remembered; more are merged as they come. */
#define PERF_QUEUE_RUNS 255u

struct queued_event {
	struct sink_event event;
	uint64_t *frames; /* owned; NULL: no call chain */
	size_t frame_count;
};

/* What is sorted: events stay where they are. */
struct queue_key {
	uint64_t time;
	uint32_t event; /* index */
};

struct perf_queue {
	struct queued_event *events;
	uint32_t *unused; /* indices of events without a key, a stack */
	struct queue_key *keys;
	struct queue_key *merged; /* scratch for sorting */
	size_t capacity;	  /* of all four */
	size_t count;		  /* keys */
	size_t unused_count;
	size_t runs[PERF_QUEUE_RUNS]; /* where the runs behind the first one begin */
	size_t run_count;	      /* of these */
	size_t ready;		      /* keys[taken..ready) are in order and may go */
	size_t taken;
	uint64_t latest;      /* time of any event so far */
	uint64_t round_limit; /* what `latest` was when the round before ended */
	size_t frame_count;   /* of all that wait */
};

void perf_queue_release(struct perf_queue *queue);

/* Is there no room for another before some are taken? */
static inline bool perf_queue_is_full(const struct perf_queue *queue)
{
	return queue->count - queue->taken >= PERF_QUEUE_EVENTS ||
	       queue->frame_count >= PERF_QUEUE_FRAMES;
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
	return queue->taken < queue->ready ? &queue->events[queue->keys[queue->taken].event] : NULL;
}
void perf_queue_drop(struct perf_queue *queue);

#endif
