/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracedat_options.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/tracedat_zlib.h"

/* More sections of options than any file has: a circle ends here. */
#define SECTIONS_MAX 4096u

/* Magic, name and version of the compression: more than trace-cmd writes. */
#define BEGINNING_MAX 256u

#define PAGE_MIN 4096u
#define PAGE_MAX (16u << 20)

static int damaged(const struct recording_file *file, uint64_t offset, const char *why,
		   struct error *err)
{
	return error_set(err, ERROR_INPUT, "%s: is damaged at byte %llu: %s", file->name,
			 (unsigned long long)offset, why);
}

int tracedat_options_load(const struct recording_file *file, uint64_t offset, void *ret,
			  size_t length, const char *what, struct error *err)
{
	size_t got;

	if (recording_file_read(file, offset, ret, length, &got, err) < 0) {
		return err->code;
	}
	return got == length ? 0 : recording_file_cut(file, offset, length, what, err);
}

static int overlap(const struct recording_file *file, uint64_t offset, struct error *err)
{
	return damaged(file, offset, "it belongs to two parts of the file", err);
}

static int claim(struct tracedat_options *o, uint64_t begin, uint64_t size, const char *what,
		 struct error *err)
{
	if (begin > o->file->size || size > o->file->size - begin) {
		return recording_file_cut(o->file, begin, size, what, err);
	}
	/* now, not when all are known: measuring the same chunks again and again takes hours */
	if (size > o->file->size - o->claimed) {
		return overlap(o->file, begin, err);
	}
	o->claimed += size;
	if (o->extent_count == o->extent_capacity) {
		size_t capacity = o->extent_capacity ? 2 * o->extent_capacity : 64;
		struct extent *extents = realloc(o->extents, capacity * sizeof(*extents));

		if (!extents) {
			return error_no_memory(err);
		}
		o->extents = extents;
		o->extent_capacity = capacity;
	}
	o->extents[o->extent_count++] = (struct extent){begin, begin + size};
	return 0;
}

static int by_place(const void *left, const void *right)
{
	const struct extent *a = left;
	const struct extent *b = right;

	if (a->begin != b->begin) {
		return a->begin < b->begin ? -1 : 1;
	}
	return (a->end > b->end) - (a->end < b->end);
}

static int check_overlap(struct tracedat_options *o, struct error *err)
{
	qsort(o->extents, o->extent_count, sizeof(*o->extents), by_place);
	for (size_t i = 1; i < o->extent_count; i++) {
		if (o->extents[i].begin < o->extents[i - 1].end) {
			return overlap(o->file, o->extents[i].begin, err);
		}
	}
	return 0;
}

int tracedat_options_section(const struct tracedat_options *options, uint64_t offset,
			     unsigned int id, struct tracedat_section *ret, struct error *err)
{
	uint8_t header[TRACEDAT_SECTION_HEADER];

	if (tracedat_options_load(options->file, offset, header, sizeof(header), "a section", err) <
	    0) {
		return err->code;
	}
	if (load_u16(header, options->is_big) != id) {
		return damaged(options->file, offset,
			       "the options say that another section is here", err);
	}
	*ret = (struct tracedat_section){
		.is_packed = load_u16(header + 2, options->is_big) & 1,
		.offset = offset + TRACEDAT_SECTION_HEADER,
		.size = load_u64(header + 8, options->is_big),
	};
	if (id != TRACEDAT_BUFFER && ret->size > options->file->size - ret->offset) {
		return recording_file_cut(options->file, ret->offset, ret->size, "a section", err);
	}
	return 0;
}

bool tracedat_option_points(const struct tracedat_option *option)
{
	return option->id == TRACEDAT_BUFFER ||
	       (option->id >= TRACEDAT_HEADER_INFO && option->id <= TRACEDAT_BUFFER_TEXT);
}

bool tracedat_options_next(const struct tracedat_options *options, size_t *at,
			   struct tracedat_option *ret)
{
	uint8_t *option;

	if (!options->bytes || *at == options->size) {
		return false;
	}
	option = options->bytes + *at;
	*ret = (struct tracedat_option){
		.id = load_u16(option, options->is_big),
		.size = load_u32(option + 2, options->is_big),
		.data = option + TRACEDAT_OPTION_HEADER,
	};
	*at += TRACEDAT_OPTION_HEADER + ret->size;
	return true;
}

/* Steps over a string of the option; false: it does not end. */
static bool skip_string(const struct tracedat_option *option, size_t *at)
{
	const uint8_t *end = memchr(option->data + *at, '\0', option->size - *at);

	if (!end) {
		return false;
	}
	*at = (size_t)(end - option->data) + 1;
	return true;
}

