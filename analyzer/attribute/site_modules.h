/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call sites in modules whose files are at hand: which place of the .ko they are, and
 * what its debug info says there.
 *
 * A site is found in its module's file by function name, offset and size: the size the
 * kernel prints reaches to the next symbol, so it is not below st_size. Where a module
 * has several such functions, the one with a call at that place counts, if it is the only one.
 *
 * Addresses that no map named get their function first, where the module's load address
 * is known (site_module_address.h).
 *
 * Bare addresses that remain are probably init text, if they are near a module
 * (site_init_text.h).
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_MODULES_H
#define ANALYZER_ATTRIBUTE_SITE_MODULES_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/base/arena.h"

/* Between naming and placing. trace_has_names: see site_naming.h. 0, or -1 without memory. */
int site_modules_resolve(const struct attribution_sources *sources, bool trace_has_names,
			 struct arena *arena, struct call_site *sites, size_t count);

#endif
