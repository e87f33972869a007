/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a reader of a binary recording (trace.dat, perf.data) hands on what it found.
 *
 * A text is decoded in parallel, chunk by chunk; a binary recording is read in order
 * by one thread at a time, a batch of events per call, and only matching runs beside
 * it. The reader knows the file; the sink knows batches, call sites and stacks.
 */
#ifndef ANALYZER_INPUT_EVENT_SINK_H
#define ANALYZER_INPUT_EVENT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/base/pointer_hash.h"
#include "analyzer/input/site_table.h"
#include "analyzer/input/slab_event.h"
#include "analyzer/input/stack_capture.h"

/* A reader ends its batch at this many events. */
#define EVENT_SINK_EVENTS 8192u

struct event_sink {
	struct site_cache *sites;
	const struct pointer_hash_key *key;
	struct slab_batch *batch;      /* batch->facts is the reader's to count in */
	struct stack_capture *capture; /* NULL: stacks are not wanted */
	struct stack_batch *stacks;
};

/* One slab event as the file holds it. */
struct sink_event {
	unsigned int flags; /* enum slab_event_flags: FREE, CACHE */
	uint64_t call_site; /* run-time address; allocations only */
	uint64_t pointer;   /* 0: NULL */
	uint64_t bytes_req;
	uint64_t bytes_alloc;
};

/*
 * A reader: `read` fills the sink with the next events (up to EVENT_SINK_EVENTS) and returns
 * 1, 0 at the end of the recording, or an error code. Facts (events lost, other events, bytes)
 * go to sink->batch->facts of the batch they belong to.
 */
struct event_reader {
	void *state;
	int (*read)(void *state, struct event_sink *sink, struct error *err);
	void (*close)(void *state);
	/* A kallsyms text the file carries, in the state's memory; NULL if it has none. */
	const char *(*kallsyms)(void *state, size_t *ret_size);
	uint64_t byte_count; /* size of the file, for progress and the summary */
};

/* Empties the sink's batch for the next read. */
void event_sink_begin(struct event_sink *sink);

static inline bool event_sink_is_full(const struct event_sink *sink)
{
	return sink->batch->event_count >= EVENT_SINK_EVENTS;
}

/* Appends an event; its call site becomes the text "0x<address>". False: no memory. */
bool event_sink_add(struct event_sink *sink, const struct sink_event *event);

/*
 * The stack of the event added last, innermost frame first, as run-time addresses; nothing is
 * done where stacks are not wanted. False: no memory.
 */
bool event_sink_add_stack(struct event_sink *sink, const uint64_t *frames, size_t count);

#endif