int tracedat_options_buffer(const struct tracedat_options *options,
			    const struct tracedat_option *option, struct tracedat_buffer *ret,
			    struct error *err)
{
	size_t at = 8; /* the offset, which every option that points has */
	bool is_whole = true;

	for (int strings = 0; strings < 2; strings++) {
		is_whole = is_whole && skip_string(option, &at);
	}
	if (!is_whole || option->size - at < 8) {
		return damaged(options->file, load_u64(option->data, options->is_big),
			       "the option of this buffer is too short", err);
	}
	*ret = (struct tracedat_buffer){
		.page_size = load_u32(option->data + at, options->is_big),
		.cpu_count = load_u32(option->data + at + 4, options->is_big),
		.cpus = option->data + at + 8,
	};
	at += 8;
	if (ret->cpu_count > (option->size - at) / TRACEDAT_CPU_ENTRY) {
		return damaged(options->file, load_u64(option->data, options->is_big),
			       "the option of this buffer is too short for its CPUs", err);
	}
	if (ret->page_size < PAGE_MIN || ret->page_size > PAGE_MAX ||
	    (ret->page_size & (ret->page_size - 1)) != 0) {
		return damaged(options->file, load_u64(option->data, options->is_big),
			       "the page size of this buffer cannot be", err);
	}
	return 0;
}

/* How long the chunks of a CPU are, by their own sizes. */
static int measure_chunks(const struct tracedat_options *o, uint64_t offset, uint64_t *ret,
			  struct error *err)
{
	uint64_t at = offset + 4;
	uint8_t sizes[8];

	if (tracedat_options_load(o->file, offset, sizes, 4, "the data of a CPU", err) < 0) {
		return err->code;
	}
	for (uint32_t left = load_u32(sizes, o->is_big); left > 0; left--) {
		if (tracedat_options_load(o->file, at, sizes, sizeof(sizes), "the data of a CPU",
					  err) < 0) {
			return err->code;
		}
		at += sizeof(sizes) + load_u32(sizes, o->is_big);
	}
	*ret = at - offset;
	return 0;
}

static int claim_cpu(struct tracedat_options *o, const uint8_t *cpu, bool is_packed,
		     struct error *err)
{
	const uint64_t offset = load_u64(cpu + 4, o->is_big);
	uint64_t size = load_u64(cpu + 12, o->is_big);

	if (size == 0) {
		return 0;
	}
	if (is_packed && measure_chunks(o, offset, &size, err) < 0) {
		return err->code;
	}
	return claim(o, offset, size, "the data of a CPU", err);
}

/* Claims what the option points to. */
static int claim_pointed(struct tracedat_options *o, const struct tracedat_option *option,
			 struct error *err)
{
	const uint64_t at = load_u64(option->data, o->is_big);
	struct tracedat_section section = {0};
	struct tracedat_buffer buffer = {0};

	if (tracedat_options_section(o, at, option->id, &section, err) < 0) {
		return err->code;
	}
	if (option->id != TRACEDAT_BUFFER) {
		return claim(o, at, TRACEDAT_SECTION_HEADER + section.size, "a section", err);
	}
	if (tracedat_options_buffer(o, option, &buffer, err) < 0 ||
	    claim(o, at, TRACEDAT_SECTION_HEADER, "a section", err) < 0) {
		return err->code;
	}
	for (uint32_t i = 0; i < buffer.cpu_count; i++) {
		if (claim_cpu(o, buffer.cpus + (size_t)i * TRACEDAT_CPU_ENTRY, section.is_packed,
			      err) < 0) {
			return err->code;
		}
	}
	return 0;
}

/* Keeps the options of a section, up to the one that ends it. */
static int take_options(struct tracedat_options *o, uint64_t section_at, const uint8_t *bytes,
			size_t size, uint64_t *ret_next, struct error *err)
{
	size_t at = 0;

	while (size - at >= TRACEDAT_OPTION_HEADER) {
		const unsigned int id = load_u16(bytes + at, o->is_big);
		const uint32_t data_size = load_u32(bytes + at + 2, o->is_big);
		const size_t whole = TRACEDAT_OPTION_HEADER + (size_t)data_size;
		const struct tracedat_option option = {.id = id};

		if (whole > size - at) {
			break;
		}
		if (id == TRACEDAT_OPTIONS && data_size >= 8) {
			*ret_next = load_u64(bytes + at + TRACEDAT_OPTION_HEADER, o->is_big);
			return 0;
		}
		if ((id == TRACEDAT_OPTIONS || tracedat_option_points(&option)) && data_size < 8) {
			break;
		}
		if (id <= TRACEDAT_BUFFER_TEXT) {
			memcpy(o->bytes + o->size, bytes + at, whole);
			o->size += whole;
		}
		at += whole;
	}
	return damaged(o->file, section_at, "these options are cut or have no end", err);
}

