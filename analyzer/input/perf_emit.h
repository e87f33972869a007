/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a perf.data waits in the queue, and how it is handed on when its turn comes.
 */
#ifndef ANALYZER_INPUT_PERF_EMIT_H
#define ANALYZER_INPUT_PERF_EMIT_H

#include <stdbool.h>

#include "analyzer/input/event_sink.h"
#include "analyzer/input/perf_queue.h"
#include "analyzer/input/task_names.h"

/* sink_event.kind */
enum queued_kind {
	QUEUED_SLAB,
	QUEUED_MARKER, /* frames: its text, bytes_req long */
	QUEUED_LOST,   /* bytes_req of them */
	QUEUED_COMM,   /* what pid is called: as a marker's text */
	QUEUED_FORK,   /* pid is made by the thread bytes_req */
	QUEUED_PAGE,   /* pointer: pfn, bytes_req: order, bytes_alloc: migrate type,
			  call_site: enum text_page_kind */
	QUEUED_OTHER,  /* the rest: counted, if in the part */
	QUEUED_DAMAGED,
};

/* As perf script prints a recording. */
extern const struct recording_print perf_script_print;

/* Counts an event of the last three kinds. */
void perf_count_other(struct trace_facts *facts, enum queued_kind kind);

/* Hands an event on; what tasks are called goes to tasks. False: no memory. */
bool perf_emit(const struct queued_event *queued, struct task_names *tasks,
	       struct event_sink *sink);

#endif
