/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binary recordings: which reader a file asks for, told by its first bytes.
 */
#ifndef ANALYZER_INPUT_RECORDING_H
#define ANALYZER_INPUT_RECORDING_H

#include <stdbool.h>
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

/*
 * Looks at the beginning of input: 1 for a binary recording, whose reader is opened; 0 for text,
 * and are its events printed without context (text_line_options)? Anything else is refused.
 */
int recording_or_text(struct trace_input *input, struct event_reader *ret_reader, bool *ret_bare,
		      struct error *err);

/* What part means in this recording; the reader must outlive ret. 0 or an error. */
int recording_part_open(const struct event_reader *reader, const struct event_part *part,
			struct recording_part *ret, struct error *err);

/* After the last event: an edge that never came is an error. name: of the recording. */
int recording_part_close(const struct recording_part *part, const char *name, struct error *err);

#endif
