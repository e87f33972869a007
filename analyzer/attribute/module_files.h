/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the modules of the traced kernel, by the kernel's name of the module, and
 * where the modules were loaded.
 *
 * Files: those that modules.order of a build lists, and all .ko files (also .ko.xz, .ko.zst,
 * .ko.gz) in and below a directory, by their names: snd-hda-intel.ko is snd_hda_intel.
 * Of several with one name those of the build come first, then by path. Nothing is
 * opened until it is asked for.
 *
 * Loaded: copies of /proc/modules ("brd 20480 0 - Live 0xffffffffc050a000 (E)"): name,
 * bytes, users, dependants, state, address. The address is 0 where the reader was not root.
 * The size is that of what stays: init text was freed after loading.
 *
 * Build ids: those of the modules that were traced, where something tells (kmem-capture's
 * bundle). They don't choose among files; whoever uses one compares.
 */
#ifndef ANALYZER_ATTRIBUTE_MODULE_FILES_H
#define ANALYZER_ATTRIBUTE_MODULE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"

struct module_file {
	const char *name; /* "leaky" */
	const char *path;
	const char *directory; /* in the kernel's source, NULL if the path doesn't tell */
	size_t order;
};

struct module_load {
	const char *name;
	uint64_t address;
	uint64_t size;
};

struct module_build {
	const char *name;
	const char *build_id; /* hexadecimal */
};

struct module_files {
	struct arena arena;
	struct module_file *files; /* by name after module_files_finish, then as above */
	size_t file_count, file_capacity;
	struct module_load *loads; /* by address after module_files_finish */
	size_t load_count, load_capacity;
	struct module_build *builds; /* by name after module_files_finish */
	size_t build_count, build_capacity;
};

void module_files_init(struct module_files *modules);
void module_files_release(struct module_files *modules);

/* The modules of a built tree; none if it has no modules.order. ERROR_NO_MEMORY or 0. */
int module_files_add_build(struct module_files *modules, const char *root, struct error *err);

/*
 * A directory, or a copy of /proc/modules. ERROR_INPUT: neither, or unreadable, or
 * nothing of the kind in it.
 */
int module_files_add_path(struct module_files *modules, const char *path, struct error *err);

/*
 * The text of a /proc/modules; what is none of its lines is left out. *ret_count (NULL:
 * not wanted): lines that were. ERROR_NO_MEMORY or 0.
 */
int module_files_add_loads(struct module_files *modules, const char *text, size_t size,
			   size_t *ret_count, struct error *err);

/* The build id of a traced module. */
int module_files_add_build_id(struct module_files *modules, const char *name, const char *build_id,
			      struct error *err);

/* A module some map knows of. */
int module_files_add_load(struct module_files *modules, const char *name, uint64_t address,
			  uint64_t size, struct error *err);

/* Sorts; before any question, after everything was added. */
void module_files_finish(struct module_files *modules);

/* The build id of the traced module called name, NULL if that isn't known. */
const char *module_files_build_id(const struct module_files *modules, const char *name);

/* The files called name: the first one, and how many there are. */
const struct module_file *module_files_find(const struct module_files *modules, const char *name,
					    size_t *ret_count);

#endif
