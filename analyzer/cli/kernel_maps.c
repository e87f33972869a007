/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/kernel_maps.h"

#include <stdlib.h>
#include <string.h>

#include "elfsyms/object.h"

static int map_error(const struct elfsyms_error *why, struct error *err)
{
	if (why->code == ELFSYMS_NO_MEMORY) {
		return error_no_memory(err);
	}
	return error_set(err, ERROR_INPUT, "%s", why->text);
}

static int vmlinux_open(const char *path, struct kernel_maps *maps, struct elfsyms_error *why)
{
	struct elf_object *object;

	if (elf_object_open(path, &object, why) < 0) {
		return why->code;
	}
	if (!elf_object_build_id(object, maps->build_id, sizeof(maps->build_id))) {
		maps->build_id[0] = '\0';
	}
	if (symbol_map_from_elf(object, &maps->vmlinux, why) < 0) {
		elf_object_close(object);
		return why->code;
	}
	return kernel_code_set_vmlinux(&maps->code, object, why);
}

static void map_detail(struct diagnostics *diagnostics, const char *path,
		       const struct symbol_map *map)
{
	diagnostics_detail(diagnostics, "%s: %zu symbols", path, symbol_map_count(map));
}

static void vmlinux_of_tree(const struct kernel_tree *tree, struct diagnostics *diagnostics,
			    struct kernel_maps *maps)
{
	const char *path = kernel_tree_vmlinux(tree);
	struct elfsyms_error why;

	if (!path) {
		return;
	}
	if (vmlinux_open(path, maps, &why) < 0) {
		diagnostics_warning(diagnostics, "%s", why.text);
		return;
	}
	map_detail(diagnostics, path, maps->vmlinux);
}

static void system_map_of_tree(const struct kernel_tree *tree, struct diagnostics *diagnostics,
			       struct kernel_maps *maps)
{
	const char *path = kernel_tree_system_map(tree);
	struct elfsyms_error why;

	if (!path) {
		return;
	}
	if (symbol_map_from_text(path, &maps->system_map, &why) < 0) {
		diagnostics_warning(diagnostics, "%s", why.text);
		return;
	}
	map_detail(diagnostics, path, maps->system_map);
}

static int named_map_open(const char *path, struct diagnostics *diagnostics,
			  struct symbol_map **ret, struct error *err)
{
	struct elfsyms_error why;

	if (!path) {
		return 0;
	}
	if (symbol_map_from_text(path, ret, &why) < 0) {
		*ret = NULL;
		return map_error(&why, err);
	}
	map_detail(diagnostics, path, *ret);
	return 0;
}

int kernel_maps_open(const struct kernel_tree *tree, const struct options *options,
		     struct diagnostics *diagnostics, struct kernel_maps *ret, struct error *err)
{
	if (named_map_open(options->system_map, diagnostics, &ret->system_map, err) < 0 ||
	    named_map_open(options->kallsyms, diagnostics, &ret->kallsyms, err) < 0) {
		kernel_maps_release(ret);
		return err->code;
	}
	if (tree) {
		vmlinux_of_tree(tree, diagnostics, ret);
	}
	if (tree && !ret->vmlinux && !ret->system_map) {
		system_map_of_tree(tree, diagnostics, ret);
	}
	return 0;
}

int kernel_debug_open(struct kernel_tree *tree, const struct options *options,
		      struct diagnostics *diagnostics, struct kernel_maps *maps, struct error *err)
{
	struct debug_search search = {.directory = options->debug_dir};
	const char *path = tree ? kernel_tree_vmlinux(tree) : NULL;
	struct elfsyms_error why;
	struct debug_facts facts;

	if (!path) {
		return 0;
	}
	if (debug_info_open(path, &search, &maps->debug, &why) < 0) {
		maps->debug_problem = strdup(why.text);
		return maps->debug_problem && why.code != ELFSYMS_NO_MEMORY ? 0
									    : error_no_memory(err);
	}
	debug_info_facts(maps->debug, &facts);
	diagnostics_detail(diagnostics, "%s: debug info of %zu compilation units",
			   debug_info_file(maps->debug), facts.unit_count);
	if (kernel_tree_facts(tree)->object_count > 0) {
		return 0;
	}
	return kernel_tree_add_units(tree, maps->debug, options->threads, err);
}

int kernel_modules_open(const struct options *options, struct diagnostics *diagnostics,
			struct kernel_maps *maps, struct error *err)
{
	struct module_files *modules = &maps->modules;

	module_files_init(modules);
	if (options->kernel && module_files_add_build(modules, options->kernel, err) < 0) {
		return err->code;
	}
	for (size_t i = 0; i < 2 && options->modules[i]; i++) {
		if (module_files_add_path(modules, options->modules[i], err) < 0) {
			return err->code;
		}
	}
	if (kernel_maps_find_loads(maps, err) < 0) {
		return err->code;
	}
	module_files_finish(modules);
	if (modules->file_count + modules->load_count > 0) {
		diagnostics_detail(diagnostics, "%zu module files, %zu loaded modules",
				   modules->file_count, modules->load_count);
	}
	return 0;
}

bool kernel_maps_any(const struct kernel_maps *maps)
{
	return maps->vmlinux || maps->system_map || maps->kallsyms;
}

void kernel_maps_release(struct kernel_maps *maps)
{
	module_files_release(&maps->modules);
	debug_info_close(maps->debug);
	free(maps->debug_problem);
	kernel_code_release(&maps->code);
	symbol_map_free(maps->vmlinux);
	symbol_map_free(maps->system_map);
	symbol_map_free(maps->kallsyms);
	*maps = (struct kernel_maps){0};
}
