/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One compressed stream: gzip through zlib, every other kind through libarchive's
 * "raw" format with exactly that one filter.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "analyzer/input/late_archive.h"
#include "analyzer/input/packing.h"

#define GZIP_BLOCK ((size_t)128 * 1024)
/* zlib: 15 bits of window, and a gzip header and trailer (RFC 1952) around the data. */
#define GZIP_WINDOW (15 + 16)

struct packing_stream {
	struct byte_source source;
	struct byte_source *below;
	enum packing packing;
	uint64_t taken; /* bytes read from below */
	bool at_end;

	struct archive *archive; /* not gzip */
	struct error below_error;
	struct error failure; /* gzip: why it cannot go on */

	z_stream gzip;
	bool gzip_open;
	bool gzip_inside; /* of a member */
	unsigned char *buffer;
};

static int too_short(const struct packing_stream *stream, struct error *err)
{
	return error_set(err, ERROR_INPUT, "the %s stream ends too early",
			 packing_name(stream->packing));
}

static int corrupt(const struct packing_stream *stream, const char *why, struct error *err)
{
	return error_set(err, ERROR_INPUT, "the %s stream is corrupt (%s)",
			 packing_name(stream->packing), why ? why : "no reason given");
}

static int trailing(const struct packing_stream *stream, struct error *err)
{
	return error_set(err, ERROR_INPUT, "the %s stream is followed by something else",
			 packing_name(stream->packing));
}

/* More input for zlib: 1, 0 at the end, or an error. */
static int gzip_feed(struct packing_stream *stream, struct error *err)
{
	const char *block;
	size_t size;
	int result = byte_source_next(stream->below, &block, &size, err);

	if (result > 0) {
		/* blocks are far smaller than 4 GiB */
		stream->gzip.next_in = (const unsigned char *)block;
		stream->gzip.avail_in = (unsigned int)size;
		stream->taken += size;
	}
	return result;
}

/* Behind a member: another one, or zeros up to the end, which tapes and block devices leave. */
static int gzip_between(struct packing_stream *stream, struct error *err)
{
	for (;;) {
		int result;

		while (stream->gzip.avail_in > 0 && *stream->gzip.next_in == 0) {
			stream->gzip.next_in++;
			stream->gzip.avail_in--;
		}
		if (stream->gzip.avail_in > 0) {
			break;
		}
		result = gzip_feed(stream, err);
		if (result <= 0) {
			stream->at_end = result == 0;
			return result;
		}
	}
	if (*stream->gzip.next_in != 0x1f) {
		return trailing(stream, err);
	}
	inflateReset(&stream->gzip);
	stream->gzip_inside = true;
	return 1;
}

/* Unpacks until the buffer is full, the stream ends or it cannot go on. */
static int gzip_fill(struct packing_stream *stream, struct error *err)
{
	z_stream *gzip = &stream->gzip;

	while (!stream->at_end && gzip->avail_out > 0) {
		int result = 1;

		if (!stream->gzip_inside) {
			result = gzip_between(stream, err);
		} else if (gzip->avail_in == 0) {
			result = gzip_feed(stream, err);
			if (result == 0) {
				return too_short(stream, err);
			}
		}
		if (result < 0) {
			return result;
		}
		if (stream->at_end) {
			break;
		}
		result = inflate(gzip, Z_NO_FLUSH);
		if (result == Z_STREAM_END) {
			stream->gzip_inside = false;
		} else if (result == Z_MEM_ERROR) {
			return error_no_memory(err);
		} else if (result != Z_OK && result != Z_BUF_ERROR) {
			return corrupt(stream, gzip->msg, err);
		}
	}
	return 0;
}

static int gzip_next(struct byte_source *source, const char **ret, size_t *ret_size,
		     struct error *err)
{
	struct packing_stream *stream = (struct packing_stream *)source;

	stream->gzip.next_out = stream->buffer;
	stream->gzip.avail_out = (unsigned int)GZIP_BLOCK;
	if (!stream->failure.code) {
		gzip_fill(stream, &stream->failure);
	}
	*ret = (const char *)stream->buffer;
	*ret_size = GZIP_BLOCK - stream->gzip.avail_out;
	if (*ret_size > 0) {
		return 1; /* what was good comes before the failure */
	}
	*err = stream->failure;
	return err->code;
}

static int gzip_open(struct packing_stream *stream, struct error *err)
{
	stream->source.next = gzip_next;
	stream->buffer = malloc(GZIP_BLOCK);
	if (!stream->buffer || inflateInit2(&stream->gzip, GZIP_WINDOW) != Z_OK) {
		return error_no_memory(err);
	}
	stream->gzip_open = true;
	stream->gzip_inside = true;
	return 0;
}

