/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways an input may be packed, and one layer of unpacking for each.
 *
 * Told by content, never by name. Everything is unpacked in this process, by zlib
 * (gzip: it checks each member's CRC, which libarchive passes over) and libarchive
 * (all others, each filter and format enabled by itself, and none that would start
 * a program). A stream is bad, and said to be, when it ends too early, fails its check
 * or is followed by something else; nothing is passed over.
 *
 * Memory does not depend on what a stream unpacks to, only on the window it declares:
 * 128 MiB at most for zstd, 1 GiB for xz and lzma (xz -9 declares 64 MiB).
 */
#ifndef ANALYZER_INPUT_PACKING_H
#define ANALYZER_INPUT_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/byte_source.h"

enum packing {
	PACKING_NONE,
	PACKING_GZIP,
	PACKING_XZ,
	PACKING_ZSTD,
	PACKING_BZIP2,
	PACKING_LZ4,
	PACKING_LZMA,
	PACKING_TAR,
	PACKING_ZIP,
};

/* What begins like this; PACKING_NONE for anything not listed. Looks at 262 bytes at most. */
enum packing packing_of(const char *bytes, size_t size);

static inline bool packing_is_archive(enum packing packing)
{
	return packing == PACKING_TAR || packing == PACKING_ZIP;
}

/* "gzip", "tar", ... */
const char *packing_name(enum packing packing);

/* One compressed stream, also of several parts one after the other. */
struct packing_stream; /* a struct byte_source is its first member */

int packing_stream_open(enum packing packing, struct byte_source *below,
			struct packing_stream **ret, struct error *err);
struct byte_source *packing_stream_source(struct packing_stream *stream);
/* Bytes of the source below that went into what was handed up: how far a bad one was good. */
uint64_t packing_stream_used(const struct packing_stream *stream);
void packing_stream_close(struct packing_stream *stream);

/* Archives: one member after the other, in the order they are stored in. */
struct packing_archive;

int packing_archive_open(enum packing packing, struct byte_source *below,
			 struct packing_archive **ret, struct error *err);
uint64_t packing_archive_used(const struct packing_archive *packed);
void packing_archive_close(struct packing_archive *packed);

/*
 * The next regular file: 1, 0 behind the last, or an error. Its name, with what no
 * terminal should see replaced, and its bytes are borrowed until the next call.
 */
int packing_archive_next(struct packing_archive *packed, const char **ret_name,
			 struct byte_source **ret, struct error *err);

#endif
