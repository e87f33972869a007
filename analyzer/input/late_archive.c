/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/late_archive.h"

LATE_ARCHIVE(LATE_DEFINE)

static const struct late_symbol library_symbols[] = {LATE_ARCHIVE(LATE_ENTRY)};
static struct late_library library =
	LATE_LIBRARY(LIBARCHIVE_SONAME, "libarchive13", library_symbols);

int late_archive_load(struct error *err)
{
	return late_library_load(&library, ERROR_INPUT, err);
}
