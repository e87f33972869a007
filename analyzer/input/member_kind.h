/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a member of an archive is, told by its beginning: a recording, or one of the
 * files kmem-capture saves beside it. Names count only for ELF notes, of which everybody
 * has some: the kernel's are in a file "notes", those of modules in a folder "module-notes".
 */
#ifndef ANALYZER_INPUT_MEMBER_KIND_H
#define ANALYZER_INPUT_MEMBER_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/byte_source.h"

enum member_kind {
	MEMBER_OTHER,	  /* passed over */
	MEMBER_TRACE,	  /* text with lines of a trace */
	MEMBER_RECORDING, /* trace.dat or perf.data */
	MEMBER_KALLSYMS,
	MEMBER_STATISTICS,   /* per_cpu/cpuN/stats of tracefs, of one CPU or of several */
	MEMBER_MODULES,	     /* of /proc/modules */
	MEMBER_NOTES,	     /* of /sys/kernel/notes */
	MEMBER_MODULE_NOTES, /* of /sys/module/NAME/notes, by the name of NAME */
	MEMBER_EMPTY,
	MEMBER_UNUSED, /* a second one of what only one can be used of */
};

/* "a trace", "a symbol map", ... */
extern const char *const member_kind_names[];

/* Do these first bytes begin a trace.dat or a perf.data? */
bool member_is_recording(const char *bytes, size_t size);

/* Looks at the first TRACE_DETECT_BYTES of a member, and at its name (a path). */
enum member_kind member_kind_of(const char *name, const char *bytes, size_t size);

/* Most of such a member that is read; 0 for those that are not kept. */
size_t member_size_max(enum member_kind kind);

/* The lines of a per-CPU stats file that say what was lost, added to *ret. */
struct buffer_statistics {
	uint64_t cpu_count;
	uint64_t overrun_count; /* events overwritten */
	uint64_t dropped_count; /* events not recorded, the buffer being full */
};

int buffer_statistics_read(struct byte_source *source, struct buffer_statistics *ret,
			   struct error *err);

#endif
