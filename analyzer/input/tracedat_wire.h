/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the process that reads a trace.dat tells the one that asked (tracedat_reader.h):
 * messages of one size through a pipe, some followed by data.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_WIRE_H
#define ANALYZER_INPUT_TRACEDAT_WIRE_H

#include <stdint.h>

/* What the asking process wants beside events. */
enum wire_wants {
	WIRE_WANT_SPAN = 1,
	WIRE_WANT_TASKS = 2,
};

enum wire_kind {
	WIRE_ALLOC,    /* values: pointer, call site, bytes requested, bytes allocated */
	WIRE_FREE,     /* values: pointer */
	WIRE_PAGE,     /* values: pfn, order, migrate type, enum text_page_kind */
	WIRE_MARKER,   /* text of values[0] bytes, at most SINK_MARKER_MAX, follows */
	WIRE_OTHER,    /* another event */
	WIRE_DAMAGED,  /* a slab event whose record is too short */
	WIRE_STACK,    /* values[0] frames follow, of the event before on this CPU */
	WIRE_LOST,     /* values[0] events are missing on this CPU, UINT64_MAX: some */
	WIRE_PROGRESS, /* values[0] bytes of records were read since the last one */
	WIRE_KALLSYMS, /* values[0] bytes of text follow */
	WIRE_SPAN,     /* values: times of the first and the last record */
	WIRE_TASK,     /* the name of pid, values[0] bytes, follows, before its first record */
	WIRE_OPENED,   /* the file is what it should be: events follow */
	WIRE_FAILED,   /* libtracecmd cannot read the file */
	WIRE_END,      /* all was sent */
};

struct wire_message {
	uint16_t kind;
	uint16_t flags; /* of slab events: enum slab_event_flags */
	uint32_t cpu;
	uint32_t pid;	   /* of records: common_pid */
	uint32_t reserved; /* 0: without it there would be padding of any content */
	uint64_t time_ns;  /* of records */
	uint64_t values[4];
};

/* A sender says something at least once in so many records. */
#define WIRE_RECORDS_BETWEEN 4096u

#endif
