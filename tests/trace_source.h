/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text as an input: a file in memory, or a pipe that somebody writes to in pieces
 * of an odd size. Its path can be opened like any other.
 */
#ifndef TESTS_TRACE_SOURCE_H
#define TESTS_TRACE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct trace_source {
	char path[64];
	int fd;	      /* the file, or the pipe's reading end */
	pid_t writer; /* a process: inputs are opened by one that has no other threads */
};

static inline _Noreturn void trace_source_write(int fd, const char *text, size_t length)
{
	size_t done = 0;

	while (done < length) {
		size_t piece = length - done < 7777 ? length - done : 7777;
		ssize_t wrote = write(fd, text + done, piece);

		if (wrote <= 0) {
			break;
		}
		done += (size_t)wrote;
	}
	_exit(0);
}

static inline bool trace_source_pipe(struct trace_source *source, const char *text, size_t length)
{
	int fds[2];

	if (pipe(fds) != 0) {
		return false;
	}
	source->fd = fds[0];
	source->writer = fork();
	if (source->writer == 0) {
		close(fds[0]); /* who reads no more ends the writer */
		trace_source_write(fds[1], text, length);
	}
	close(fds[1]);
	return source->writer > 0;
}

/* text stays the caller's, until trace_source_close. */
static inline bool trace_source_open(struct trace_source *source, bool is_pipe, const char *text,
				     size_t length)
{
	*source = (struct trace_source){0};
	if (is_pipe) {
		if (!trace_source_pipe(source, text, length)) {
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

static inline void trace_source_close(struct trace_source *source)
{
	close(source->fd);
	if (source->writer > 0) {
		waitpid(source->writer, NULL, 0);
	}
}

#endif
