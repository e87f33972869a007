/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol maps of one run: where addresses get their names from.
 */
#ifndef ANALYZER_CLI_KERNEL_MAPS_H
#define ANALYZER_CLI_KERNEL_MAPS_H

#include <stdbool.h>

#include "analyzer/account/trace_account.h"
#include "analyzer/attribute/kernel_code.h"
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/attribute/module_files.h"
#include "analyzer/base/error.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/options.h"
#include "elfsyms/debug_info.h"
#include "elfsyms/object.h"
#include "elfsyms/symbol_map.h"

/* Owned; NULL where there is none. */
struct kernel_maps {
	struct symbol_map *vmlinux;
	struct symbol_map *system_map;
	struct symbol_map *kallsyms;
	struct kernel_code code; /* of vmlinux */
	/* Of vmlinux, and of the traced kernel where something came with the trace; "": unknown. */
	char build_id[ELF_BUILD_ID_SIZE];
	char traced_build_id[ELF_BUILD_ID_SIZE];
	struct debug_info *debug; /* of the tree's vmlinux */
	struct module_files modules;
	char *debug_problem; /* why there is none, where the tree has a vmlinux */
};

/*
 * Opens the vmlinux of the tree (NULL: no tree), --system-map or else the tree's own where it
 * has no usable vmlinux, and --kallsyms. ERROR_INPUT for a map the user named; one of the
 * tree that cannot be used is a warning, names then come from the others.
 */
int kernel_maps_open(const struct kernel_tree *tree, const struct options *options,
		     struct diagnostics *diagnostics, struct kernel_maps *ret, struct error *err);

/*
 * Opens the debug info of the tree's vmlinux, and lets it stand in for the objects where
 * the tree has none. Without debug info there is maps->debug_problem. ERROR_NO_MEMORY, or
 * ERROR_INPUT for a vmlinux that cannot be read.
 */
int kernel_debug_open(struct kernel_tree *tree, const struct options *options,
		      struct diagnostics *diagnostics, struct kernel_maps *maps, struct error *err);
/*
 * Finds the modules: those of the built tree, of --modules, and where kallsyms shows them
 * loaded. ERROR_INPUT for a --modules that is nothing of the kind.
 */
int kernel_modules_open(const struct options *options, struct diagnostics *diagnostics,
			struct kernel_maps *maps, struct error *err);

/* Where kallsyms shows modules loaded, unless that is known already. ERROR_NO_MEMORY or 0. */
int kernel_maps_find_loads(struct kernel_maps *maps, struct error *err);

/*
 * Takes a kallsyms text that came with the trace, unless the user gave one: names the user
 * can do without, so one that cannot be used is a warning. name is for messages.
 * ERROR_NO_MEMORY or 0.
 */
int kernel_maps_add_kallsyms(struct kernel_maps *maps, const char *name, const char *text,
			     size_t size, struct diagnostics *diagnostics, struct error *err);

/*
 * Takes a /proc/modules that came with the trace, unless it is known where the modules were: of
 * --modules or --kallsyms. Before kernel_maps_add_kallsyms, which knows it less exactly. name is
 * for messages. ERROR_NO_MEMORY or 0.
 */
int kernel_maps_add_modules(struct kernel_maps *maps, const char *name, const char *text,
			    size_t size, struct diagnostics *diagnostics, struct error *err);

/* Takes what a binary recording says about its kernel; trace: of trace_account_run. */
int kernel_maps_add_recording(struct kernel_maps *maps, const char *name,
			      const struct trace_account *trace, struct diagnostics *diagnostics,
			      struct error *err);

/* Is there any symbol map? */
bool kernel_maps_any(const struct kernel_maps *maps);

void kernel_maps_release(struct kernel_maps *maps);

#endif
