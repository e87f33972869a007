/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A binary recording that can be read at any place.
 *
 * trace.dat and perf.data have their tables at the end or point back and forth. A file
 * is read where it is; what comes through a pipe, out of a compressed input or from the
 * middle of a file is first copied to an unlinked temporary file (in $TMPDIR, else /tmp), so that
 * its size costs disk, not memory.
 */
#ifndef ANALYZER_INPUT_RECORDING_FILE_H
#define ANALYZER_INPUT_RECORDING_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/trace_input.h"

struct recording_file {
	int fd;		  /* owned */
	const char *name; /* for messages; the input's */
	uint64_t size;
};

/* Takes what input has left; it must outlive the file's name only. */
int recording_file_open(struct trace_input *input, struct recording_file *ret, struct error *err);
void recording_file_close(struct recording_file *file);

/* An empty one in an unlinked temporary file, to be written; name: for messages, borrowed. */
int recording_file_create(const char *name, struct recording_file *ret, struct error *err);

/* Writes length bytes at offset, also behind the end: what is between reads as zeros. */
int recording_file_write(struct recording_file *file, uint64_t offset, const void *bytes,
			 size_t length, struct error *err);

/* Reads up to length bytes at offset; *ret is less only where the recording ends. */
int recording_file_read(const struct recording_file *file, uint64_t offset, void *buffer,
			size_t length, size_t *ret, struct error *err);

/* ERROR_INPUT: the recording ends before length bytes at offset; what names that part. */
int recording_file_cut(const struct recording_file *file, uint64_t offset, uint64_t length,
		       const char *what, struct error *err);

/*
 * Reads length bytes at offset into memory the caller frees. ERROR_INPUT if the recording
 * ends before; what names the part for that message ("its attributes").
 */
int recording_file_load(const struct recording_file *file, uint64_t offset, uint64_t length,
			const char *what, uint8_t **ret, struct error *err);

#endif
