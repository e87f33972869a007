/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ar archives: names lie inside the archive, and so does the data of a regular one. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "elfsyms/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

struct archive_bounds {
	const char *bytes;
	size_t size;
	bool is_thin;
};

static int visit(const struct archive_member *member, void *context)
{
	const struct archive_bounds *archive = context;

	check(member->name >= archive->bytes);
	check(member->name_length <= archive->size - (size_t)(member->name - archive->bytes));
	if (!archive->is_thin)
		check(member->offset <= archive->size &&
		      member->size <= archive->size - member->offset);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct archive_bounds archive = {(const char *)data, size, false};
	struct elfsyms_error err;
	int result =
		archive_members_memory("fuzz", data, size, &archive.is_thin, visit, &archive, &err);

	check(!result || (err.code == result && err.text[0]));
	return 0;
}
