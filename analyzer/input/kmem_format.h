/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the fields of a kmem tracepoint are in its binary record.
 *
 * A recording carries, for each event, the text of the kernel's
 * events/SYSTEM/EVENT/format: a "name:" and an "ID:" line, then one line per field,
 *
 *	field:const void * ptr;	offset:16;	size:8;	signed:0;
 *
 * Offsets differ between word sizes and fields between kernel versions (kmem_cache_free
 * has name= since 5.12), so nothing is taken for granted but the names. Offsets come
 * from the file: kmem_record_decode checks them against every record.
 */
#ifndef ANALYZER_INPUT_KMEM_FORMAT_H
#define ANALYZER_INPUT_KMEM_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/input/event_sink.h"

enum kmem_kind {
	KMEM_OTHER,  /* an event that is no slab event: counted only */
	KMEM_PAGE,   /* mm_page_* */
	KMEM_MARKER, /* ftrace:print: what was written to trace_marker */
	KMEM_ALLOC,  /* kmalloc, kmem_cache_alloc and their _node variants */
	KMEM_FREE,   /* kfree, kmem_cache_free */
};

struct kmem_field {
	uint32_t offset;
	uint32_t size; /* 1, 2, 4 or 8; 0: the event has no such field */
};

struct kmem_format {
	uint32_t id; /* common_type of the records */
	enum kmem_kind kind;
	unsigned int flags; /* SLAB_EVENT_FREE (of pages too), SLAB_EVENT_CACHE */
	struct kmem_field call_site;
	struct kmem_field pointer;
	struct kmem_field bytes_req;
	struct kmem_field bytes_alloc;
	enum text_page_kind page; /* of a page event; with the next three */
	struct kmem_field pfn;
	struct kmem_field order;
	struct kmem_field migratetype;
	struct kmem_field text; /* of a marker: its size is 0, it ends with the record */
	uint32_t plain_size;	/* of a record that holds all fields, if each has 8 bytes; else 0 */
};

/* What the event of this name in this system ("kmem", "ftrace") is. flags: see struct kmem_format.
 */
enum kmem_kind kmem_kind_of(const char *system, const char *name, unsigned int *ret_flags);

/*
 * Reads a format text of length bytes. False: it has no ID, or it is a slab event
 * without a field its account needs.
 */
bool kmem_format_parse(const char *system, const char *text, size_t length,
		       struct kmem_format *ret);

/*
 * To be called when the fields are set. False for a slab event without the fields an account
 * needs, or with ones of an odd size.
 */
bool kmem_format_settle(struct kmem_format *format);

/* Decodes a record of a slab event; false: it is too short for its fields. */
bool kmem_record_decode(const struct kmem_format *format, const uint8_t *bytes, size_t size,
			bool is_big, struct sink_event *ret);

/* Decodes a record of a page event; what is wrong with it ret->kind says. */
void kmem_page_decode(const struct kmem_format *format, const uint8_t *bytes, size_t size,
		      bool is_big, struct text_page *ret);

/*
 * The text of a marker's record, where its field says: without the newline its writer ended it
 * with, and at most SINK_MARKER_MAX. Returns its length.
 */
size_t kmem_marker_text(const struct kmem_field *field, const uint8_t *bytes, size_t size,
			const char **ret);

/* Formats by id. */
struct kmem_formats {
	struct kmem_format *items; /* sorted by id once kmem_formats_sort was called */
	size_t count, capacity;
};

/* False: no memory. */
bool kmem_formats_add(struct kmem_formats *formats, const struct kmem_format *format);
void kmem_formats_sort(struct kmem_formats *formats);
const struct kmem_format *kmem_formats_find(const struct kmem_formats *formats, uint64_t id);
/* Is there a slab event among them? */
bool kmem_formats_have_slab(const struct kmem_formats *formats);
void kmem_formats_release(struct kmem_formats *formats);

#endif
