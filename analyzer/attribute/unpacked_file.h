/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that may be compressed, as a descriptor that ELF readers can map: .xz, .zst, .gz
 * and .bz2, as modules are installed. What was compressed is unpacked into memory
 * (memfd), as the input is (analyzer/input/packing.h): told by content, in this process.
 */
#ifndef ANALYZER_ATTRIBUTE_UNPACKED_FILE_H
#define ANALYZER_ATTRIBUTE_UNPACKED_FILE_H

#include "elfsyms/error.h"

/*
 * Opens path for reading; a file that is not compressed is handed out as it is. ret_fd is
 * the caller's to close. ELFSYMS_FORMAT: damaged, or larger than 256 MiB when unpacked
 * (the largest modules with debug info have 100).
 */
int unpacked_file_open(const char *path, int *ret_fd, struct elfsyms_error *err);

#endif
