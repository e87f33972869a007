/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of a perf.data file, its attributes and the formats of its events.
 */
#ifndef ANALYZER_INPUT_PERF_HEADER_H
#define ANALYZER_INPUT_PERF_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/perf_sample.h"
#include "analyzer/input/recording_file.h"
#include "analyzer/input/tracing_header.h"

#define PERF_HEADER_SIZE      104u
#define PERF_PIPE_HEADER_SIZE 16u

/* Largest description of events that is read: all events of a kernel are 10 MB. */
#define PERF_TRACING_MAX (256u << 20)

struct perf_section {
	uint64_t offset;
	uint64_t size;
};

/* Reads header, attributes and formats of a file; data: where its records are. */
int perf_header_read(const struct recording_file *file, bool is_big, struct perf_section *ret_data,
		     struct perf_attrs *attrs, struct tracing_header *tracing, struct error *err);

#endif
