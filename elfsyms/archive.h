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
	/* As stored, not NUL-terminated, valid during the visit: for a thin archive a path relative
	 * to the archive's folder. */
	const char *name;
	size_t name_length;
	/* Of the member's data in the file. In a thin archive, which has no data, 0; or, where name
	 * is an archive itself, the place inside of that. */
	uint64_t offset;
	uint64_t size;
};

/*
 * Calls visit for each member that is a file (symbol tables and name tables left
 * out), in order. A nonzero result of visit stops and is returned. is_thin is set
 * before the first visit and may be NULL. ELFSYMS_FORMAT if it is no archive, or
 * for what comes after the damage.
 */
int archive_members(const char *path, bool *is_thin,
		    int (*visit)(const struct archive_member *member, void *context), void *context,
		    struct elfsyms_error *err);
/* The same for an archive in memory; name is for messages. */
int archive_members_memory(const char *name, const void *image, size_t size, bool *is_thin,
			   int (*visit)(const struct archive_member *member, void *context),
			   void *context, struct elfsyms_error *err);

#endif
