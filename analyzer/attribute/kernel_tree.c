/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/kernel_tree.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/attribute/build_discovery.h"
#include "analyzer/attribute/build_verdict.h"
#include "analyzer/attribute/object_loader.h"
#include "analyzer/attribute/unit_objects.h"
#include "analyzer/base/arena.h"

struct kernel_tree {
	struct arena arena;	     /* paths and module names */
	struct object_loader loader; /* symbol names */
	struct tree_object *objects;
	size_t object_count;
	struct tree_symbol *symbols;
	uint32_t *hashes; /* of the symbols' names */
	size_t symbol_count;
	uint32_t *buckets; /* symbol + 1, chained in ascending order */
	uint32_t *next;
	size_t bucket_count; /* a power of two */
	struct kernel_tree_facts facts;
	const char *vmlinux;
	const char *system_map;
};

void kernel_tree_free(struct kernel_tree *tree)
{
	if (!tree) {
		return;
	}
	object_loader_release(&tree->loader);
	arena_release(&tree->arena);
	free(tree->objects);
	free(tree->symbols);
	free(tree->hashes);
	free(tree->buckets);
	free(tree->next);
	free(tree);
}

/* vmlinux first, in the order of the list (link order where known); then modules by name. */
struct keep_key {
	uint32_t index;
	const char *module;
};

