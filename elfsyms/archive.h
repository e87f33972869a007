/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members of an ar(1) archive: regular ("!<arch>\n") and thin ("!<thin>\n", GNU),
 * as kbuild makes them (built-in.a, lib.a, vmlinux.a). Reads headers and the long
 * name table only; every size and offset is checked.
 */
#ifndef ELFSYMS_ARCHIVE_H
#define ELFSYMS_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfsyms/error.h"

struct archive_member {
	const char
		*name; /* as stored: for a thin archive a path relative to the archive's folder */
	size_t name_length;
	uint64_t offset; /* of the member's data in the file; 0 for thin archives */
	uint64_t size;
};

/* Calls visit for each member that is a file (symbol tables and name tables left out), in order. */
int archive_members(const char *path, bool *is_thin,
		    int (*visit)(const struct archive_member *member, void *context), void *context,
		    struct elfsyms_error *err);

#endif
