/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slab events of a trace.dat, of trace-cmd record or extract: versions 6 and 7, compressed
 * or not, of any byte order and word size, all buffer instances merged by time.
 *
 * libtracecmd and libtraceevent know the format. They were written to read the files
 * trace-cmd writes: a cut or forged file makes them write to stderr, call exit, loop or crash
 * (3.1.6). So they run in a child process (tracedat_process.h), which sends what it finds
 * through a pipe: a crash there is "damaged" here, memory there is limited, and a child that says
 * nothing for TRACEDAT_PATIENCE is ended. The child does nothing but read the file and write the
 * pipe.
 *
 * A file compressed with zlib is first made into one that is not (tracedat_zlib.h): libtracecmd may
 * have been built without zlib.
 *
 * Call sites, pointers and frames are the records' own values. Kernel stacks are records
 * of their own, tied to the event before them on their CPU (stack_capture.h). The
 * recorded kernel's kallsyms is handed on whole, so names need no map from elsewhere.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_READER_H
#define ANALYZER_INPUT_TRACEDAT_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/error.h"
#include "analyzer/input/event_sink.h"
#include "analyzer/input/trace_input.h"

/* Seconds. */
#define TRACEDAT_PATIENCE 60

/* Do these first bytes begin a trace.dat? */
bool tracedat_reader_recognizes(const char *bytes, size_t size);

/*
 * Fills ret with a reader of input, whose process it takes over. ERROR_INPUT: cut, damaged, or
 * of a kind libtracecmd cannot read. Only its `read` may then be called from other threads.
 */
int tracedat_reader_open(struct trace_input *input, struct event_reader *ret, struct error *err);

#endif
