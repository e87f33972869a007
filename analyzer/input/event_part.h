/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Part of a trace: a window of time, and whose allocations count.
 *
 * Left out are every event outside the window, and allocations (never frees: any free
 * event frees an object) of other CPUs, tasks or PIDs. Header lines, losses and what is no
 * event pass; the frames of a stack go with the line above them. Time is that of the trace's own
 * clock.
 *
 * Of a text, a layer between its bytes and its decoders leaves lines out; readers of binary
 * recordings ask before they hand an event on (recording_part.h).
 */
#ifndef ANALYZER_INPUT_EVENT_PART_H
#define ANALYZER_INPUT_EVENT_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/byte_source.h"

enum part_edge_kind {
	PART_EDGE_NONE,
	PART_EDGE_TIME,	   /* nanoseconds */
	PART_EDGE_PERCENT, /* of the time from the first to the last event: a plain file's only */
	PART_EDGE_MARKER,  /* the first trace_marker line that holds the text */
};

struct part_edge {
	enum part_edge_kind kind;
	uint64_t time_ns;
	unsigned int percent;
	const char *marker; /* borrowed */
};

/* All zero: everything. from and to belong to the part. */
struct event_part {
	struct part_edge from;
	struct part_edge to;
	bool has_cpu;
	bool has_pid;
	uint32_t cpu;
	uint64_t pid;
	const char *task; /* command, as the trace prints it; NULL: any. Borrowed */
};

static inline bool event_part_is_all(const struct event_part *part)
{
	return !part || (!part->from.kind && !part->to.kind && !part->has_cpu && !part->has_pid &&
			 !part->task);
}

static inline bool event_part_has_percent(const struct event_part *part)
{
	return part && (part->from.kind == PART_EDGE_PERCENT || part->to.kind == PART_EDGE_PERCENT);
}

static inline bool event_part_has_marker(const struct event_part *part)
{
	return part->from.kind == PART_EDGE_MARKER || part->to.kind == PART_EDGE_MARKER;
}

/* Does it tell CPUs, PIDs or tasks apart? */
static inline bool event_part_has_place(const struct event_part *part)
{
	return part->has_cpu || part->has_pid || part->task;
}

/* Turns percent into times, of the time from the first event to the last. */
void event_part_set_span(struct event_part *part, uint64_t first_ns, uint64_t last_ns);

/*
 * Turns percent into times, from the first event of a trace's beginning and the last of its
 * end. False where there is none, or where the last is not behind the first.
 */
bool event_part_resolve(struct event_part *part, const char *head, size_t head_size,
			const char *tail, size_t tail_size);

/* What of an event decides. */
struct part_event {
	uint64_t time_ns;
	uint32_t cpu;
	bool is_free; /* it gives memory back, and so counts whoever does it */
	uint64_t pid;
	const char *task; /* not terminated */
	size_t task_length;
	const char *marker; /* what was written to trace_marker; NULL: another event */
	size_t marker_length;
};

/* Which events of a trace, told in its order, are in the part. */
struct part_filter {
	const struct event_part *part;
	bool from_seen;
	bool to_seen;
	uint64_t left_out_count;
	uint64_t kept_count;
};

bool part_filter_keeps(struct part_filter *filter, const struct part_event *event);

/* At the end: ERROR_INPUT where a marker was not in the trace, or no event in the part. */
int part_filter_check(const struct part_filter *filter, struct error *err);

/* The layer. What its filter counts is complete at the end. */
struct part_source {
	struct byte_source source;
	struct byte_source *below;
	struct part_filter filter;
	char *line; /* the beginning of one that its block does not end */
	size_t line_length;
	char *out;
	size_t out_length;
	size_t out_capacity;
	bool at_end;
	bool keeping; /* the last line with a context was kept */
};

int part_source_init(struct part_source *layer, struct byte_source *below,
		     const struct event_part *part, struct error *err);
void part_source_release(struct part_source *layer);

#endif
