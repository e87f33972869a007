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
#include "analyzer/input/recording_maps.h"
#include "analyzer/input/recording_part.h"
#include "analyzer/input/site_table.h"
#include "analyzer/input/slab_event.h"
#include "analyzer/input/stack_capture.h"
#include "analyzer/input/text_page.h"

/* A reader ends its batch at this many events. */
#define EVENT_SINK_EVENTS 2048u

/* Call sites met lately, by address: formatting and interning are for new ones. */
#define SINK_SITES 1024u

struct sink_site {
	uint64_t address;
	uint32_t next_id; /* the site's id plus one; 0: free */
};

struct sink_sites {
	struct sink_site slots[SINK_SITES];
};

struct sink_event;

/* Who wants page events, and no slab events: false: no memory. */
struct page_sink {
	bool (*event)(void *context, const struct text_page *page, const struct sink_event *where);
	/* The stack of the page event of cpu that came last, innermost frame first. */
	bool (*stack)(void *context, uint32_t cpu, const uint64_t *frames, size_t count);
	/* Another event of cpu. */
	void (*pass)(void *context, uint32_t cpu);
	void *context;
};

struct event_sink {
	struct site_cache *sites;
	struct sink_sites *recent; /* of this recording; all zero at first */
	const struct pointer_hash_key *key;
	struct slab_batch *batch;      /* batch->facts is the reader's to count in */
	struct stack_capture *capture; /* NULL: stacks are not wanted */
	struct stack_batch *stacks;
	struct recording_part *part; /* NULL: all of the recording */
	struct page_sink *pages;     /* NULL: slab events are wanted */
};

/* One slab event as the file holds it. */
struct sink_event {
	unsigned int flags; /* enum slab_event_flags: FREE, CACHE */
	uint32_t cpu;	    /* that recorded it */
	uint32_t pid;	    /* of the thread that did it, if has_pid; 0: the idle thread */
	bool has_pid;
	bool has_time;
	uint8_t kind;	    /* for readers that queue other events too; the sink takes no look */
	uint64_t time_ns;   /* of the recording's own clock, if has_time; else 0 */
	uint64_t call_site; /* run-time address; allocations only */
	uint64_t pointer;   /* as the kernel had it, never hashed; 0: NULL */
	uint64_t bytes_req;
	uint64_t bytes_alloc;
};

/* Of a text written to trace_marker, no reader hands on more. */
#define SINK_MARKER_MAX 1024u

/* Events are missing, nobody knows how many. */
#define SINK_LOST_UNKNOWN UINT64_MAX

/*
 * A reader: `read` fills the sink with the next events (up to EVENT_SINK_EVENTS) and returns
 * 1, 0 at the end of the recording, or an error code. Facts (events lost, other events, bytes)
 * go to sink->batch->facts of the batch they belong to.
 */
struct event_reader {
	void *state;
	int (*read)(void *state, struct event_sink *sink, struct error *err);
	void (*close)(void *state);
	/* How its tool prints it, and what its tasks are called so far. */
	const struct recording_print *print;
	const struct task_names *tasks;
	/* Times of its first and last event; needs only work where the part has percent. */
	int (*span)(void *state, uint64_t *ret_first_ns, uint64_t *ret_last_ns, struct error *err);
	/* A kallsyms text the file carries, in the state's memory; NULL if it has none. */
	const char *(*kallsyms)(void *state, size_t *ret_size);
	/* Where kernel and modules were, in the state's memory; NULL if the file does not say. */
	const struct recording_maps *(*maps)(void *state);
	/* Of the recorded kernel, 0 if unknown; complete at the end. */
	uint32_t (*page_size)(void *state);
	uint64_t byte_count; /* size of the file, for progress and the summary */
};

/* Empties the sink's batch for the next read. */
void event_sink_begin(struct event_sink *sink);

static inline bool event_sink_is_full(const struct event_sink *sink)
{
	return sink->batch->event_count >= EVENT_SINK_EVENTS;
}

/*
 * Is the event, no slab event, in the part asked for? Only then it counts. marker: what was
 * written to trace_marker, if event is that; else NULL.
 */
static inline bool event_sink_keeps(struct event_sink *sink, const struct sink_event *event,
				    const char *marker, size_t marker_length)
{
	return !sink->part || recording_part_keeps(sink->part, event, marker, marker_length);
}

/*
 * Appends an event if it is in the part (where page events are wanted: counts it); its call site
 * becomes the text "0x<address>". False: no memory.
 */
bool event_sink_add(struct event_sink *sink, const struct sink_event *event);

/* A page event, if it is in the part. False: no memory. */
bool event_sink_page(struct event_sink *sink, const struct text_page *page,
		     const struct sink_event *where);

/*
 * What user space wrote to trace_marker (ftrace:print), without its newline, not terminated.
 * Comes in the order of time with the events.
 */
void event_sink_marker(struct event_sink *sink, uint64_t time_ns, const char *text, size_t length);

/* count events of cpu (SINK_LOST_UNKNOWN: some) are missing before time_ns; 0: time unknown. */
void event_sink_lost(struct event_sink *sink, uint32_t cpu, uint64_t count, uint64_t time_ns);

/*
 * An event of cpu that is no slab event: a stack behind it is not the last slab event's.
 * For readers whose stacks are records of their own.
 */
void event_sink_pass(struct event_sink *sink, uint32_t cpu);

/*
 * The stack of the event that cpu added last and has none yet, innermost frame first, as
 * run-time addresses; nothing is done where stacks are not wanted. False: no memory.
 */
bool event_sink_add_stack(struct event_sink *sink, uint32_t cpu, const uint64_t *frames,
			  size_t count);

#endif
