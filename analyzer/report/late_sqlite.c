/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/late_sqlite.h"

LATE_SQLITE(LATE_DEFINE)

static const struct late_symbol library_symbols[] = {LATE_SQLITE(LATE_ENTRY)};
static struct late_library library = LATE_LIBRARY(SQLITE_SONAME, "libsqlite3-0", library_symbols);

int late_sqlite_load(enum error_code code, struct error *err)
{
	return late_library_load(&library, code, err);
}
