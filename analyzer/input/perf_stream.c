/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_stream.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "analyzer/input/byte_order.h"

/* A record has 64 KiB at most, so there is always room to unpack; small enough to stay in cache. */
#define WINDOW_SIZE (80u * 1024u)

int perf_stream_open(const char *name, bool is_big, struct trace_input *pipe,
		     const struct recording_file *file, uint64_t begin, uint64_t end,
		     struct perf_stream *ret, struct error *err)
{
	*ret = (struct perf_stream){
		.name = name,
		.is_big = is_big,
		.pipe = pipe,
		.file = file,
		.position = begin,
		.end = end,
		.window = {.bytes = malloc(WINDOW_SIZE)},
	};
	return ret->window.bytes ? 0 : error_no_memory(err);
}

void perf_stream_close(struct perf_stream *stream)
{
	ZSTD_freeDCtx(stream->zstd);
	free(stream->window.bytes);
	free(stream->plain.bytes);
	*stream = (struct perf_stream){0};
}

static size_t window_left(const struct perf_window *window)
{
	return window->end - window->begin;
}

/* Moves what is left to the front. */
static void window_compact(struct perf_window *window)
{
	memmove(window->bytes, window->bytes + window->begin, window_left(window));
	window->end -= window->begin;
	window->begin = 0;
}

/* Reads on until the window holds at least wanted bytes, or the records end. */
static int window_fill(struct perf_stream *stream, size_t wanted, struct error *err)
{
	struct perf_window *window = &stream->window;
	size_t room;
	size_t got = 0;
	int result;

	if (window_left(window) >= wanted || stream->at_end) {
		return 0;
	}
	window_compact(window);
	room = WINDOW_SIZE - window->end;
	if (stream->pipe) {
		result = trace_input_read(stream->pipe, (char *)window->bytes + window->end, room,
					  &got, err);
	} else {
		if (room > stream->end - stream->position) {
			room = (size_t)(stream->end - stream->position);
		}
		result = recording_file_read(stream->file, stream->position,
					     window->bytes + window->end, room, &got, err);
	}
	if (result < 0) {
		return result;
	}
	window->end += got;
	stream->position += got;
	stream->at_end = window_left(window) < wanted || got == 0;
	return 0;
}

static int no_record(const struct perf_stream *stream, struct error *err)
{
	uint64_t offset = stream->position - window_left(&stream->window);

	return error_set(err, ERROR_INPUT, "%s: damaged: there is no perf record near byte %llu",
			 stream->name, (unsigned long long)offset);
}

/* Takes a whole record out of the window: 1, 0 if it is not all there, or an error. */
static int window_take(const struct perf_stream *stream, struct perf_window *window,
		       struct perf_record *ret, struct error *err)
{
	const uint8_t *bytes = window->bytes + window->begin;
	size_t size;

	if (window_left(window) < PERF_RECORD_HEADER) {
		return 0;
	}
	size = load_u16(bytes + 6, stream->is_big);
	if (size < PERF_RECORD_HEADER) {
		return no_record(stream, err);
	}
	if (window_left(window) < size) {
		return 0;
	}
	*ret = (struct perf_record){
		.type = load_u32(bytes, stream->is_big),
		.misc = load_u16(bytes + 4, stream->is_big),
		.body = bytes + PERF_RECORD_HEADER,
		.size = size - PERF_RECORD_HEADER,
	};
	window->begin += size;
	return 1;
}

static int zstd_open(struct perf_stream *stream, struct error *err)
{
	if (!stream->zstd) {
		stream->zstd = ZSTD_createDCtx();
		stream->plain.bytes = malloc(WINDOW_SIZE);
	}
	return stream->zstd && stream->plain.bytes ? 0 : error_no_memory(err);
}

/* Sets the payload of a compressed record up for unpacking. */
static int begin_packed(struct perf_stream *stream, const struct perf_record *record,
			struct error *err)
{
	size_t skipped = 0;
	size_t size = record->size;

	if (record->type == PERF_COMPRESSED2) {
		uint64_t counted = size >= 8 ? load_u64(record->body, stream->is_big) : UINT64_MAX;

		skipped = 8;
		if (counted > size - 8) {
			return no_record(stream, err);
		}
		size = (size_t)counted;
	}
	stream->packed = record->body + skipped;
	stream->packed_size = size;
	return zstd_open(stream, err);
}

