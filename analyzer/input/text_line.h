/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of ftrace text, decoded the careful way: every kernel's shape of it.
 *
 * This is the reference the fast path (text_fast.h) must agree with and falls
 * back on. It knows lines, not batches, and keeps no state between lines.
 *
 * A line is CONTEXT EVENT ": " BODY. Which context a kernel prints, by version
 * and option (FORMATS.md section 2):
 *
 *   2.6.3x   "%16s-%-5d [%03d] TIME: "
 *   3.2      "%16s-%-5d [%03d] FLAGS TIME: "          (irq-info; 4 flags)
 *   5.9      "%16s-%-7d [%03d] FLAGS TIME: "          (5 flags from 5.15, 7 on RT patches)
 *   record-tgid adds "(TGID)" or "(-------)" before or after [CPU]
 *   irq-info off: no FLAGS; context-info off: no context at all
 *   latency-format and dumps: "%8.8s-%-7d %3dFLAGS TIMEus MARK: "
 *   latency-format with verbose: "... 12.192ms (+0.056ms): "
 *   trace-cmd report: as ftrace, the event padded, "(function+0xoff) " before the body
 *   perf script: "COMM PID [CPU] TIME: kmem:EVENT: "; perf trace: text_perf_trace.h
 *   function graph: "/" "* EVENT: BODY *" "/"
 *   consoles: all of these behind "[ T] ", "<N>[ T] " or a syslog prefix; tp_printk: no context
 *
 * The command is at most 15 bytes of free text, so byte 16 of an unmangled line
 * is '-' and what follows is parsed strictly. Only where that fails is the event
 * searched for from the right, and then the text in front of it must end like a
 * context (a time and a colon). The body is key=value in any order; unknown keys
 * are skipped; a slab event whose keys do not decode is damaged, never guessed.
 */
#ifndef ANALYZER_INPUT_TEXT_LINE_H
#define ANALYZER_INPUT_TEXT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/input/site_table.h"
#include "analyzer/input/trace_facts.h"

enum text_line_kind {
	TEXT_LINE_SLAB,
	TEXT_LINE_PAGE,	 /* mm_page_*, and the other events of the kmem group */
	TEXT_LINE_OTHER, /* any other event */
	TEXT_LINE_STACK, /* "<stack trace>" or one of its " => function" lines */
	TEXT_LINE_COMMENT,
	TEXT_LINE_LOST,
	TEXT_LINE_BUFFER_STARTED,
	TEXT_LINE_PAYLOAD_FREE, /* of the raw and hex trace options */
	TEXT_LINE_HISTOGRAM,
	TEXT_LINE_FOREIGN,
	TEXT_LINE_DAMAGED,
};

struct text_slab {
	/* Inside the line, or made_site: everything of call_site= that names the place. */
	const char *site;
	size_t site_length;
	uint64_t pointer; /* 0: NULL, or unhashable */
	uint64_t bytes_req;
	uint64_t bytes_alloc;
	unsigned int flags;	     /* enum slab_event_flags, without WIDE */
	unsigned int pointer_digits; /* as printed, without 0x; 0 for words such as (null) */
	bool empty_gfp;
	char made_site[2 + 16 + 1 + SITE_TEXT_SLACK]; /* where the line does not print it in hex */
};

struct text_line_options {
	bool accept_bare; /* events without any context count (context-info off, tp_printk) */
	bool end_is_cut;  /* the line has no newline: a number that touches its end may be cut */
};

/*
 * Decodes line[0..length), without its newline. Fills *ret for TEXT_LINE_SLAB only.
 * What the line says about the recording (losses, header figures, CR, console
 * prefixes) is added to *facts; kind, line and byte counts are the caller's.
 */
enum text_line_kind text_line_decode(const char *line, size_t length,
				     const struct text_line_options *options, struct text_slab *ret,
				     struct trace_facts *facts);

/*
 * A line of kind TEXT_LINE_LOST or TEXT_LINE_BUFFER_STARTED: which CPU, and how many events
 * were lost (0: not told, as of a buffer that had overflowed before it was first read).
 */
bool text_line_loss(const char *line, size_t length, uint32_t *ret_cpu, uint64_t *ret_count);

/* Does the input's first line look like the tail of an event line? */
bool text_line_is_tail(const char *line, size_t length);

/* Counts a line of a kind that is no slab event; offset: where it stands, for a damaged one. */
void text_count_line(struct trace_facts *facts, enum text_line_kind kind, const char *line,
		     size_t length, uint64_t offset);
/* Counts the line as damaged. */
void text_count_damaged(struct trace_facts *facts, uint64_t offset);

/* Does the line hold control bytes that no text has (tabs, CR and NUL apart)? */
bool text_line_is_binary(const char *line, size_t length);

#endif
