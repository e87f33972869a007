/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the bytes come from: a file or a pipe, in chunks of whole lines.
 *
 * A chunk holds the lines that begin in its part of the input; a line that runs
 * over the end belongs to the chunk it begins in. Chunks live in the caller's
 * buffers, which are used again and again: memory does not depend on the length
 * of the input. A line over TRACE_LINE_MAX bytes is left out and counted. With
 * keep_blocks the frames of a stack trace count as part of the line above them.
 *
 * Regular files are read by position (pread), so every thread reads its own
 * chunks; everything else is read in order by whoever holds the caller's lock:
 *
 *   claim:  trace_input_claim   under the lock; for a stream this also reads
 *   fill:   trace_input_fill    without the lock; reads a file's chunk
 */
#ifndef ANALYZER_INPUT_TRACE_INPUT_H
#define ANALYZER_INPUT_TRACE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/event_part.h"
#include "analyzer/input/trace_digest.h"
#include "analyzer/input/tracedat_process.h"

/* Bytes of input a chunk covers: its buffers and events together stay in a 1 MiB L2 cache. */
#define TRACE_CHUNK_SIZE TRACE_DIGEST_BLOCK /* a file's chunk is digested as a block: 256 KiB */

struct unpack;

struct trace_chunk {
	char *buffer; /* owned */
	char *text;   /* whole lines inside buffer */
	size_t length;
	uint64_t offset; /* of text in the input */
	uint64_t index;	 /* 0, 1, 2, ... in input order */
	uint64_t overlong_lines;
	uint64_t overlong_bytes;
};

struct trace_input {
	int fd;
	const char *name; /* for messages: the path, or "standard input"; borrowed */
	bool is_stream;
	bool keep_blocks; /* frames stay with the line above them */
	uint64_t base;	  /* file: position of the first byte */
	uint64_t size;	  /* file: bytes from base on; stream: 0 */
	uint64_t next_index;
	uint64_t position; /* bytes handed out so far */
	bool at_end;
	char *carry; /* stream: the beginning of the line that the last chunk did not hold */
	size_t carry_length;
	struct tracedat_process tracedat; /* if the input may be a trace.dat */
	struct unpack *unpack;	/* the stream is what this one unpacks; NULL: the input as it is */
	struct event_part part; /* of the trace; of a text with percent made times */
	bool want_tasks;	/* of a recording: the names of tasks, whatever the part */
	char *packed_prefix;	/* of a packed stream: what was read to find that out */
	struct trace_digest *digest; /* gets what is read; NULL: not wanted, or unpack does it */
};

/*
 * Opens path ("-" is stdin). Refuses directories. To be called while the process has no other
 * threads (tracedat_process.h). Reads nothing of a stream, so it does not wait for one.
 */
int trace_input_open(const char *path, struct trace_input *ret, struct error *err);
void trace_input_close(struct trace_input *input);

/*
 * Before anything else: where the input is compressed or an archive (unpack.h), it is the
 * trace in it from here on, and its messages are about that. The same with a part (NULL:
 * none), which must outlive the input, as must digest (NULL: none): it gets all bytes of the trace,
 * also those outside of the part. The part of a binary recording is left to its reader.
 */
int trace_input_unpack(struct trace_input *input, const struct event_part *part,
		       struct trace_digest *digest, struct error *err);

/* For a binary recording, whose reader need not read every byte: digests what is left. */
int trace_input_digest_recording(struct trace_input *input, struct trace_digest *digest,
				 struct error *err);

/*
 * Before the first claim: frames of stack traces shall not part from the line above them.
 * The input is read as a stream then. False: no memory.
 */
bool trace_input_keep_blocks(struct trace_input *input);

/* False: no memory. */
bool trace_chunk_init(struct trace_chunk *chunk);
void trace_chunk_release(struct trace_chunk *chunk);

/* Takes the next part of the input: 1, or 0 at its end, or an error. */
int trace_input_claim(struct trace_input *input, struct trace_chunk *chunk, struct error *err);

/* Reads the part claimed (a file's; a stream's is there already). */
int trace_input_fill(const struct trace_input *input, struct trace_chunk *chunk, struct error *err);

/*
 * The first bytes of the input, up to capacity, without taking them. A stream keeps
 * them for its first chunk.
 */
int trace_input_peek(struct trace_input *input, char *buffer, size_t capacity, size_t *ret,
		     struct error *err);

/*
 * Takes the next length bytes as they are, whatever lines they hold: for binary recordings,
 * which are not claimed in chunks. *ret is less than length only at the end of the input.
 */
int trace_input_read(struct trace_input *input, char *buffer, size_t length, size_t *ret,
		     struct error *err);

#endif