static la_ssize_t filter_read(struct archive *archive, void *context, const void **ret)
{
	struct packing_stream *stream = context;
	const char *block;
	size_t size = 0;
	int result = byte_source_next(stream->below, &block, &size, &stream->below_error);

	if (result < 0) {
		sym_archive_set_error(archive, EIO, "%s", stream->below_error.text);
		return -1;
	}
	if (result == 0) {
		return 0;
	}
	stream->taken += size;
	*ret = block;
	return (la_ssize_t)size;
}

/* What libarchive's error means: it tells a stream cut short by its text only. */
static int filter_error(struct packing_stream *stream, struct error *err)
{
	const char *why = sym_archive_error_string(stream->archive);

	if (stream->below_error.code) {
		*err = stream->below_error;
		return err->code;
	}
	if (why && (strcasestr(why, "truncated") || strcasestr(why, "no progress"))) {
		return too_short(stream, err);
	}
	return corrupt(stream, why, err);
}

/* At the end of what was unpacked: is that the end of what there is? */
static int filter_end(struct packing_stream *stream, struct error *err)
{
	uint64_t used = (uint64_t)sym_archive_filter_bytes(stream->archive, -1);
	uint64_t rest;

	stream->at_end = true;
	if (byte_source_drain(stream->below, &rest, err) < 0) {
		return err->code;
	}
	return stream->taken + rest > used ? trailing(stream, err) : 0;
}

static int filter_next(struct byte_source *source, const char **ret, size_t *ret_size,
		       struct error *err)
{
	struct packing_stream *stream = (struct packing_stream *)source;
	const void *block;
	la_int64_t offset;

	while (!stream->at_end) {
		int status =
			sym_archive_read_data_block(stream->archive, &block, ret_size, &offset);

		if (status == ARCHIVE_EOF) {
			return filter_end(stream, err);
		}
		if (status != ARCHIVE_OK) {
			return filter_error(stream, err);
		}
		if (*ret_size > 0) {
			*ret = block;
			return 1;
		}
	}
	return 0;
}

typedef int filter_support(struct archive *archive);

/* Each is filled when libarchive is loaded. */
static filter_support *const *const filters[] = {
	[PACKING_XZ] = &sym_archive_read_support_filter_xz,
	[PACKING_ZSTD] = &sym_archive_read_support_filter_zstd,
	[PACKING_BZIP2] = &sym_archive_read_support_filter_bzip2,
	[PACKING_LZ4] = &sym_archive_read_support_filter_lz4,
	[PACKING_LZMA] = &sym_archive_read_support_filter_lzma,
};

static int filter_open(struct packing_stream *stream, struct error *err)
{
	struct archive_entry *entry;
	int status;

	stream->source.next = filter_next;
	if (late_archive_load(err) < 0) {
		return err->code;
	}
	stream->archive = sym_archive_read_new();
	if (!stream->archive) {
		return error_no_memory(err);
	}
	/* A libarchive built without the library warns here and would start a program. */
	if ((*filters[stream->packing])(stream->archive) != ARCHIVE_OK) {
		return error_set(err, ERROR_INPUT,
				 "is %s-compressed, which the libarchive of this machine cannot "
				 "unpack by itself",
				 packing_name(stream->packing));
	}
	sym_archive_read_support_format_raw(stream->archive);
	sym_archive_read_support_format_empty(stream->archive);
	status = sym_archive_read_open(stream->archive, stream, NULL, filter_read, NULL);
	if (status == ARCHIVE_OK) {
		if (sym_archive_filter_count(stream->archive) < 2) {
			return corrupt(stream, "its header is damaged", err);
		}
		status = sym_archive_read_next_header(stream->archive, &entry);
	}
	if (status == ARCHIVE_EOF) {
		return filter_end(stream, err); /* nothing in it */
	}
	return status == ARCHIVE_OK ? 0 : filter_error(stream, err);
}

int packing_stream_open(enum packing packing, struct byte_source *below,
			struct packing_stream **ret, struct error *err)
{
	struct packing_stream *stream = calloc(1, sizeof(*stream));
	int result;

	if (!stream) {
		return error_no_memory(err);
	}
	stream->below = below;
	stream->packing = packing;
	result = packing == PACKING_GZIP ? gzip_open(stream, err) : filter_open(stream, err);
	if (result < 0) {
		packing_stream_close(stream);
		return result;
	}
	*ret = stream;
	return 0;
}

struct byte_source *packing_stream_source(struct packing_stream *stream)
{
	return &stream->source;
}

uint64_t packing_stream_used(const struct packing_stream *stream)
{
	if (stream->packing == PACKING_GZIP) {
		return stream->taken - stream->gzip.avail_in;
	}
	return (uint64_t)sym_archive_filter_bytes(stream->archive, -1);
}

void packing_stream_close(struct packing_stream *stream)
{
	if (stream->gzip_open) {
		inflateEnd(&stream->gzip);
	}
	if (stream->archive) {
		sym_archive_read_free(stream->archive);
	}
	free(stream->buffer);
	free(stream);
}
