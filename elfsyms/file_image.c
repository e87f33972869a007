/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/file_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Files up to this size are read, larger ones are mapped. Nearly all objects of a
 * kernel without debug information are below it. Too large a value would read
 * debug sections nobody asked for; too small a value costs speed only.
 */
#define READ_WHOLE_LIMIT ((size_t)256 * 1024)

/* First buffer for a file that does not tell its size (pipes, /proc). */
#define UNSIZED_FIRST_CAPACITY ((size_t)1024 * 1024)

/* Reads until capacity bytes or the end of the file; the number read, or -1 with errno. */
static ssize_t read_fully(int fd, unsigned char *buffer, size_t capacity)
{
	size_t filled = 0;

	while (filled < capacity) {
		ssize_t got = read(fd, buffer + filled, capacity - filled);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		filled += (size_t)got;
	}
	return (ssize_t)filled;
}

/* Returns a descriptor, or -1 with *err set. */
static int open_and_stat(const char *path, int flags, struct stat *ret, struct elfsyms_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);

	if (fd < 0) {
		elfsyms_error_set_errno(err, errno, "%s: cannot open", path);
		return -1;
	}
	if (fstat(fd, ret) != 0) {
		elfsyms_error_set_errno(err, errno, "%s: cannot stat", path);
		close(fd);
		return -1;
	}
	return fd;
}

static int image_read_whole(struct file_image *image, int fd, const char *path,
			    struct elfsyms_error *err)
{
	/* One byte more, so that an empty file has a buffer too. */
	unsigned char *buffer = malloc(image->size + 1);
	ssize_t got;

	if (!buffer)
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", path);
	got = read_fully(fd, buffer, image->size);
	if (got < 0) {
		int errnum = errno;

		free(buffer);
		return elfsyms_error_set_errno(err, errnum, "%s: cannot read", path);
	}
	image->bytes = buffer;
	image->size = (size_t)got;
	image->storage = FILE_IMAGE_ALLOCATED;
	return 0;
}

static int image_map(struct file_image *image, int fd, const char *path, struct elfsyms_error *err)
{
	void *map = mmap(NULL, image->size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return elfsyms_error_set_errno(err, errno, "%s: cannot map", path);
	image->bytes = map;
	image->storage = FILE_IMAGE_MAPPED;
	return 0;
}

int file_image_open(struct file_image *image, const char *path, struct elfsyms_error *err)
{
	struct stat status;
	int fd, result;

	*image = (struct file_image){0};
	/* O_NONBLOCK: a FIFO of that name is refused below instead of waited for. */
	fd = open_and_stat(path, O_NONBLOCK, &status, err);
	if (fd < 0)
		return err->code;
	if (!S_ISREG(status.st_mode)) {
		result = elfsyms_error_set(err, ELFSYMS_IO, "%s: %s", path,
					   S_ISDIR(status.st_mode) ? "is a directory"
								   : "not a regular file");
	} else if ((uint64_t)status.st_size >= SIZE_MAX) {
		result = elfsyms_error_set(err, ELFSYMS_IO, "%s: too large to map", path);
	} else {
		image->size = (size_t)status.st_size;
		if (image->size <= READ_WHOLE_LIMIT)
			result = image_read_whole(image, fd, path, err);
		else
			result = image_map(image, fd, path, err);
	}
	close(fd);
	return result;
}

/* Doubles the buffer, to at most limit bytes (and one for the NUL). */
static int buffer_grow(unsigned char **buffer, size_t *capacity, size_t limit)
{
	size_t wanted = *capacity > limit / 2 ? limit : *capacity * 2;
	unsigned char *grown = realloc(*buffer, wanted + 1);

	if (!grown)
		return -1;
	*buffer = grown;
	*capacity = wanted;
	return 0;
}

/* Reads fd to its end into a buffer that starts with capacity bytes (and one for the NUL). */
static int read_to_end(struct file_image *image, int fd, const char *path, size_t capacity,
		       size_t limit, struct elfsyms_error *err)
{
	unsigned char *buffer = malloc(capacity + 1);
	size_t filled = 0;

	while (buffer) {
		ssize_t got = read_fully(fd, buffer + filled, capacity - filled);

		if (got < 0) {
			int errnum = errno;

			free(buffer);
			return elfsyms_error_set_errno(err, errnum, "%s: cannot read", path);
		}
		filled += (size_t)got;
		if (filled > limit) {
			free(buffer);
			return elfsyms_error_set(err, ELFSYMS_FORMAT,
						 "%s: larger than %zu MiB: not a symbol map", path,
						 limit >> 20);
		}
		if (filled < capacity) {
			buffer[filled] = '\0';
			*image = (struct file_image){buffer, filled, FILE_IMAGE_ALLOCATED};
			return 0;
		}
		if (buffer_grow(&buffer, &capacity, limit + 1)) {
			free(buffer);
			break;
		}
	}
	return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", path);
}

int file_image_read(struct file_image *image, const char *path, size_t limit,
		    struct elfsyms_error *err)
{
	size_t capacity = UNSIZED_FIRST_CAPACITY;
	struct stat status;
	int fd, result;

	*image = (struct file_image){0};
	fd = open_and_stat(path, 0, &status, err);
	if (fd < 0)
		return err->code;
	/* One byte more than the file has, so that a single read meets its end. */
	if (S_ISREG(status.st_mode) && status.st_size > 0)
		capacity = (size_t)status.st_size < limit ? (size_t)status.st_size + 1 : limit + 1;
	if (S_ISDIR(status.st_mode))
		result = elfsyms_error_set(err, ELFSYMS_IO, "%s: is a directory", path);
	else
		result = read_to_end(image, fd, path, capacity, limit, err);
	close(fd);
	return result;
}

void file_image_release(struct file_image *image)
{
	if (image->storage == FILE_IMAGE_ALLOCATED)
		free((void *)image->bytes);
	else if (image->storage == FILE_IMAGE_MAPPED)
		munmap((void *)image->bytes, image->size);
	*image = (struct file_image){0};
}
