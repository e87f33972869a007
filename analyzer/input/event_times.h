/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the events of a batch happened, and what stood between them: markers and losses.
 * Kept only where somebody asks for a timeline.
 *
 * A decoder notes a stamp for each slab event, by its sequence number. Decoders work on
 * chunks and know nothing of the trace around theirs; so stamps become times in a second
 * step, in trace order (event_times_settle):
 *
 *   - The trace's first slab event says what its clock is: nanoseconds (every clock that
 *     ftrace prints as seconds, and latency-format's microseconds), ticks (the clocks
 *     counter, uptime and x86-tsc, printed as whole numbers), or none. Where there is none the
 *     time of an event is its number in the trace, from 0.
 *   - An event without a stamp, or with one of another kind, happened when the one
 *     before it did.
 *
 * Times are in the order of the trace, which need not be their own: clocks of CPUs differ.
 */
#ifndef ANALYZER_INPUT_EVENT_TIMES_H
#define ANALYZER_INPUT_EVENT_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a stamp: it counts ticks. Without it: nanoseconds. */
#define EVENT_STAMP_TICKS (1ull << 63)
/* No stamp; it has the bit above. */
#define EVENT_STAMP_NONE UINT64_MAX

/* CPUs above know only the trace's order. */
#define EVENT_TIMES_CPUS 256u

/* The longest text of a marker that is kept, in bytes. */
#define EVENT_MARKER_MAX 120u

enum event_clock_unit { EVENT_CLOCK_NS, EVENT_CLOCK_TICKS, EVENT_CLOCK_NUMBER };

/* Events that the recording did not keep. */
struct event_loss {
	uint32_t position; /* sequence number of the event behind it, at most the event count */
	uint32_t cpu;
	uint64_t count; /* 0: not told */
	/* Between the CPU's last event, or the trace's beginning, and the event behind. */
	bool from_beginning; /* what CPU had before its first event was overwritten */
	uint64_t before;     /* time; set by event_times_settle */
};

/* A line of trace_marker. */
struct event_marker {
	uint32_t position; /* of the event behind it */
	uint64_t time;	   /* a stamp until event_times_settle */
	uint32_t length;
	char text[EVENT_MARKER_MAX]; /* not NUL-terminated, as found: any bytes */
};

struct event_times {
	uint64_t *times;		     /* by sequence number; NULL: nobody asks */
	size_t capacity;		     /* of times */
	uint64_t seen;			     /* all stamps or-ed */
	uint32_t cpu_next[EVENT_TIMES_CPUS]; /* last event of each CPU plus 1; 0: none here */
	struct event_loss *losses;
	size_t loss_count;
	size_t loss_capacity;
	struct event_marker *markers;
	size_t marker_count;
	size_t marker_capacity;
	bool failed; /* a loss or a marker had no room: no memory */
};

/* capacity: events. False: no memory. */
bool event_times_init(struct event_times *times, size_t capacity);
void event_times_release(struct event_times *times);
void event_times_reset(struct event_times *times);

static inline bool event_times_wanted(const struct event_times *times)
{
	return times->times != NULL;
}

/* The event with this sequence number, of cpu (UINT32_MAX: unknown), happened at stamp. */
static inline void event_times_put(struct event_times *times, uint32_t sequence, uint32_t cpu,
				   uint64_t stamp)
{
	times->times[sequence] = stamp;
	times->seen |= stamp;
	if (cpu < EVENT_TIMES_CPUS) {
		times->cpu_next[cpu] = sequence + 1;
	}
}

/* Nothing is done where nobody asks. Without memory `failed` is set and seen later. */
void event_times_add_loss(struct event_times *times, const struct event_loss *loss);
void event_times_add_marker(struct event_times *times, uint32_t position, uint64_t stamp,
			    const char *text, size_t length);

/* What settling carries from batch to batch. All zero at first. */
struct event_clock {
	bool is_known; /* an event has been seen */
	enum event_clock_unit unit;
	uint64_t event_count;
	uint64_t first; /* time of the first event in trace order */
	uint64_t last;	/* of the last one */
	struct {
		bool seen;
		uint64_t time;
	} cpu_last[EVENT_TIMES_CPUS];
};

/* Turns the stamps of a batch of count events into times; batches in trace order. */
void event_times_settle(struct event_times *times, uint32_t count, struct event_clock *clock);

#endif
