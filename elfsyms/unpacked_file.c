/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/unpacked_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNPACKED_LIMIT ((size_t)256 * 1024 * 1024)
#define BLOCK_SIZE     ((size_t)64 * 1024)

static bool is_elf(int fd)
{
	char magic[4];

	return pread(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
	       memcmp(magic, "\177ELF", sizeof(magic)) == 0;
}

static int archive_failed(struct archive *archive, const char *path, struct elfsyms_error *err)
{
	const char *reason = archive_error_string(archive);

	return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: cannot unpack: %s", path,
				 reason ? reason : "unknown error");
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

static int data_copy(struct archive *archive, const char *path, int to, struct elfsyms_error *err)
{
	char *block = malloc(BLOCK_SIZE);
	size_t total = 0;
	int result = 0;
	la_ssize_t got;

	if (!block) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", path);
	}
	while (result == 0 && (got = archive_read_data(archive, block, BLOCK_SIZE)) != 0) {
		if (got < 0) {
			result = archive_failed(archive, path, err);
			break;
		}
		total += (size_t)got;
		if (total > UNPACKED_LIMIT) {
			result = elfsyms_error_set(err, ELFSYMS_FORMAT,
						   "%s: larger than 256 MiB when unpacked", path);
		} else if (!write_fully(to, block, (size_t)got)) {
			result = elfsyms_error_set_errno(err, errno, "%s: cannot unpack", path);
		}
	}
	free(block);
	return result;
}

static int unpack(int from, const char *path, int to, struct elfsyms_error *err)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int result;

	if (!archive) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", path);
	}
	if (archive_read_support_filter_xz(archive) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(archive) != ARCHIVE_OK ||
	    archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
	    archive_read_support_filter_bzip2(archive) != ARCHIVE_OK ||
	    archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_open_fd(archive, from, BLOCK_SIZE) != ARCHIVE_OK ||
	    archive_read_next_header(archive, &entry) != ARCHIVE_OK) {
		result = archive_failed(archive, path, err);
	} else {
		result = data_copy(archive, path, to, err);
	}
	archive_read_free(archive);
	return result;
}

int unpacked_file_open(const char *path, int *ret_fd, struct elfsyms_error *err)
{
	/* O_NONBLOCK: a pipe of that name does not stop the program. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
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
	if (is_elf(fd)) {
		*ret_fd = fd;
		return 0;
	}
	memory = memfd_create("module", MFD_CLOEXEC);
	if (memory < 0) {
		result = elfsyms_error_set_errno(err, errno, "%s: cannot unpack", path);
		close(fd);
		return result;
	}
	result = unpack(fd, path, memory, err);
	close(fd);
	if (result < 0) {
		close(memory);
		return result;
	}
	*ret_fd = memory;
	return 0;
}
