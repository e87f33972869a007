/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a line of ftrace text the event's name stands. See text_line.h for the shapes.
 */
#ifndef ANALYZER_INPUT_TEXT_CONTEXT_H
#define ANALYZER_INPUT_TEXT_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/input/text_cursor.h"

/* Width of the command's field, and so the column of the '-' after it. */
#define TEXT_COMM_WIDTH		16u
#define TEXT_COMM_WIDTH_LATENCY 8u

/*
 * Strict: line is "COMM-PID ..." with the dash at column comm_width. Returns the event's
 * first byte, or NULL where anything else is found.
 */
const char *text_context_parse(const char *line, const char *end, size_t comm_width);

/*
 * Does line[..event) end as a context does: TIME ':' blanks, or the start of a comment of the
 * function graph tracer? *bare is set when nothing but blanks stands in front.
 */
bool text_context_ends(const char *line, const char *event, bool *bare);

/*
 * The same in front of "kmem:NAME:", as perf script prints it with other columns than the usual
 * (-F): a period behind the time, or no time at all but columns without a colon.
 */
bool text_context_ends_perf(const char *line, const char *event);

/*
 * Steps over what consoles and log daemons put in front of a line: "<N>",
 * "[ seconds.usecs] " (also with @CPU or T-thread), "Mon DD HH:MM:SS host kernel: ", an ISO 8601
 * date in its place. Returns line itself if there is none.
 */
const char *text_console_skip(const char *line, const char *end);

#endif