/* Unpacks as much as there is room for. */
static int unpack(struct perf_stream *stream, struct error *err)
{
	struct perf_window *plain = &stream->plain;
	ZSTD_inBuffer in = {.src = stream->packed, .size = stream->packed_size};
	ZSTD_outBuffer out;
	size_t status;

	window_compact(plain);
	out = (ZSTD_outBuffer){.dst = plain->bytes, .size = WINDOW_SIZE, .pos = plain->end};
	status = ZSTD_decompressStream(stream->zstd, &out, &in);
	if (ZSTD_isError(status)) {
		return error_set(
			err, ERROR_INPUT, "%s: damaged: %s near byte %llu", stream->name,
			ZSTD_getErrorName(status),
			(unsigned long long)(stream->position - window_left(&stream->window)));
	}
	stream->packed += in.pos;
	stream->packed_size -= in.pos;
	stream->is_full = out.pos == WINDOW_SIZE;
	plain->end = out.pos;
	return 0;
}

/* The next unpacked record: 1, 0 if another compressed record must come first, or an error. */
static int next_unpacked(struct perf_stream *stream, struct perf_record *ret, struct error *err)
{
	int result = 0;

	if (!stream->zstd) {
		return 0;
	}
	while ((result = window_take(stream, &stream->plain, ret, err)) == 0) {
		if (stream->packed_size == 0 && !stream->is_full) {
			return 0;
		}
		if (unpack(stream, err) < 0) {
			return err->code;
		}
	}
	return result;
}

/* The record at hand, if all of it is in the window already: nearly always. */
static bool take_at_hand(struct perf_stream *stream, struct perf_record *ret)
{
	struct perf_window *window = &stream->window;
	const uint8_t *bytes = window->bytes + window->begin;
	size_t left = window_left(window);
	size_t size;

	if (stream->zstd || left < PERF_RECORD_HEADER) {
		return false;
	}
	size = load_u16(bytes + 6, stream->is_big);
	ret->type = load_u32(bytes, stream->is_big);
	if (size < PERF_RECORD_HEADER || size > left || ret->type == PERF_COMPRESSED ||
	    ret->type == PERF_COMPRESSED2) {
		return false;
	}
	ret->misc = load_u16(bytes + 4, stream->is_big);
	ret->body = bytes + PERF_RECORD_HEADER;
	ret->size = size - PERF_RECORD_HEADER;
	window->begin += size;
	return true;
}

int perf_stream_next(struct perf_stream *stream, struct perf_record *ret, struct error *err)
{
	if (take_at_hand(stream, ret)) {
		return 1;
	}
	for (;;) {
		const struct perf_window *window = &stream->window;
		size_t wanted = PERF_RECORD_HEADER;
		int result = next_unpacked(stream, ret, err);

		if (result != 0) {
			return result;
		}
		if (window_fill(stream, wanted, err) < 0) {
			return err->code;
		}
		if (window_left(window) >= PERF_RECORD_HEADER) {
			wanted = load_u16(window->bytes + window->begin + 6, stream->is_big);
			if (window_fill(stream, wanted, err) < 0) {
				return err->code;
			}
		}
		result = window_take(stream, &stream->window, ret, err);
		if (result == 0) {
			stream->was_cut |=
				window_left(window) > 0 || window_left(&stream->plain) > 0;
		}
		if (result <= 0 ||
		    (ret->type != PERF_COMPRESSED && ret->type != PERF_COMPRESSED2)) {
			return result;
		}
		if (begin_packed(stream, ret, err) < 0) {
			return err->code;
		}
	}
}

/* Takes up to size bytes behind the last record out of the window. */
static int take_data(struct perf_stream *stream, uint64_t size, const uint8_t **ret,
		     size_t *ret_size, struct error *err)
{
	struct perf_window *window = &stream->window;
	int result = window_fill(stream, 1, err);

	if (result < 0) {
		return result;
	}
	*ret_size = window_left(window) < size ? window_left(window) : (size_t)size;
	if (*ret_size == 0) {
		error_set(err, ERROR_INPUT, "%s: is cut at byte %llu", stream->name,
			  (unsigned long long)stream->position);
		return ERROR_INPUT;
	}
	*ret = window->bytes + window->begin;
	window->begin += *ret_size;
	return 0;
}

int perf_stream_data(struct perf_stream *stream, uint64_t size, uint8_t *ret, struct error *err)
{
	while (size > 0) {
		const uint8_t *bytes = NULL;
		size_t got = 0;

		if (take_data(stream, size, &bytes, &got, err) < 0) {
			return err->code;
		}
		memcpy(ret, bytes, got);
		ret += got;
		size -= got;
	}
	return 0;
}

int perf_stream_skip(struct perf_stream *stream, uint64_t size, struct error *err)
{
	while (size > 0) {
		const uint8_t *bytes = NULL;
		size_t got = 0;

		if (take_data(stream, size, &bytes, &got, err) < 0) {
			return err->code;
		}
		size -= got;
	}
	return 0;
}
