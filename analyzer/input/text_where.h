/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When and where an event happened: what the context of its line says. */
#ifndef ANALYZER_INPUT_TEXT_WHERE_H
#define ANALYZER_INPUT_TEXT_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_where {
	const char *event; /* its name, inside the line */
	uint64_t time_ns;  /* 1 s for each tick of clocks that count (counter, x86-tsc) */
	uint64_t stamp;	   /* the same as event_times.h wants it: ticks stay ticks */
	uint32_t cpu;
	uint64_t pid;
	const char *task; /* inside the line */
	size_t task_length;
};

/* False for a line without a context: no event, or one without time or CPU. */
bool text_where_get(const char *line, const char *end, struct text_where *ret);

/*
 * The text written to trace_marker, if the event is such a line: "tracing_mark_write: TEXT",
 * "print: tracing_mark_write: TEXT" of trace-cmd report, "ftrace:print: ..." of perf script. It
 * lies inside the line.
 */
bool text_where_marker(const struct text_where *where, const char *end, const char **ret,
		       size_t *ret_length);

#endif
