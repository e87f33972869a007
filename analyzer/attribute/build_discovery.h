/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which objects of a build are linked into vmlinux or a module: found from what
 * the build wrote down, before any object is opened.
 *
 * vmlinux, the first that is there and readable:
 *   vmlinux.a        6.1 and newer: one thin archive of everything, in link order
 *   built-in.a       the one at the top (6.1+), else those of all folders (4.17 to 6.0), with
 *                    lib.a and, up to 6.0, the head objects of arch/x/kernel beside them
 *   built-in.o       thin archives (4.13 to 4.16), else relocatable links whose .built-in.o.cmd
 *                    and .x.o.cmd name the inputs
 *   directory walk   every object that was not made for something else
 * Beside them the objects that scripts/link-vmlinux.sh adds last: init/version-timestamp.o,
 * .vmlinux.export.o, the last kallsyms pass (.tmp_kallsyms2.o, .tmp_vmlinux.kallsyms2.o,
 * .tmp_vmlinux2.kallsyms.o), .btf.vmlinux.bin.o. They are linked and listed like any other.
 *
 * Members of lib.a are linked whole or on demand, depending on version and
 * configuration: those that vmlinux.a does not list are LINK_LIKELY.
 *
 * Modules: see build_modules.c.
 */
#ifndef ANALYZER_ATTRIBUTE_BUILD_DISCOVERY_H
#define ANALYZER_ATTRIBUTE_BUILD_DISCOVERY_H

#include <stdbool.h>

#include "analyzer/attribute/build_files.h"
#include "analyzer/attribute/build_list.h"
#include "analyzer/attribute/build_walk.h"
#include "analyzer/base/error.h"

struct build_plan {
	struct build_root root;
	struct arena *arena; /* of all paths; borrowed */
	struct build_list list;
	struct build_list archives; /* those read already: loops end, nothing counts twice */
	struct build_walk walk;
	bool walked;
	struct build_problems problems;
	const char *evidence; /* "vmlinux.a", "built-in.a", "built-in.o", "directory walk" */
	bool has_vmlinux;
	bool has_system_map;
};

/* ERROR_INPUT when path cannot be reached. */
int build_plan_init(struct build_plan *plan, const char *path, struct arena *arena,
		    struct error *err);
void build_plan_release(struct build_plan *plan);

/* Does the folder hold anything a kernel build leaves behind? A few stat calls. */
bool build_root_is_build(const struct build_root *root);

/* Fills plan->list; what is unusable goes into plan->problems. */
int build_discover(struct build_plan *plan, struct error *err);

/* The walk, made once. */
int build_plan_walk(struct build_plan *plan);

/*
 * Adds an archive's objects, nested archives in place. follow_links: members may
 * themselves be thin archives or links of others (before 4.17): look into them.
 * 0, 1 when top itself is neither an archive nor a recorded link, ERROR_NO_MEMORY.
 */
int build_expand(struct build_plan *plan, const char *top, const char *module,
		 enum link_certainty certainty, bool follow_links);

/*
 * The inputs of the relocatable link that made path, from its .cmd file. *known:
 * there is a .cmd file; *is_link: it was such a link.
 */
int build_link_inputs(struct build_plan *plan, const char *path, struct path_array *inputs,
		      bool *known, bool *is_link);

/* build_modules.c */
int build_find_modules(struct build_plan *plan);

#endif
