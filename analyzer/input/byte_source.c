/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/byte_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_BLOCK ((size_t)256 * 1024)

int byte_source_drain(struct byte_source *source, uint64_t *ret, struct error *err)
{
	const char *block;
	size_t size;
	int result;

	*ret = 0;
	while ((result = byte_source_next(source, &block, &size, err)) > 0) {
		*ret += size;
	}
	return result;
}

static int file_next(struct byte_source *source, const char **ret, size_t *ret_size,
		     struct error *err)
{
	struct file_source *file = (struct file_source *)source;
	ssize_t got;

	if (file->prefix_size > 0) {
		*ret = file->prefix;
		*ret_size = file->prefix_size;
		file->offset += file->prefix_size;
		file->prefix_size = 0;
		return 1;
	}
	do {
		got = read(file->fd, file->buffer, FILE_BLOCK);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "cannot read");
	}
	file->offset += (uint64_t)got;
	*ret = file->buffer;
	*ret_size = (size_t)got;
	return got > 0;
}

int file_source_init(struct file_source *file, int fd, const char *prefix, size_t prefix_size,
		     struct error *err)
{
	*file = (struct file_source){
		.source = {file_next},
		.fd = fd,
		.prefix = prefix,
		.prefix_size = prefix_size,
		.buffer = malloc(FILE_BLOCK),
	};
	return file->buffer ? 0 : error_no_memory(err);
}

void file_source_release(struct file_source *file)
{
	free(file->buffer);
	*file = (struct file_source){0};
}

static int peeked_next(struct byte_source *source, const char **ret, size_t *ret_size,
		       struct error *err)
{
	struct peeked_source *peeked = (struct peeked_source *)source;

	if (!peeked->handed_up && peeked->size > 0) {
		peeked->handed_up = true;
		*ret = peeked->bytes;
		*ret_size = peeked->size;
		return 1;
	}
	if (peeked->rest_size > 0) {
		*ret = peeked->rest;
		*ret_size = peeked->rest_size;
		peeked->rest_size = 0;
		return 1;
	}
	if (peeked->failure.code) {
		*err = peeked->failure;
		return err->code;
	}
	return byte_source_next(peeked->below, ret, ret_size, err);
}

int peeked_source_init(struct peeked_source *peeked, struct byte_source *below, size_t capacity,
		       struct error *err)
{
	int result = 1;

	*peeked = (struct peeked_source){
		.source = {peeked_next},
		.below = below,
		.bytes = malloc(capacity),
		.capacity = capacity,
	};
	if (!peeked->bytes) {
		return error_no_memory(err);
	}
	while (result > 0 && peeked->size < capacity) {
		const char *block;
		size_t size;

		result = byte_source_next(below, &block, &size, &peeked->failure);
		if (result > 0) {
			size_t taken = capacity - peeked->size;

			taken = taken < size ? taken : size;
			memcpy(peeked->bytes + peeked->size, block, taken);
			peeked->size += taken;
			peeked->rest = block + taken;
			peeked->rest_size = size - taken;
		}
	}
	if (result < 0 && peeked->size == 0) {
		*err = peeked->failure;
		peeked_source_release(peeked);
		return result;
	}
	return 0;
}

void peeked_source_release(struct peeked_source *peeked)
{
	free(peeked->bytes);
	*peeked = (struct peeked_source){0};
}