/* The data of a section, unpacked, for the caller to free. */
static int load_section(const struct tracedat_options *o, const struct tracedat_section *section,
			uint8_t **ret, size_t *ret_size, struct error *err)
{
	uint8_t *packed = NULL;
	uLongf size;
	bool is_good;

	*ret_size = (size_t)section->size;
	if (section->size > TRACEDAT_ZLIB_OPTIONS_MAX) {
		return damaged(o->file, section->offset, "options larger than any are", err);
	}
	if (recording_file_load(o->file, section->offset, section->size, "its options", &packed,
				err) < 0 ||
	    !section->is_packed) {
		*ret = packed;
		return packed ? 0 : (int)err->code;
	}
	size = section->size >= 8 ? load_u32(packed + 4, o->is_big) : 0;
	*ret = size <= TRACEDAT_ZLIB_OPTIONS_MAX ? malloc(size + 1) : NULL;
	*ret_size = size;
	is_good = *ret && section->size >= 8 && load_u32(packed, o->is_big) <= section->size - 8 &&
		  uncompress(*ret, &size, packed + 8, load_u32(packed, o->is_big)) == Z_OK &&
		  size == *ret_size;
	free(packed);
	if (!is_good) {
		free(*ret);
		*ret = NULL;
		return damaged(o->file, section->offset, "its zlib data cannot be unpacked", err);
	}
	return 0;
}

/* Reads one section of options. */
static int read_section(struct tracedat_options *o, uint64_t at, uint64_t *ret_next,
			struct error *err)
{
	struct tracedat_section section = {0};
	uint8_t *data = NULL;
	uint8_t *bytes;
	size_t size = 0;
	int result;

	if (tracedat_options_section(o, at, TRACEDAT_OPTIONS, &section, err) < 0 ||
	    claim(o, at, TRACEDAT_SECTION_HEADER + section.size, "its options", err) < 0 ||
	    load_section(o, &section, &data, &size, err) < 0 || !data) {
		return err->code;
	}
	if (size > TRACEDAT_ZLIB_OPTIONS_MAX - o->size) {
		free(data);
		return damaged(o->file, at, "options larger than any are", err);
	}
	bytes = realloc(o->bytes, o->size + size + 1);
	if (bytes) {
		o->bytes = bytes;
		result = take_options(o, at, data, size, ret_next, err);
	} else {
		result = error_no_memory(err);
	}
	free(data);
	return result;
}

/* Behind the name of the compression: its version "\0", u64 offset of the options. */
static int read_all(struct tracedat_options *o, const uint8_t *bytes, size_t at, size_t size,
		    struct error *err)
{
	const uint8_t *end = memchr(bytes + at, '\0', size - at);
	struct tracedat_option option;
	uint64_t options_at;

	if (!end || (size_t)(bytes + size - end) < 9) {
		return recording_file_cut(o->file, at, 9, "the place of its options", err);
	}
	options_at = load_u64(end + 1, o->is_big);
	if (claim(o, 0, (uint64_t)(end + 9 - bytes), "its beginning", err) < 0) {
		return err->code;
	}
	for (unsigned int i = 0; options_at != 0; i++) {
		if (i == SECTIONS_MAX) {
			return damaged(o->file, options_at, "its options go round in a circle",
				       err);
		}
		if (read_section(o, options_at, &options_at, err) < 0) {
			return err->code;
		}
	}
	at = 0;
	while (tracedat_options_next(o, &at, &option)) {
		if (tracedat_option_points(&option) && claim_pointed(o, &option, err) < 0) {
			return err->code;
		}
	}
	return check_overlap(o, err);
}

int tracedat_options_read(const struct recording_file *file, const char *compression,
			  struct tracedat_options *ret, struct error *err)
{
	static const char beginning[] = "\x17\x08\x44tracing7";
	const size_t name_size = strlen(compression) + 1;
	uint8_t bytes[BEGINNING_MAX];
	size_t size;

	*ret = (struct tracedat_options){.file = file};
	if (recording_file_read(file, 0, bytes, sizeof(bytes), &size, err) < 0) {
		return err->code;
	}
	if (size < TRACEDAT_COMPRESSION_AT + name_size ||
	    memcmp(bytes, beginning, sizeof(beginning)) != 0 ||
	    memcmp(bytes + TRACEDAT_COMPRESSION_AT, compression, name_size) != 0) {
		return 0;
	}
	ret->is_big = bytes[sizeof(beginning)] == 1;
	return read_all(ret, bytes, TRACEDAT_COMPRESSION_AT + name_size, size, err) < 0
		       ? (int)err->code
		       : 1;
}

void tracedat_options_release(struct tracedat_options *options)
{
	free(options->extents);
	free(options->bytes);
	*options = (struct tracedat_options){0};
}
