/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of a perf.data, one after the other, unpacked where they are compressed.
 *
 * A record is a header {u32 type, u16 misc, u16 size} and size - 8 bytes more
 * (include/uapi/linux/perf_event.h, tools/lib/perf/include/perf/event.h). With
 * `perf record -z` some are of type COMPRESSED or COMPRESSED2 (6.16): their payloads
 * together are one zstd stream whose content is again records, cut anywhere.
 * TRACING_DATA and AUXTRACE records are followed by data their header does not count.
 *
 * Memory is fixed: a window of the file and one of the unpacked stream.
 */
#ifndef ANALYZER_INPUT_PERF_STREAM_H
#define ANALYZER_INPUT_PERF_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/recording_file.h"
#include "analyzer/input/trace_input.h"

enum perf_record_type {
	PERF_MMAP = 1,
	PERF_LOST = 2,
	PERF_COMM = 3,
	PERF_THROTTLE = 5,
	PERF_FORK = 7,
	PERF_SAMPLE = 9,
	PERF_MMAP2 = 10,
	PERF_LOST_SAMPLES = 13,
	PERF_HEADER_ATTR = 64, /* from here on: perf's own, of the user-space tool */
	PERF_TRACING_DATA = 66,
	PERF_FINISHED_ROUND = 68,
	PERF_AUXTRACE = 71,
	PERF_COMPRESSED = 81,
	PERF_COMPRESSED2 = 83,
};

#define PERF_RECORD_HEADER 8u

struct perf_record {
	uint32_t type;
	uint16_t misc;
	const uint8_t *body; /* behind the header; valid until the next call */
	size_t size;	     /* of the body */
};

struct perf_window {
	uint8_t *bytes; /* owned */
	size_t begin;
	size_t end;
};

struct perf_stream {
	const char *name; /* for messages */
	bool is_big;
	struct trace_input *pipe;	   /* pipe mode: where bytes come from; else NULL */
	const struct recording_file *file; /* file mode */
	uint64_t position;		   /* of what the window gets next */
	uint64_t end;			   /* file mode: where the records end */
	bool at_end;
	struct perf_window window;
	struct perf_window plain; /* unpacked, not yet handed out */
	const uint8_t *packed;	  /* of the compressed record at hand, inside window */
	size_t packed_size;
	bool is_full; /* the last call filled plain: zstd may hold back more */
	void *zstd;   /* ZSTD_DCtx, made when the first compressed record comes */
	bool was_cut; /* the records end inside one */
};

/* pipe or file is set, not both; file mode reads the bytes from begin to end. */
int perf_stream_open(const char *name, bool is_big, struct trace_input *pipe,
		     const struct recording_file *file, uint64_t begin, uint64_t end,
		     struct perf_stream *ret, struct error *err);
void perf_stream_close(struct perf_stream *stream);

/* 1 and the next record; 0 at the end; an error for bytes that are no records. */
int perf_stream_next(struct perf_stream *stream, struct perf_record *ret, struct error *err);

/* The size bytes of data behind the record handed out last, which must not be compressed. */
int perf_stream_data(struct perf_stream *stream, uint64_t size, uint8_t *ret, struct error *err);
int perf_stream_skip(struct perf_stream *stream, uint64_t size, struct error *err);

#endif
