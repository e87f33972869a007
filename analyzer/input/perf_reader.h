/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slab events of a perf.data, of `perf record -e kmem:...` and `perf kmem record`.
 *
 * Specification: tools/perf/Documentation/perf.data-file-format.txt and
 * include/uapi/linux/perf_event.h of the kernel (read at 6.1 and 6.16). A file is
 *
 *	"PERFILE2" (a u64: reversed in the other byte order), u64 size of this header,
 *	u64 size of an attribute with its section, sections {u64 offset, u64 size} of the
 *	attributes, the records and the (long unused) event types, 256 feature bits
 *
 * and, behind the records, a section for each feature. Of these only TRACING_DATA is
 * needed: the events' formats (tracing_header.h). A header of 16 bytes marks pipe mode
 * (`perf record -o -`): everything is a record then, and read as it comes.
 *
 * Call sites and pointers are the records' own values; no symbol of any kernel is used.
 * Samples come in the order of time (perf_queue.h). Events known to be missing are counted
 * in the facts: LOST records, and what sample periods over 1 passed over. perf counts the
 * same losses again per event (LOST_SAMPLES); of the two sums the larger counts.
 */
#ifndef ANALYZER_INPUT_PERF_READER_H
#define ANALYZER_INPUT_PERF_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/error.h"
#include "analyzer/input/event_sink.h"
#include "analyzer/input/trace_input.h"

/* Do these first bytes begin a perf.data, of either byte order? */
bool perf_reader_recognizes(const char *bytes, size_t size);

/*
 * Fills ret with a reader of input, which must outlive it. ERROR_INPUT: damaged, cut, or
 * without the description of its events.
 */
int perf_reader_open(struct trace_input *input, struct event_reader *ret, struct error *err);

#endif