static int compare_kept(const void *a_pointer, const void *b_pointer)
{
	const struct keep_key *a = a_pointer;
	const struct keep_key *b = b_pointer;
	int order = 0;

	if (a->module && b->module) {
		order = strcmp(a->module, b->module);
	} else if (a->module || b->module) {
		order = a->module ? 1 : -1;
	}
	return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

/* The objects that stay, in their final order; unusable ones become problems here. */
static struct keep_key *choose_kept(struct kernel_tree *tree, struct build_plan *plan,
				    size_t *count)
{
	struct keep_key *kept = calloc(plan->list.count + 1, sizeof(*kept));

	*count = 0;
	for (size_t i = 0; kept && i < plan->list.count; i++) {
		const struct build_object *object = &plan->list.objects[i];
		const struct loaded_object *loaded = &tree->loader.objects[i];

		if (object->certainty != LINK_CERTAIN) {
			continue;
		}
		if (loaded->status == LOAD_UNREADABLE) {
			build_problem(&plan->problems, "%s", loaded->message);
			continue;
		}
		kept[*count].index = (uint32_t)i;
		kept[(*count)++].module = object->module;
	}
	if (kept) {
		qsort(kept, *count, sizeof(*kept), compare_kept);
	}
	return kept;
}

static int allocate_results(struct kernel_tree *tree, const struct keep_key *kept, size_t count)
{
	size_t symbols = 0;

	for (size_t i = 0; i < count; i++) {
		symbols += tree->loader.objects[kept[i].index].symbol_count;
	}
	if (symbols > UINT32_MAX / 2) {
		return ERROR_NO_MEMORY;
	}
	tree->objects = calloc(count + 1, sizeof(*tree->objects));
	tree->symbols = calloc(symbols + 1, sizeof(*tree->symbols));
	tree->hashes = calloc(symbols + 1, sizeof(*tree->hashes));
	return tree->objects && tree->symbols && tree->hashes ? 0 : ERROR_NO_MEMORY;
}

static void add_object(struct kernel_tree *tree, const struct build_object *listed,
		       const struct loaded_object *loaded)
{
	uint32_t index = (uint32_t)tree->object_count++;
	uint32_t first = (uint32_t)tree->symbol_count;
	struct tree_object *object = &tree->objects[index];

	*object = (struct tree_object){
		.path = listed->path,
		.module = listed->module,
		.source = loaded->source,
		.sizes = loaded->sizes,
		.first_symbol = first,
		.symbol_count = loaded->symbol_count,
		.is_bitcode = loaded->status == LOAD_BITCODE,
	};
	for (uint32_t i = 0; i < loaded->symbol_count; i++) {
		tree->symbols[first + i] = loaded->symbols[i];
		tree->symbols[first + i].object = index;
		tree->hashes[first + i] = loaded->hashes[i];
	}
	tree->symbol_count += loaded->symbol_count;
}

static void count_object(struct kernel_tree_facts *facts, const struct tree_object *object,
			 const struct tree_object *previous)
{
	facts->object_count++;
	facts->bitcode_count += object->is_bitcode;
	if (!object->module) {
		facts->vmlinux_object_count++;
	} else if (!previous || !previous->module ||
		   strcmp(previous->module, object->module) != 0) {
		facts->module_count++;
	}
}

static int collect(struct kernel_tree *tree, struct build_plan *plan)
{
	size_t count;
	struct keep_key *kept = choose_kept(tree, plan, &count);

	if (!kept || allocate_results(tree, kept, count) < 0) {
		free(kept);
		return ERROR_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		add_object(tree, &plan->list.objects[kept[i].index],
			   &tree->loader.objects[kept[i].index]);
		count_object(&tree->facts, &tree->objects[i], i > 0 ? &tree->objects[i - 1] : NULL);
	}
	free(kept);
	return 0;
}

/* Chains are built from the back, so that they run in ascending order. */
static int index_names(struct kernel_tree *tree)
{
	tree->bucket_count = 16;
	while (tree->bucket_count < tree->symbol_count) {
		tree->bucket_count *= 2;
	}
	tree->buckets = calloc(tree->bucket_count, sizeof(*tree->buckets));
	tree->next = calloc(tree->symbol_count + 1, sizeof(*tree->next));
	if (!tree->buckets || !tree->next) {
		return ERROR_NO_MEMORY;
	}
	for (size_t i = tree->symbol_count; i-- > 0;) {
		uint32_t *bucket = &tree->buckets[tree->hashes[i] & (tree->bucket_count - 1)];

		tree->next[i] = *bucket;
		*bucket = (uint32_t)i + 1;
	}
	return 0;
}

static int name_file(struct kernel_tree *tree, const struct build_plan *plan, bool is_there,
		     const char *name, const char **ret)
{
	if (is_there) {
		*ret = arena_printf(&tree->arena, "%s/%s", plan->root.given, name);
	}
	return is_there && !*ret ? ERROR_NO_MEMORY : 0;
}

static int read_build(struct kernel_tree *tree, struct build_plan *plan, unsigned int thread_count,
		      struct error *err)
{
	int result = build_discover(plan, err);

	if (result < 0) {
		return result;
	}
	result = object_loader_run(&tree->loader, &plan->root, &plan->list, thread_count, err);
	if (result < 0) {
		return result;
	}
	if (build_resolve_composites(&plan->list, &tree->loader) < 0 ||
	    build_apply_proof(plan, &tree->loader) < 0 ||
	    build_recover_bitcode(plan, &tree->loader) < 0 || collect(tree, plan) < 0 ||
	    index_names(tree) < 0 ||
	    name_file(tree, plan, plan->has_vmlinux, "vmlinux", &tree->vmlinux) < 0 ||
	    name_file(tree, plan, plan->has_system_map, "System.map", &tree->system_map) < 0) {
		return error_no_memory(err);
	}
	object_loader_drop_records(&tree->loader);
	tree->facts.evidence = plan->evidence;
	tree->facts.unreadable_count = plan->problems.count;
	memcpy(tree->facts.first_unreadable, plan->problems.first,
	       sizeof(tree->facts.first_unreadable));
	return 0;
}

static int not_a_build(const struct build_root *root, struct error *err)
{
	bool is_source = build_file_exists(root, "Kbuild") && build_file_exists(root, "Makefile") &&
			 build_file_exists(root, "init/main.c");

	if (is_source) {
		return error_set(
			err, ERROR_USAGE,
			"%s: a kernel source tree that has not been built here (no vmlinux, "
			"vmlinux.a, built-in.a or modules.order); build it, or give the "
			"output folder of its O= build",
			root->given);
	}
	if (build_file_exists(root, ".config")) {
		return error_set(
			err, ERROR_USAGE,
			"%s: configured, but not built (there is a .config, but no vmlinux, "
			"vmlinux.a, built-in.a or modules.order)",
			root->given);
	}
	return error_set(err, ERROR_USAGE,
			 "%s: not a kernel build (looked for vmlinux, vmlinux.a, built-in.a, "
			 "init/built-in.a, init/main.o, modules.order and System.map)",
			 root->given);
}

static int open_folder(struct kernel_tree *tree, const char *path, unsigned int thread_count,
		       struct error *err)
{
	struct build_plan plan;
	int result;

	if (access(path, R_OK | X_OK) != 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s: cannot read the folder", path);
	}
	result = build_plan_init(&plan, path, &tree->arena, err);
	if (result == 0 && !build_root_is_build(&plan.root)) {
		result = not_a_build(&plan.root, err);
	}
	if (result == 0) {
		result = read_build(tree, &plan, thread_count, err);
	}
	if (result == 0 && tree->object_count == 0 && !tree->vmlinux && !tree->system_map &&
	    plan.problems.count == 0) {
		result = not_a_build(&plan.root, err);
	}
	build_plan_release(&plan);
	return result;
}

/* Does the file begin like ELF? Tells a wrong file from a damaged vmlinux. */
static int check_magic(const char *path, struct error *err)
{
	char magic[4] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got;

	if (fd < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s", path);
	}
	got = read(fd, magic, sizeof(magic));
	close(fd);
	if (got < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s", path);
	}
	if (memcmp(magic, "\177ELF", sizeof(magic)) != 0) {
		return error_set(
			err, ERROR_USAGE,
			"%s: neither a kernel build folder nor a vmlinux (not an ELF file)", path);
	}
	return 0;
}

int kernel_tree_add_units(struct kernel_tree *tree, struct debug_info *debug,
			  unsigned int thread_count, struct error *err)
{
	struct unit_objects found;

	if (unit_objects_read(tree->vmlinux, debug, thread_count, &tree->arena, &found, err) < 0) {
		return err->code;
	}
	free(tree->objects);
	free(tree->symbols);
	free(tree->hashes);
	free(tree->buckets);
	free(tree->next);
	tree->objects = found.objects;
	tree->object_count = found.object_count;
	tree->symbols = found.symbols;
	tree->symbol_count = found.symbol_count;
	tree->buckets = NULL;
	tree->next = NULL;
	tree->facts.evidence = "its debug info";
	for (size_t i = 0; i < tree->object_count; i++) {
		tree->facts.object_count += !tree->objects[i].is_group;
		tree->facts.vmlinux_object_count += !tree->objects[i].is_group;
	}
	tree->hashes = calloc(tree->symbol_count + 1, sizeof(*tree->hashes));
	for (size_t i = 0; tree->hashes && i < tree->symbol_count; i++) {
		tree->hashes[i] = text_hash(tree->symbols[i].name);
	}
	return tree->hashes && index_names(tree) == 0 ? 0 : error_no_memory(err);
}

/* A vmlinux by itself: names, but no objects. */
static int open_vmlinux(struct kernel_tree *tree, const char *path, struct error *err)
{
	struct elfsyms_error elf_error = {0};
	struct elf_object *elf;
	bool is_linked;

	if (check_magic(path, err) < 0) {
		return err->code;
	}
	if (elf_object_open(path, &elf, &elf_error) != 0) {
		return error_set(err, ERROR_INPUT, "%s", elf_error.text);
	}
	is_linked = elf_object_identity(elf)->type == ET_EXEC ||
		    elf_object_identity(elf)->type == ET_DYN;
	elf_object_close(elf);
	if (!is_linked) {
		return error_set(err, ERROR_USAGE,
				 "%s: an object file or module, not a linked vmlinux", path);
	}
	tree->vmlinux = arena_strdup(&tree->arena, path);
	tree->facts.evidence = "vmlinux alone";
	return tree->vmlinux && index_names(tree) == 0 ? 0 : error_no_memory(err);
}

int kernel_tree_open(const char *path, unsigned int thread_count, struct kernel_tree **ret,
		     struct error *err)
{
	struct kernel_tree *tree;
	struct stat status;
	int result;

	*ret = NULL;
	if (stat(path, &status) < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s", path);
	}
	tree = calloc(1, sizeof(*tree));
	if (!tree) {
		return error_no_memory(err);
	}
	arena_init(&tree->arena);
	if (S_ISDIR(status.st_mode)) {
		result = open_folder(tree, path, thread_count, err);
	} else if (S_ISREG(status.st_mode)) {
		result = open_vmlinux(tree, path, err);
	} else {
		result = error_set(err, ERROR_USAGE,
				   "%s: neither a kernel build folder nor a vmlinux", path);
	}
	if (result < 0) {
		kernel_tree_free(tree);
		return result;
	}
	*ret = tree;
	return 0;
}

bool kernel_tree_is_build(const char *path)
{
	struct build_root root;

	return build_root_init(&root, path) == 0 && build_root_is_build(&root);
}

const struct tree_object *kernel_tree_objects(const struct kernel_tree *tree, size_t *count)
{
	*count = tree->object_count;
	return tree->objects;
}

const struct tree_symbol *kernel_tree_symbols(const struct kernel_tree *tree, size_t *count)
{
	*count = tree->symbol_count;
	return tree->symbols;
}

const struct kernel_tree_facts *kernel_tree_facts(const struct kernel_tree *tree)
{
	return &tree->facts;
}

const char *kernel_tree_vmlinux(const struct kernel_tree *tree)
{
	return tree->vmlinux;
}

const char *kernel_tree_system_map(const struct kernel_tree *tree)
{
	return tree->system_map;
}

size_t kernel_tree_by_name(const struct kernel_tree *tree, const char *name, uint32_t *ret,
			   size_t capacity)
{
	uint32_t hash = text_hash(name);
	size_t found = 0;

	for (uint32_t i = tree->buckets[hash & (tree->bucket_count - 1)]; i;
	     i = tree->next[i - 1]) {
		if (tree->hashes[i - 1] == hash && strcmp(tree->symbols[i - 1].name, name) == 0) {
			if (found < capacity) {
				ret[found] = i - 1;
			}
			found++;
		}
	}
	return found;
}
