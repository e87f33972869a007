/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a perf.data begins and ends: a look at all its samples, whose order is not that of time. */
#ifndef ANALYZER_INPUT_PERF_SPAN_H
#define ANALYZER_INPUT_PERF_SPAN_H

#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/perf_sample.h"
#include "analyzer/input/perf_stream.h"

/*
 * The times of the first and last sample of what stream, of a file and not read yet, will
 * hand out. attrs must be settled. Without samples the first is behind the last.
 */
int perf_span_find(const struct perf_stream *stream, const struct perf_attrs *attrs,
		   uint64_t *ret_first_ns, uint64_t *ret_last_ns, struct error *err);

#endif
