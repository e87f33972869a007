/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes in order, a block at a time: the layers of a compressed or archived input.
 *
 * A layer reads the one below and hands its own bytes up without copying them
 * together: a file, what a filter makes of it, a member of an archive in that, what
 * a filter makes of the member. Errors say what is wrong, not where: the one who
 * stacked the layers knows the names and the offset.
 */
#ifndef ANALYZER_INPUT_BYTE_SOURCE_H
#define ANALYZER_INPUT_BYTE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"

struct byte_source {
	/* The next block, never empty, borrowed until the next call: 1, 0 at the end, or an error.
	 */
	int (*next)(struct byte_source *source, const char **ret, size_t *ret_size,
		    struct error *err);
};

static inline int byte_source_next(struct byte_source *source, const char **ret, size_t *ret_size,
				   struct error *err)
{
	return source->next(source, ret, ret_size, err);
}

/* Reads what is left. *ret: how many bytes that was. */
int byte_source_drain(struct byte_source *source, uint64_t *ret, struct error *err);

/* A descriptor from where it stands, behind bytes that were read from it before. */
struct file_source {
	struct byte_source source;
	int fd;
	const char *prefix; /* borrowed */
	size_t prefix_size;
	char *buffer;
	uint64_t offset; /* bytes handed up */
};

int file_source_init(struct file_source *file, int fd, const char *prefix, size_t prefix_size,
		     struct error *err);
void file_source_release(struct file_source *file);

/* Another source whose beginning can be looked at. */
struct peeked_source {
	struct byte_source source;
	struct byte_source *below;
	char *bytes; /* the beginning */
	size_t size;
	size_t capacity;
	const char *rest; /* of the block the beginning ended in */
	size_t rest_size;
	bool handed_up;
	struct error failure; /* what ended the beginning early */
};

/*
 * Reads the beginning: capacity bytes, fewer only where the source has no more. A failure
 * behind the first byte is met by whoever reads on.
 */
int peeked_source_init(struct peeked_source *peeked, struct byte_source *below, size_t capacity,
		       struct error *err);
void peeked_source_release(struct peeked_source *peeked);

#endif
