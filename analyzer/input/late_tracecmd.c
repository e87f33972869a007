/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/late_tracecmd.h"

LATE_TRACECMD(LATE_DEFINE)

static const struct late_symbol library_symbols[] = {LATE_TRACECMD(LATE_ENTRY)};
static struct late_library library =
	LATE_LIBRARY(LIBTRACECMD_SONAME, "libtracecmd1", library_symbols);

int late_tracecmd_load(struct error *err)
{
	return late_library_load(&library, ERROR_INPUT, err);
}
