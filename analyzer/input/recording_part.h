/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Part of a binary recording (event_part.h), event by event.
 *
 * It is the part that the text has which the recording's own tool prints (trace-cmd report,
 * perf script), so times are compared as printed, in microseconds, unless an edge is given
 * more exactly; and tasks are called what the tool calls them.
 */
#ifndef ANALYZER_INPUT_RECORDING_PART_H
#define ANALYZER_INPUT_RECORDING_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/input/event_part.h"
#include "analyzer/input/task_names.h"

struct sink_event;

/* How a tool prints its recordings. */
struct recording_print {
	unsigned int rounding_ns; /* added before a time is cut to microseconds */
	/* Fills text with the name of a task that the recording has no name of. */
	void (*unnamed)(uint32_t pid, char text[TASK_NAME_SIZE]);
};

struct recording_part {
	struct part_filter filter;
	struct event_part part; /* with percent made times; what filter.part is */
	const struct recording_print *print;
	const struct task_names *tasks; /* of the reader */
	bool is_exact;			/* times are compared to the nanosecond */
};

/*
 * first_ns and last_ns: of the recording, needed where the part has percent
 * (event_part_has_percent). print and tasks must outlive ret.
 */
void recording_part_init(struct recording_part *ret, const struct event_part *part,
			 const struct recording_print *print, const struct task_names *tasks,
			 uint64_t first_ns, uint64_t last_ns);

/* marker: what was written to trace_marker, if event is that; else NULL. */
bool recording_part_keeps(struct recording_part *part, const struct sink_event *event,
			  const char *marker, size_t marker_length);

/* The task of an event, as the tool prints it; space is for names made up. */
const char *recording_task(const struct recording_print *print, const struct task_names *tasks,
			   uint32_t pid, char space[TASK_NAME_SIZE]);

#endif
