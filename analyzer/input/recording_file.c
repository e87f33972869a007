/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COPY_STEP (256u * 1024u)

static int temporary_open(struct error *err)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	if (!folder || !*folder) {
		folder = "/tmp";
	}
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0) {
		return fd;
	}
	/* not every file system has files without a name */
	if (snprintf(path, sizeof(path), "%s/trace_analyze.XXXXXX", folder) < (int)sizeof(path)) {
		fd = mkostemp(path, O_CLOEXEC);
	}
	if (fd < 0) {
		return error_set_errno(err, ERROR_INPUT, errno,
				       "%.500s: cannot make a temporary file", folder);
	}
	unlink(path);
	return fd;
}

int recording_file_create(const char *name, struct recording_file *ret, struct error *err)
{
	*ret = (struct recording_file){.fd = temporary_open(err), .name = name};
	return ret->fd < 0 ? (int)err->code : 0;
}

int recording_file_write(struct recording_file *file, uint64_t offset, const void *bytes,
			 size_t length, struct error *err)
{
	const char *from = bytes;

	while (length > 0) {
		ssize_t put = pwrite(file->fd, from, length, (off_t)offset);

		if (put < 0 && errno != EINTR) {
			return error_set_errno(err, ERROR_INPUT, errno,
					       "cannot write a temporary file");
		}
		if (put > 0) {
			from += put;
			offset += (uint64_t)put;
			length -= (size_t)put;
		}
		if (offset > file->size) {
			file->size = offset;
		}
	}
	return 0;
}

/* Copies what input has left to file. */
static int spool(struct trace_input *input, struct recording_file *file, struct error *err)
{
	char *buffer = malloc(COPY_STEP);
	size_t got = COPY_STEP;
	int result = 0;

	if (!buffer) {
		return error_no_memory(err);
	}
	while (result == 0 && got == COPY_STEP) {
		result = trace_input_read(input, buffer, COPY_STEP, &got, err);
		if (result == 0) {
			result = recording_file_write(file, file->size, buffer, got, err);
		}
	}
	free(buffer);
	return result;
}

int recording_file_open(struct trace_input *input, struct recording_file *ret, struct error *err)
{
	int result = 0;

	*ret = (struct recording_file){.fd = -1, .name = input->name};
	if (input->is_stream || input->base > 0) {
		if (recording_file_create(input->name, ret, err) < 0) {
			return err->code;
		}
		result = spool(input, ret, err);
	} else {
		ret->fd = fcntl(input->fd, F_DUPFD_CLOEXEC, 0);
		ret->size = input->size;
		if (ret->fd < 0) {
			return error_set_errno(err, ERROR_INPUT, errno, "%s: cannot read",
					       input->name);
		}
	}
	if (result < 0) {
		recording_file_close(ret);
	}
	return result;
}

void recording_file_close(struct recording_file *file)
{
	if (file->fd >= 0) {
		close(file->fd);
	}
	*file = (struct recording_file){.fd = -1};
}

int recording_file_read(const struct recording_file *file, uint64_t offset, void *buffer,
			size_t length, size_t *ret, struct error *err)
{
	*ret = 0;
	if (offset >= file->size) {
		return 0;
	}
	if (length > file->size - offset) {
		length = (size_t)(file->size - offset);
	}
	while (*ret < length) {
		ssize_t got = pread(file->fd, (char *)buffer + *ret, length - *ret,
				    (off_t)(offset + *ret));

		if (got == 0) {
			break;
		}
		if (got < 0 && errno != EINTR) {
			return error_set_errno(err, ERROR_INPUT, errno,
					       "%s: cannot read at offset %llu", file->name,
					       (unsigned long long)offset);
		}
		*ret += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

int recording_file_cut(const struct recording_file *file, uint64_t offset, uint64_t length,
		       const char *what, struct error *err)
{
	const uint64_t end = length > UINT64_MAX - offset ? UINT64_MAX : offset + length;

	return error_set(
		err, ERROR_INPUT,
		"%s: is cut or damaged: %s should be at bytes %llu to %llu, of %llu in all",
		file->name, what, (unsigned long long)offset, (unsigned long long)end,
		(unsigned long long)file->size);
}

int recording_file_load(const struct recording_file *file, uint64_t offset, uint64_t length,
			const char *what, uint8_t **ret, struct error *err)
{
	size_t got = 0;
	int result;

	if (offset > file->size || length > file->size - offset) {
		return recording_file_cut(file, offset, length, what, err);
	}
	*ret = malloc((size_t)length + 1);
	if (!*ret) {
		return error_no_memory(err);
	}
	result = recording_file_read(file, offset, *ret, (size_t)length, &got, err);
	if (result == 0 && got < length) {
		result = error_set(err, ERROR_INPUT, "%s: got shorter while it was read",
				   file->name);
	}
	if (result < 0) {
		free(*ret);
		*ret = NULL;
	}
	return result;
}
