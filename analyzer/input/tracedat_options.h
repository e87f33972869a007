/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of a trace.dat of version 7, and where in the file they say that everything is.
 *
 * For tracedat_zlib.h, whose header tells the format. All options are read into one
 * block of memory in their order, the sections they stand in forgotten; where they point
 * into the file was checked then: each part is inside the file, of the kind the option says,
 * and overlaps no other.
 */
#ifndef ANALYZER_INPUT_TRACEDAT_OPTIONS_H
#define ANALYZER_INPUT_TRACEDAT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/recording_file.h"

/* Magic, "7\0", byte order, size of long, page size: then the compression's name. */
#define TRACEDAT_COMPRESSION_AT 18u

#define TRACEDAT_SECTION_HEADER 16u
#define TRACEDAT_OPTION_HEADER	6u
#define TRACEDAT_CPU_ENTRY	20u

/* Of sections and of the options that point to them. */
enum tracedat_id {
	TRACEDAT_OPTIONS = 0, /* as an option: the last of its section */
	TRACEDAT_BUFFER = 3,
	TRACEDAT_HEADER_INFO = 16,
	TRACEDAT_BUFFER_TEXT = 22,
};

struct extent {
	uint64_t begin, end;
};

struct tracedat_options {
	const struct recording_file *file;
	bool is_big;
	uint8_t *bytes; /* {u16 id, u32 size, data} each; the data may be changed */
	size_t size;
	/* the parts of the file that were pointed to */
	struct extent *extents;
	size_t extent_count, extent_capacity;
	uint64_t claimed; /* bytes in them */
};

struct tracedat_option {
	unsigned int id;
	uint32_t size;
	uint8_t *data; /* in the options' bytes */
};

struct tracedat_section {
	bool is_packed;
	uint64_t offset; /* of its data */
	uint64_t size;
};

struct tracedat_buffer {
	uint32_t page_size; /* a power of two from 4 KiB to 16 MiB */
	uint32_t cpu_count;
	uint8_t *cpus; /* TRACEDAT_CPU_ENTRY bytes each; in the option's data */
};

/*
 * 1 and the options of file, to be released; 0: it is not of version 7, or not of this
 * compression; or an error. To be released whatever it returns.
 */
int tracedat_options_read(const struct recording_file *file, const char *compression,
			  struct tracedat_options *ret, struct error *err);
void tracedat_options_release(struct tracedat_options *options);

/* Steps through the options; *at: 0 before the first. */
bool tracedat_options_next(const struct tracedat_options *options, size_t *at,
			   struct tracedat_option *ret);

/* Its data begin with the offset of a section of its id. */
bool tracedat_option_points(const struct tracedat_option *option);

/*
 * The section whose header is at offset; ERROR_INPUT if it is not of that id, or, other than a
 * buffer, which trace-cmd gives its size last, ends behind the file.
 */
int tracedat_options_section(const struct tracedat_options *options, uint64_t offset,
			     unsigned int id, struct tracedat_section *ret, struct error *err);

/* What a buffer's option says. */
int tracedat_options_buffer(const struct tracedat_options *options,
			    const struct tracedat_option *option, struct tracedat_buffer *ret,
			    struct error *err);

/* Exactly length bytes at offset; ERROR_INPUT if the file ends before: what names them. */
int tracedat_options_load(const struct recording_file *file, uint64_t offset, void *ret,
			  size_t length, const char *what, struct error *err);

#endif
