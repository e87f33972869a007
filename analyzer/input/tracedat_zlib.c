/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracedat_zlib.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/tracedat_options.h"

#define STEP 65536u

#define PIECE_HEADER 8u

/* What the copy begins with behind the page size, and where its options are. */
static const char compression[] = "none\0"; /* and an empty version */

struct copier {
	const struct recording_file *from;
	struct recording_file *to;
	struct tracedat_options options;
	uint8_t packed[STEP];
	uint8_t plain[STEP];
};

static int damaged(const struct copier *c, uint64_t offset, const char *why, struct error *err)
{
	return error_set(err, ERROR_INPUT, "%s: is damaged at byte %llu: %s", c->from->name,
			 (unsigned long long)offset, why);
}

/* Unpacks packed_size bytes at offset to the end of the copy; size: what they should become. */
static int inflate_all(struct copier *c, z_stream *stream, uint64_t offset, uint32_t packed_size,
		       uint32_t size, struct error *err)
{
	uint64_t taken = 0;
	uint64_t made = 0;
	int status = Z_OK;

	while (status != Z_STREAM_END) {
		size_t part;

		if (stream->avail_in == 0 && taken < packed_size) {
			part = packed_size - taken < STEP ? (size_t)(packed_size - taken) : STEP;
			if (tracedat_options_load(c->from, offset + taken, c->packed, part,
						  "compressed data", err) < 0) {
				return err->code;
			}
			stream->next_in = c->packed;
			stream->avail_in = (uInt)part;
			taken += part;
		}
		stream->next_out = c->plain;
		stream->avail_out = STEP;
		status = inflate(stream, Z_NO_FLUSH);
		part = STEP - stream->avail_out;
		if (status == Z_BUF_ERROR) {
			return damaged(c, offset, "its zlib data ends too early", err);
		}
		if ((status != Z_OK && status != Z_STREAM_END) || part > size - made) {
			return damaged(c, offset, "its zlib data cannot be unpacked", err);
		}
		if (recording_file_write(c->to, c->to->size, c->plain, part, err) < 0) {
			return err->code;
		}
		made += part;
	}
	if (made != size || taken != packed_size || stream->avail_in != 0) {
		return damaged(c, offset, "its zlib data has not the size it should have", err);
	}
	return 0;
}

/* Unpacks what is at *offset, and should end at end, and steps behind it. */
static int unpack_piece(struct copier *c, uint64_t *offset, uint64_t end, struct error *err)
{
	z_stream stream = {0};
	uint8_t header[PIECE_HEADER];
	uint32_t packed_size;
	int result;

	if (end - *offset < PIECE_HEADER) {
		return damaged(c, *offset, "compressed data ends in its sizes", err);
	}
	if (tracedat_options_load(c->from, *offset, header, PIECE_HEADER, "compressed data", err) <
	    0) {
		return err->code;
	}
	packed_size = load_u32(header, c->options.is_big);
	if (packed_size > end - *offset - PIECE_HEADER) {
		return damaged(c, *offset, "compressed data is longer than its section", err);
	}
	if (inflateInit(&stream) != Z_OK) {
		return error_no_memory(err);
	}
	result = inflate_all(c, &stream, *offset + PIECE_HEADER, packed_size,
			     load_u32(header + 4, c->options.is_big), err);
	inflateEnd(&stream);
	*offset += PIECE_HEADER + packed_size;
	return result;
}

/* Trace data: as many pieces as it says. */
static int unpack_chunks(struct copier *c, uint64_t offset, uint64_t end, struct error *err)
{
	uint8_t count[4];

	if (end - offset < sizeof(count)) {
		return damaged(c, offset, "trace data ends in its count of chunks", err);
	}
	if (tracedat_options_load(c->from, offset, count, sizeof(count), "trace data", err) < 0) {
		return err->code;
	}
	offset += sizeof(count);
	for (uint32_t left = load_u32(count, c->options.is_big); left > 0; left--) {
		if (unpack_piece(c, &offset, end, err) < 0) {
			return err->code;
		}
	}
	return 0;
}

static int copy_plain(struct copier *c, uint64_t offset, uint64_t size, struct error *err)
{
	while (size > 0) {
		size_t part = size < STEP ? (size_t)size : STEP;

		if (tracedat_options_load(c->from, offset, c->plain, part, "a section", err) < 0 ||
		    recording_file_write(c->to, c->to->size, c->plain, part, err) < 0) {
			return err->code;
		}
		offset += part;
		size -= part;
	}
	return 0;
}

/* The header of a section whose data are what the copy holds behind it. */
static int write_section_header(struct copier *c, uint64_t at, unsigned int id, struct error *err)
{
	const bool is_big = c->options.is_big;
	uint8_t header[TRACEDAT_SECTION_HEADER] = {0};

	store_u16(header, (uint16_t)id, is_big);
	store_u64(header + 8, c->to->size > at ? c->to->size - at - TRACEDAT_SECTION_HEADER : 0,
		  is_big);
	return recording_file_write(c->to, at, header, sizeof(header), err);
}

