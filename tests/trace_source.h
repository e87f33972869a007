/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text as an input: a file in memory, or a pipe that somebody writes to in pieces
 * of an odd size. Its path can be opened like any other.
 */
#ifndef TESTS_TRACE_SOURCE_H
#define TESTS_TRACE_SOURCE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct trace_source {
	char path[64];
	int fd; /* the file, or the pipe's reading end */
	int write_fd;
	const char *text;
	size_t length;
	pthread_t writer;
};

static inline void *trace_source_write(void *argument)
{
	const struct trace_source *source = (const struct trace_source *)argument;
	size_t done = 0;

	while (done < source->length) {
		size_t piece = source->length - done < 7777 ? source->length - done : 7777;
		ssize_t wrote = write(source->write_fd, source->text + done, piece);

		if (wrote <= 0) {
			break;
		}
		done += (size_t)wrote;
	}
	close(source->write_fd);
	return NULL;
}

/* text stays the caller's, until trace_source_close. */
static inline bool trace_source_open(struct trace_source *source, bool is_pipe, const char *text,
				     size_t length)
{
	int fds[2];

	*source = (struct trace_source){.text = text, .length = length, .write_fd = -1};
	if (is_pipe) {
		if (pipe(fds) != 0) {
			return false;
		}
		source->fd = fds[0];
		source->write_fd = fds[1];
		if (pthread_create(&source->writer, NULL, trace_source_write, source) != 0) {
			return false;
		}
	} else {
		source->fd = memfd_create("trace", MFD_CLOEXEC);
		if (source->fd < 0 || write(source->fd, text, length) != (ssize_t)length) {
			return false;
		}
	}
	snprintf(source->path, sizeof(source->path), "/proc/self/fd/%d", source->fd);
	return true;
}

/* Everything was read, or the writer would wait for ever. */
static inline void trace_source_close(struct trace_source *source)
{
	if (source->write_fd >= 0) {
		pthread_join(source->writer, NULL);
	}
	close(source->fd);
}

#endif
