/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binary recordings: which reader a file asks for, told by its first bytes.
 */
#ifndef ANALYZER_INPUT_RECORDING_H
#define ANALYZER_INPUT_RECORDING_H

#include <stddef.h>

#include "analyzer/base/error.h"
#include "analyzer/input/event_sink.h"
#include "analyzer/input/trace_input.h"

/*
 * bytes: the beginning of input. 1 and a reader of it, which the caller closes; 0: it is no
 * binary recording; or an error. input must stay open as long as the reader reads.
 */
int recording_open(struct trace_input *input, const char *bytes, size_t size,
		   struct event_reader *ret, struct error *err);

#endif
