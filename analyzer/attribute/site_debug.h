/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What debug info knows of call sites: inlined functions, file and line, compilation
 * unit. Works on many sites at once, because the units are read in parallel.
 *
 * A site in vmlinux is looked up by its link-time address. One that could be in several
 * functions of the same name and size is looked up in each: where the compiler
 * recorded a call that returns to exactly that offset in one of them only, it is that
 * one. The others stay ambiguous, with their candidates. A module's site is looked up in
 * the module's file (module_files.h).
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_DEBUG_H
#define ANALYZER_ATTRIBUTE_SITE_DEBUG_H

#include <stddef.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/site_naming.h"
#include "analyzer/base/arena.h"

/*
 * Between naming and placing: fills frames, blamed, file, line and unit of the sites in
 * vmlinux, and narrows their ties. 0, or -1 without memory.
 */
int site_debug_kernel(struct site_namer *namer, struct call_site *sites, struct site_tie *ties,
		      size_t count);

/* Copies a place into a site. 0, or -1 without memory. */
int site_debug_apply(struct arena *arena, struct call_site *site, const struct debug_place *place);

/*
 * After placing: the directory of the unit, or the one that an in-tree module's file is
 * in, where the tree didn't say or left it ambiguous; where it did say, the tree wins and
 * unit_differs tells. Init text of a module that isn't known for certain becomes a group
 * "(init text, probably of module NAME)". 0, or -1 without memory.
 */
int site_debug_settle(struct arena *arena, struct call_site *site);

#endif
