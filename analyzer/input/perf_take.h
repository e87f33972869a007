/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader of perf.data holds, and what it does with each record. Private to perf_reader.c
 * and perf_take.c.
 */
#ifndef ANALYZER_INPUT_PERF_TAKE_H
#define ANALYZER_INPUT_PERF_TAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/input/event_sink.h"
#include "analyzer/input/perf_queue.h"
#include "analyzer/input/perf_sample.h"
#include "analyzer/input/perf_stream.h"
#include "analyzer/input/recording_file.h"
#include "analyzer/input/recording_maps.h"
#include "analyzer/input/task_names.h"
#include "analyzer/input/tracing_header.h"

struct perf_reader {
	const char *name;
	bool is_big;
	struct recording_file file; /* file mode */
	struct perf_stream stream;
	struct perf_attrs attrs;
	struct tracing_header tracing;
	struct perf_queue queue;
	struct recording_maps maps;
	uint64_t reported;	  /* stream.position at the end of the last call */
	uint64_t lost_in_records; /* LOST */
	uint64_t lost_in_samples; /* LOST_SAMPLES */
	struct task_names tasks;
	bool want_tasks;
	uint32_t cpu_count;
	bool is_ended; /* all records were read */
	bool is_done;
	uint64_t frames[STACK_FRAMES_MAX];
};

/* Queues a record's event, or keeps what it tells. 0 or an error. */
int perf_take_record(struct perf_reader *r, const struct perf_record *record,
		     struct event_sink *sink, struct error *err);

#endif