/* Copies the section an option points to. */
static int move_section(struct copier *c, const struct tracedat_option *option, struct error *err)
{
	const uint64_t at = c->to->size;
	struct tracedat_section section;
	uint64_t offset;
	int result;

	if (tracedat_options_section(&c->options, load_u64(option->data, c->options.is_big),
				     option->id, &section, err) < 0 ||
	    write_section_header(c, at, option->id, err) < 0) {
		return err->code;
	}
	offset = section.offset;
	if (!section.is_packed) {
		result = copy_plain(c, offset, section.size, err);
	} else if (option->id == TRACEDAT_BUFFER_TEXT) {
		result = unpack_chunks(c, offset, offset + section.size, err);
	} else {
		result = unpack_piece(c, &offset, offset + section.size, err);
	}
	store_u64(option->data, at, c->options.is_big);
	return result < 0 ? result : write_section_header(c, at, option->id, err);
}

/* Zeros up to a multiple of the page size; seldom more than a page. */
static int align_copy(struct copier *c, uint32_t page_size, struct error *err)
{
	const uint64_t rest = c->to->size % page_size;

	return rest == 0 ? 0
			 : recording_file_write(c->to, c->to->size + page_size - rest - 1, "", 1,
						err);
}

/* Copies the data of one CPU. */
static int move_cpu(struct copier *c, uint8_t *entry, bool is_packed, uint32_t page_size,
		    struct error *err)
{
	const bool is_big = c->options.is_big;
	const uint64_t offset = load_u64(entry + 4, is_big);
	const uint64_t size = load_u64(entry + 12, is_big);
	uint64_t at;

	if (align_copy(c, page_size, err) < 0) {
		return err->code;
	}
	at = c->to->size;
	if (size > 0 && (is_packed ? unpack_chunks(c, offset, c->from->size, err)
				   : copy_plain(c, offset, size, err)) < 0) {
		return err->code;
	}
	store_u64(entry + 4, at, is_big);
	store_u64(entry + 12, c->to->size - at, is_big);
	return 0;
}

static int move_buffer(struct copier *c, const struct tracedat_option *option, struct error *err)
{
	const uint64_t at = c->to->size;
	struct tracedat_section section;
	struct tracedat_buffer buffer;

	if (tracedat_options_buffer(&c->options, option, &buffer, err) < 0 ||
	    tracedat_options_section(&c->options, load_u64(option->data, c->options.is_big),
				     option->id, &section, err) < 0 ||
	    write_section_header(c, at, option->id, err) < 0) {
		return err->code;
	}
	for (uint32_t i = 0; i < buffer.cpu_count; i++) {
		if (move_cpu(c, buffer.cpus + (size_t)i * TRACEDAT_CPU_ENTRY, section.is_packed,
			     buffer.page_size, err) < 0) {
			return err->code;
		}
	}
	store_u64(option->data, at, c->options.is_big);
	return write_section_header(c, at, option->id, err);
}

/* The beginning of the file as it is, up to the compression. */
static int write_beginning(struct copier *c, struct error *err)
{
	uint8_t offset[8] = {0};

	if (copy_plain(c, 0, TRACEDAT_COMPRESSION_AT, err) < 0 ||
	    recording_file_write(c->to, c->to->size, compression, sizeof(compression), err) < 0) {
		return err->code;
	}
	return recording_file_write(c->to, c->to->size, offset, sizeof(offset), err);
}

/* The options, which now point into the copy, and the offset of them. */
static int write_options(struct copier *c, struct error *err)
{
	const uint64_t at = c->to->size;
	uint8_t done[TRACEDAT_OPTION_HEADER + 8] = {0}; /* id 0, no further section */
	uint8_t offset[8];

	store_u32(done + 2, 8, c->options.is_big);
	store_u64(offset, at, c->options.is_big);
	if (write_section_header(c, at, TRACEDAT_OPTIONS, err) < 0 ||
	    recording_file_write(c->to, c->to->size, c->options.bytes, c->options.size, err) < 0 ||
	    recording_file_write(c->to, c->to->size, done, sizeof(done), err) < 0 ||
	    write_section_header(c, at, TRACEDAT_OPTIONS, err) < 0) {
		return err->code;
	}
	return recording_file_write(c->to, TRACEDAT_COMPRESSION_AT + sizeof(compression), offset,
				    sizeof(offset), err);
}

static int copy_all(struct copier *c, struct error *err)
{
	struct tracedat_option option;
	size_t at = 0;
	int result = write_beginning(c, err);

	while (result == 0 && tracedat_options_next(&c->options, &at, &option)) {
		if (option.id == TRACEDAT_BUFFER) {
			result = move_buffer(c, &option, err);
		} else if (tracedat_option_points(&option)) {
			result = move_section(c, &option, err);
		}
	}
	return result < 0 ? result : write_options(c, err);
}

int tracedat_zlib_unpack(const struct recording_file *file, struct recording_file *ret,
			 struct error *err)
{
	struct copier *c = calloc(1, sizeof(*c));
	struct recording_file copy = {.fd = -1};
	int result;

	if (!c) {
		return error_no_memory(err);
	}
	c->from = file;
	c->to = &copy;
	result = tracedat_options_read(file, "zlib", &c->options, err);
	if (result > 0) {
		result = recording_file_create(file->name, &copy, err);
		result = result < 0 ? result : copy_all(c, err);
		if (result < 0) {
			recording_file_close(&copy);
		} else {
			*ret = copy;
			result = 1;
		}
	}
	tracedat_options_release(&c->options);
	free(c);
	return result;
}
