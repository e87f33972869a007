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

/* Three quarters of a power of two: see perf_queue_reserve. */
#define PERF_QUEUE_EVENTS (192u * 1024u)
#define PERF_QUEUE_FRAMES (1024u * 1024u) /* of the call chains that wait */

/* A cache line on 64-bit machines; event.time_ns is what they are ordered by. */
struct queued_event {
	struct sink_event event;
	uint64_t *chain; /* owned: how many frames, then these; NULL: none */
};

/* The frames of an event's call chain, NULL if it has none. */
static inline const uint64_t *queued_frames(const struct queued_event *queued, size_t *ret_count)
{
	*ret_count = queued->chain ? (size_t)queued->chain[0] : 0;
	return queued->chain ? queued->chain + 1 : NULL;
}

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
	uint64_t run_limit;   /* up to this time the run at the top keeps its place */
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

bool perf_queue_reserve(struct perf_queue *queue); /* the rare part of perf_queue_room */

/*
 * Adding an event takes two steps, so that it is written where it waits: room for it, its
 * content undefined (NULL: no memory), and, once it is filled in, its place in the order,
 * with a copy of its frames (false: no memory). The room that was not put is given again.
 */
static inline struct sink_event *perf_queue_room(struct perf_queue *queue)
{
	return queue->end < queue->capacity || perf_queue_reserve(queue)
		       ? &queue->events[queue->end].event
		       : NULL;
}
bool perf_queue_put(struct perf_queue *queue, const uint64_t *frames, size_t frame_count);

/* The rare part of perf_queue_put_event: a run begins with the event in the room. */
bool perf_queue_begin_run(struct perf_queue *queue);

/* As perf_queue_put, without a call chain. */
static inline bool perf_queue_put_event(struct perf_queue *queue)
{
	struct queued_event *queued = &queue->events[queue->end];
	const uint64_t time = queued->event.time_ns;

	queued->chain = NULL;
	/* the last run has gone into the heap, or the event is older than its last */
	if ((queue->run_count == queue->heap_count || time < queued[-1].event.time_ns) &&
	    !perf_queue_begin_run(queue)) {
		return false;
	}
	queue->runs[queue->run_count - 1].end = ++queue->end;
	queue->count++;
	queue->latest = time > queue->latest ? time : queue->latest;
	return true;
}

/* Both steps, for an event that stands elsewhere. False: no memory. */
bool perf_queue_add(struct perf_queue *queue, const struct sink_event *event,
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

/* The rare part of perf_queue_drop: of a call chain; of a run that loses its place. */
void perf_queue_drop_chain(struct perf_queue *queue, struct queued_event *event);
void perf_queue_settle(struct perf_queue *queue);

/* Takes away what perf_queue_peek returned. */
static inline void perf_queue_drop(struct perf_queue *queue)
{
	struct perf_run *run = queue->runs;
	struct queued_event *event = &queue->events[run->next];

	if (event->chain) {
		perf_queue_drop_chain(queue, event);
	}
	queue->count--;
	queue->left--;
	if (++run->next < run->end) {
		run->time = event[1].event.time_ns;
		if (run->time <= queue->run_limit) {
			return;
		}
	}
	perf_queue_settle(queue);
}

#endif
