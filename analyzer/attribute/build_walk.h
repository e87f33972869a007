/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies in the folders of a build: the fallback where a build does not
 * record what it linked, and the source of candidates everywhere.
 *
 * Never follows a link to a folder (an O= build has `source`, a broken tree may
 * have loops). Leaves out folders that hold nothing of the kernel itself: hidden
 * ones, scripts, tools, Documentation, arch/x/boot, arch/x/tools.
 */
#ifndef ANALYZER_ATTRIBUTE_BUILD_WALK_H
#define ANALYZER_ATTRIBUTE_BUILD_WALK_H

#include "analyzer/attribute/build_files.h"
#include "analyzer/attribute/build_list.h"

/* All sorted by strcmp, relative to the build. */
struct build_walk {
	struct path_array objects;  /* .o that were compiled or composed; none of the kinds below */
	struct path_array builtins; /* built-in.a, built-in.o */
	struct path_array libs;	    /* lib.a */
	struct path_array modules;  /* "fs/ext2/ext2" for its .ko (also compressed) or .mod.o */
};

int build_walk_run(struct build_walk *walk, const struct build_root *root, struct arena *arena);
void build_walk_release(struct build_walk *walk);

/* What an object's place alone says about it: LINK_LIKELY or LINK_DOUBTFUL. */
enum link_certainty build_walk_place(const char *path);

/* The compressions modules are installed with, "" (none) first; ends with NULL. */
extern const char *const module_compressions[];

#endif
