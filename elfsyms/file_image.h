/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a file, for the readers of elfsyms (not a public header).
 *
 * A small file is read into memory: one read() costs less than a mapping with its
 * page faults and its unmapping, and a kernel build has thousands of small objects.
 * A larger one is mapped, so that only the pages looked at become resident.
 * Pipes and /proc files, which have no size, are read to their end.
 */
#ifndef ELFSYMS_FILE_IMAGE_H
#define ELFSYMS_FILE_IMAGE_H

#include <stddef.h>

#include "elfsyms/error.h"

enum file_image_storage {
	FILE_IMAGE_BORROWED,
	FILE_IMAGE_ALLOCATED,
	FILE_IMAGE_MAPPED,
};

struct file_image {
	const unsigned char *bytes;
	size_t size;
	enum file_image_storage storage;
};

/* Opens a regular file: reads or maps it. Anything else is ELFSYMS_IO. */
int file_image_open(struct file_image *image, const char *path, struct elfsyms_error *err);

/*
 * Reads any readable file to its end into memory, one byte longer than size says
 * (a NUL, so that text ends). More than limit bytes is ELFSYMS_FORMAT.
 */
int file_image_read(struct file_image *image, const char *path, size_t limit,
		    struct elfsyms_error *err);

void file_image_release(struct file_image *image);

#endif
