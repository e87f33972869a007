/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Placing one named call site: the object and directory of the kernel tree that
 * defines its function. Runs after naming (site_naming.h), knows no trace text,
 * and leaves the choice among equal names to function_search.h.
 *
 * Several objects left in one directory still give the directory. Otherwise the
 * site is ambiguous and not placed. A name the tree defines once is placed even
 * if sizes differ: naming reports that the map is of another kernel.
 *
 * A module's function is sought in the objects of that module; if none defines it
 * (inlined or cloned otherwise), the module's only object or directory is its
 * place. A trace that prints neither size nor module (trace-cmd, perf) may mean a
 * module's function: it is sought among modules if vmlinux has none of that name.
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_PLACING_H
#define ANALYZER_ATTRIBUTE_SITE_PLACING_H

#include <stdbool.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/function_search.h"
#include "analyzer/attribute/site_naming.h"
#include "analyzer/base/arena.h"

struct site_placer {
	struct arena *arena; /* for the strings of call sites */
	bool has_tree;
	struct function_search search;
};

/* sources->tree may be NULL: then only modules are known. Returns 0, or -1 without memory. */
int site_placer_init(struct site_placer *placer, const struct attribution_sources *sources,
		     struct arena *arena);
void site_placer_release(struct site_placer *placer);

/*
 * Fills object, directory and placing of site, and settles its naming: AMBIGUOUS
 * if several objects remain, NAMED if the one object is known after all or the
 * tree knows what no map does, UNKNOWN_SYMBOL if nothing knows the function,
 * SIZE_MISMATCH if every function of that name is too long. Returns 0, or -1
 * without memory.
 */
int site_place(struct site_placer *placer, struct call_site *site, const struct site_tie *tie);

#endif
