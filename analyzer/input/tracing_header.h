/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The description of the recorded kernel's events, as trace-cmd laid it out first.
 *
 * perf.data holds one in its TRACING_DATA feature (perf's trace-event-info.c, "0.6"),
 * and a trace.dat of version 6 begins with one (trace-cmd.dat.v6(5)):
 *
 *	17 08 44 "tracing"  version "\0"  u8 byte order  u8 size of long  u32 page size
 *	"header_page\0" u64 size, text    "header_event\0" u64 size, text
 *	u32 count, each of ftrace's own events: u64 size, format text
 *	u32 count of systems, each: name "\0", u32 count, each event: u64 size, format text
 *	u32 size, kallsyms text
 */
#ifndef ANALYZER_INPUT_TRACING_HEADER_H
#define ANALYZER_INPUT_TRACING_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/kmem_format.h"

struct tracing_header {
	bool is_big; /* the recorded machine's byte order */
	uint32_t page_size;
	struct kmem_formats formats; /* of every event described, sorted */
	const char *kallsyms;	     /* inside the bytes given; NULL if there is none */
	size_t kallsyms_size;
};

/*
 * Reads the size bytes at `bytes`, which must outlive ret. ERROR_INPUT when they end early
 * or are none; name is for messages. Released by the caller, also after an error.
 */
int tracing_header_read(const char *name, const uint8_t *bytes, size_t size,
			struct tracing_header *ret, struct error *err);
void tracing_header_release(struct tracing_header *header);

#endif
