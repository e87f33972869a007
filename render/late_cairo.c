/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/late_cairo.h"

LATE_CAIRO(LATE_DEFINE)

static const struct late_symbol library_symbols[] = {LATE_CAIRO(LATE_ENTRY)};
static struct late_library library = LATE_LIBRARY(CAIRO_SONAME, "libcairo2", library_symbols);

int late_cairo_load(struct error *err)
{
	return late_library_load(&library, ERROR_OUTPUT, err);
}

bool late_cairo_is_loaded(void)
{
	return library.is_loaded;
}
