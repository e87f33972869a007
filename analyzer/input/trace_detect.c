/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/trace_detect.h"

#include <string.h>

struct magic {
	size_t offset;
	size_t length;
	const char *bytes;
	const char *what; /* "%s: " what */
};

#define MAGIC(offset, bytes, what)                                                                 \
	{                                                                                          \
		offset, sizeof(bytes) - 1, bytes, what                                             \
	}

static const struct magic magics[] = {
	MAGIC(0,
	      "\x7f"
	      "ELF",
	      "is an ELF file, not a trace (a kernel goes with -k)"),
	MAGIC(0, "SQLite format 3", "is a SQLite database, not a trace"),
	MAGIC(0, "\x89PNG", "is a picture, not a trace"),
	MAGIC(0, "%PDF-", "is a PDF file, not a trace"),
};

int trace_detect(const char *name, const char *bytes, size_t size, struct error *err)
{
	if (size == 0) {
		return error_set(err, ERROR_INPUT, "%s: is empty", name);
	}
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *magic = &magics[i];

		if (size >= magic->offset + magic->length &&
		    memcmp(bytes + magic->offset, magic->bytes, magic->length) == 0) {
			return error_set(err, ERROR_INPUT, "%s: %s", name, magic->what);
		}
	}
	return 0;
}

int trace_detect_nothing(const char *name, const struct trace_facts *facts, struct error *err)
{
	const char *why;

	if (facts->payload_free_count > 0) {
		why = "was recorded with the raw or hex trace option, which leaves the events' "
		      "payload "
		      "out: record again with options/raw and options/hex off";
	} else if (facts->binary_count > 0) {
		why = "is binary, not trace text (the bin trace option leaves the events' payload "
		      "out: "
		      "record again with options/bin off)";
	} else if (facts->damaged_count > 0 && facts->first_damaged_line == 0) {
		/* a binary recording has no lines */
		return error_set(err, ERROR_INPUT,
				 "%s: none of its %llu slab events can be decoded", name,
				 (unsigned long long)facts->damaged_count);
	} else if (facts->damaged_count > 0) {
		return error_set(err, ERROR_INPUT,
				 "%s:%llu: names a kmem event, but neither this line nor any other "
				 "of %llu like it can be decoded",
				 name, (unsigned long long)facts->first_damaged_line,
				 (unsigned long long)facts->damaged_count);
	} else if (facts->histogram_count > 0) {
		why = "is the output of a hist trigger: it has sums, not the events themselves";
	} else if (facts->page_event_count > 0) {
		why = "holds page events but no slab event: enable kmem:kmalloc, kmem:kfree, "
		      "kmem:kmem_cache_alloc and kmem:kmem_cache_free";
	} else if (facts->other_event_count > 0) {
		why = "holds events, but none of the kmem group: enable events/kmem";
	} else if (facts->has_entries) {
		why = "is a trace without any event in it: was tracing on, and were the kmem "
		      "events "
		      "enabled?";
	} else {
		why = "holds no kmem event: is it a trace?";
	}
	return error_set(err, ERROR_INPUT, "%s: %s", name, why);
}
