/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What perf.data says of names: they go through the queue, as events do, for a thread can
 * change its name (perf_emit.h).
 */
#ifndef ANALYZER_INPUT_PERF_TASKS_H
#define ANALYZER_INPUT_PERF_TASKS_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/input/perf_queue.h"
#include "analyzer/input/perf_sample.h"
#include "analyzer/input/perf_stream.h"

/* Queues an event with a text of at most SINK_MARKER_MAX. False: no memory. */
bool perf_queue_text(struct perf_queue *queue, struct sink_event *event, const char *text,
		     size_t length);

/* Queues what a COMM or FORK record says. False: no memory. */
bool perf_tasks_queue(struct perf_queue *queue, const struct perf_attrs *attrs,
		      const struct perf_record *record, bool is_big);

#endif
