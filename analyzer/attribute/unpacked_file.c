/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/unpacked_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/input/byte_source.h"
#include "analyzer/input/packing.h"

#define UNPACKED_LIMIT ((size_t)256 * 1024 * 1024)
#define MAGIC_SIZE     262u /* what packing_of looks at */

static int cannot_unpack(const char *path, const struct error *why, struct elfsyms_error *err)
{
	enum elfsyms_code code = why->code == ERROR_NO_MEMORY ? ELFSYMS_NO_MEMORY : ELFSYMS_FORMAT;

	return elfsyms_error_set(err, code, "%s: cannot unpack: %s", path, why->text);
}

static bool write_fully(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written <= 0) {
			return false;
		}
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

static int data_copy(struct byte_source *source, const char *path, int to,
		     struct elfsyms_error *err)
{
	struct error why;
	const char *block;
	size_t total = 0;
	size_t size;
	int result;

	while ((result = byte_source_next(source, &block, &size, &why)) > 0) {
		total += size;
		if (total > UNPACKED_LIMIT) {
			return elfsyms_error_set(err, ELFSYMS_FORMAT,
						 "%s: larger than 256 MiB when unpacked", path);
		}
		if (!write_fully(to, block, size)) {
			return elfsyms_error_set_errno(err, errno, "%s: cannot unpack", path);
		}
	}
	return result < 0 ? cannot_unpack(path, &why, err) : 0;
}

static int unpack(int from, enum packing packing, const char *path, int to,
		  struct elfsyms_error *err)
{
	struct file_source file;
	struct packing_stream *stream;
	struct error why;
	int result;

	if (file_source_init(&file, from, NULL, 0, &why) < 0) {
		return cannot_unpack(path, &why, err);
	}
	if (packing_stream_open(packing, &file.source, &stream, &why) < 0) {
		result = cannot_unpack(path, &why, err);
	} else {
		result = data_copy(packing_stream_source(stream), path, to, err);
		packing_stream_close(stream);
	}
	file_source_release(&file);
	return result;
}

static enum packing packing_of_file(int fd)
{
	char magic[MAGIC_SIZE];
	ssize_t size = pread(fd, magic, sizeof(magic), 0);

	return size > 0 ? packing_of(magic, (size_t)size) : PACKING_NONE;
}

int unpacked_file_open(const char *path, int *ret_fd, struct elfsyms_error *err)
{
	/* O_NONBLOCK: a pipe of that name does not stop the program. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum packing packing;
	struct stat status;
	int result;
	int memory;

	if (fd < 0) {
		return elfsyms_error_set_errno(err, errno, "%s: cannot open", path);
	}
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return elfsyms_error_set(err, ELFSYMS_IO, "%s: not a regular file", path);
	}
	packing = packing_of_file(fd);
	if (packing == PACKING_NONE || packing_is_archive(packing)) {
		*ret_fd = fd;
		return 0;
	}
	memory = memfd_create("module", MFD_CLOEXEC);
	if (memory < 0) {
		result = elfsyms_error_set_errno(err, errno, "%s: cannot unpack", path);
		close(fd);
		return result;
	}
	result = unpack(fd, packing, path, memory, err);
	close(fd);
	if (result < 0) {
		close(memory);
		return result;
	}
	*ret_fd = memory;
	return 0;
}
