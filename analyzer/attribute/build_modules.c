/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modules of a build and the objects each is made of.
 *
 * Which modules: modules.order, else every .ko or .mod.o the walk meets.
 * Of a module M (path without suffix):
 *   .M.ko.cmd       the objects of the last link: M.o, M.mod.o, since 6.13 .module-common.o
 *   M.mod, .tmp_versions/M.mod, .M.o.cmd   the members of a composite M.o, in that order
 *   none of them    M.o, marked as perhaps composite: its content decides later
 *   no M.o either   M.ko itself, also when M.o is LLVM bitcode
 * M.mod.o is generated (modinfo, __this_module), but it is part of the module and
 * listed with it. An object that two modules share belongs to the first.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/build_cmd.h"
#include "analyzer/attribute/build_discovery.h"

struct module_context {
	struct build_plan *plan;
	const char *base; /* "fs/ext2/ext2" */
	const char *name; /* "ext2" */
	struct path_array members;
	bool no_memory;
	bool any_there;	 /* at least one member exists */
	bool is_bitcode; /* the first that exists is LLVM bitcode */
};

/* "snd-hda-intel" is snd_hda_intel to the kernel. */
static char *kernel_module_name(struct arena *arena, const char *base)
{
	char *name = arena_strdup(arena, build_path_basename(base));

	for (char *c = name; c && *c; c++) {
		if (*c == '-') {
			*c = '_';
		}
	}
	return name;
}

static bool exists_with(const struct build_plan *plan, const char *base, const char *suffix,
			char ret[BUILD_PATH_MAX])
{
	return build_path_beside(base, "", build_path_basename(base), suffix, ret) &&
	       build_file_exists(&plan->root, ret);
}

static void note_member(struct module_context *context, const char *path)
{
	const struct build_root *root = &context->plan->root;

	if (!context->any_there && build_file_exists(root, path)) {
		context->any_there = true;
		context->is_bitcode = build_file_is_bitcode(root, path);
	}
}

static int take_member(const char *word, size_t length, void *context_pointer)
{
	struct module_context *context = context_pointer;
	struct build_plan *plan = context->plan;
	char path[BUILD_PATH_MAX];

	if (!build_path_resolve(&plan->root, "", word, length, path)) {
		build_problem(&plan->problems, "%s: member %.*s lies outside the build",
			      context->base, length > 200 ? 200 : (int)length, word);
		return 0;
	}
	note_member(context, path);
	context->no_memory = !path_array_add(&context->members, plan->arena, path);
	return context->no_memory ? ERROR_NO_MEMORY : 0;
}

/* The members as a .mod file lists them; leaves them empty when there is none. */
static int members_from_mod(struct module_context *context, const char *path)
{
	char *text;
	size_t size;
	int result = build_file_read(&context->plan->root, path, false, &text, &size);

	if (result == 0) {
		result = build_mod_members(text, size, take_member, context);
		free(text);
	}
	return result < 0 ? result : 0;
}

/* .tmp_versions is one folder for the whole tree: the first line must name this very module. */
static int members_from_tmp_versions(struct module_context *context)
{
	char path[BUILD_PATH_MAX];
	char expected[BUILD_PATH_MAX];
	char *line;
	size_t size;
	int result;

	if (!build_path_beside(".tmp_versions/", "", build_path_basename(context->base), ".mod",
			       path) ||
	    !build_path_beside(context->base, "", build_path_basename(context->base), ".ko",
			       expected)) {
		return 0;
	}
	result = build_file_read(&context->plan->root, path, true, &line, &size);
	if (result != 0) {
		return result < 0 ? result : 0;
	}
	if (size > 0 && line[size - 1] == '\r') {
		line[size - 1] = '\0';
	}
	result = strcmp(line, expected) == 0 ? members_from_mod(context, path) : 0;
	free(line);
	return result;
}

static int add_members(struct module_context *context)
{
	struct build_plan *plan = context->plan;
	int result = 0;

	for (size_t i = 0; result >= 0 && i < context->members.count; i++) {
		const char *path = context->members.paths[i];

		if (text_has_suffix(path, strlen(path), ".a")) {
			result = build_expand(plan, path, context->name, LINK_CERTAIN, false);
		} else {
			result = build_list_add(&plan->list, path, context->name, LINK_CERTAIN,
						NULL);
		}
	}
	return result < 0 ? result : 0;
}

/*
 * Fills the members of M.o from the records. *known: a record exists, so M.o is
 * what it says (no members: compiled).
 */
static int find_members(struct module_context *context, const char *object, bool *known)
{
	struct build_plan *plan = context->plan;
	char path[BUILD_PATH_MAX];
	bool is_link = false;
	int result = 0;

	*known = true;
	if (exists_with(plan, context->base, ".mod", path)) {
		result = members_from_mod(context, path);
	}
	if (result == 0 && context->members.count == 0) {
		result = members_from_tmp_versions(context);
	}
	if (result == 0 && context->members.count == 0) {
		result = build_link_inputs(plan, object, &context->members, known, &is_link);
		for (size_t i = 0; i < context->members.count; i++) {
			note_member(context, context->members.paths[i]);
		}
	}
	return result;
}

/* M.o: its members, or itself. *found: something of it is there. */
static int add_module_object(struct module_context *context, const char *object, bool *found)
{
	struct build_plan *plan = context->plan;
	struct build_object *listed = NULL;
	char path[BUILD_PATH_MAX];
	bool known;
	int result = find_members(context, object, &known);

	if (context->members.count == 0) {
		note_member(context, object);
	}
	if (context->is_bitcode && exists_with(plan, context->base, ".ko", path)) {
		/* Machine code rather than bitcode: the module itself tells more than its parts. */
		*found = false;
	} else if (result == 0 && context->members.count > 0 && context->any_there) {
		result = add_members(context);
		*found = true;
	} else if (result == 0 && build_file_exists(&plan->root, object)) {
		result = build_list_add(&plan->list, object, context->name, LINK_CERTAIN, &listed);
		if (result == 0) {
			listed->maybe_composite = !known && listed->module == context->name;
		}
		*found = true;
	}
	path_array_release(&context->members);
	return result;
}

/* The module as a file, when nothing it was made of is there. */
static int add_module_file(struct module_context *context)
{
	struct build_plan *plan = context->plan;
	char path[BUILD_PATH_MAX];

	if (exists_with(plan, context->base, ".ko", path)) {
		return build_list_add(&plan->list, path, context->name, LINK_CERTAIN, NULL);
	}
	for (const char *const *suffix = module_compressions + 1; *suffix; suffix++) {
		char ending[16] = ".ko";

		strncat(ending, *suffix, sizeof(ending) - strlen(ending) - 1);
		if (exists_with(plan, context->base, ending, path)) {
			build_problem(&plan->problems,
				      "%s: compressed modules cannot be read yet; unpack it beside "
				      "itself",
				      path);
			return 0;
		}
	}
	build_problem(
		&plan->problems,
		"%s.ko: the build lists this module, but neither it nor its objects are there",
		context->base);
	return 0;
}

/* What the last link added to M.o: M.mod.o and what .M.ko.cmd names. */
static int add_link_partners(struct module_context *context, const char *object,
			     const struct path_array *inputs)
{
	struct build_plan *plan = context->plan;
	char path[BUILD_PATH_MAX];
	int result = 0;

	for (size_t i = 0; result == 0 && i < inputs->count; i++) {
		if (strcmp(inputs->paths[i], object) != 0) {
			result = build_list_add(&plan->list, inputs->paths[i], context->name,
						LINK_CERTAIN, NULL);
		}
	}
	if (result == 0 && inputs->count == 0 && exists_with(plan, context->base, ".mod.o", path)) {
		result = build_list_add(&plan->list, path, context->name, LINK_CERTAIN, NULL);
	}
	return result;
}

static bool array_has(const struct path_array *array, const char *path)
{
	for (size_t i = 0; i < array->count; i++) {
		if (strcmp(array->paths[i], path) == 0) {
			return true;
		}
	}
	return false;
}

static int add_module(struct build_plan *plan, const char *base)
{
	struct module_context context = {
		.plan = plan, .base = base, .name = kernel_module_name(plan->arena, base)};
	struct path_array inputs = {0};
	char object[BUILD_PATH_MAX];
	char file[BUILD_PATH_MAX];
	bool known = false;
	bool is_link = false;
	bool found = false;
	int result;

	if (!context.name) {
		return ERROR_NO_MEMORY;
	}
	if (!build_path_beside(base, "", build_path_basename(base), ".o", object) ||
	    !build_path_beside(base, "", build_path_basename(base), ".ko", file)) {
		return 0;
	}
	result = build_link_inputs(plan, file, &inputs, &known, &is_link);
	/* With Clang's LTO the link takes M.lto.o or M.prelink.o, machine code made of M.o. */
	if (result == 0 && inputs.count > 0 && !array_has(&inputs, object)) {
		found = build_file_exists(&plan->root, inputs.paths[0]);
	} else if (result == 0) {
		result = add_module_object(&context, object, &found);
	}
	if (result == 0) {
		result = found ? add_link_partners(&context, object, &inputs)
			       : add_module_file(&context);
	}
	path_array_release(&inputs);
	return result;
}

struct order_context {
	struct build_plan *plan;
	struct path_array *bases;
	bool no_memory;
};

/* Is anything of the module with this base there? */
static bool base_exists(const struct build_plan *plan, const char *base)
{
	static const char *const suffixes[] = {".ko", ".o", ".mod", ".ko.xz", ".ko.zst", ".ko.gz"};
	char path[BUILD_PATH_MAX];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (exists_with(plan, base, suffixes[i], path)) {
			return true;
		}
	}
	return false;
}

/* Up to 5.2 lines begin with "kernel/", which is also the name of a real folder. */
static int take_base(const char *word, size_t length, void *context_pointer)
{
	struct order_context *context = context_pointer;
	struct build_plan *plan = context->plan;
	char path[BUILD_PATH_MAX];
	const char *base = path;

	if (!build_path_resolve(&plan->root, "", word, length, path)) {
		build_problem(&plan->problems, "modules.order: %.*s lies outside the build",
			      length > 200 ? 200 : (int)length, word);
		return 0;
	}
	if (strncmp(path, "kernel/", 7) == 0 && !base_exists(plan, path) &&
	    base_exists(plan, path + 7)) {
		base = path + 7;
	}
	context->no_memory = !path_array_add(context->bases, plan->arena, base);
	return context->no_memory ? ERROR_NO_MEMORY : 0;
}

/* In the order of modules.order, each once; without it as the walk sorted them. */
static int find_bases(struct build_plan *plan, struct path_array *bases)
{
	struct order_context context = {.plan = plan, .bases = bases};
	char *text;
	size_t size;
	int result = build_file_read(&plan->root, "modules.order", false, &text, &size);

	if (result == 0) {
		result = build_order_modules(text, size, take_base, &context);
		free(text);
		return result;
	}
	if (result > 0) {
		result = build_plan_walk(plan);
	}
	for (size_t i = 0; result == 0 && i < plan->walk.modules.count; i++) {
		if (!path_array_add(bases, plan->arena, plan->walk.modules.paths[i])) {
			result = ERROR_NO_MEMORY;
		}
	}
	return result;
}

int build_find_modules(struct build_plan *plan)
{
	struct build_list seen;
	struct path_array bases = {0};
	int result;

	build_list_init(&seen, plan->arena);
	result = find_bases(plan, &bases);
	for (size_t i = 0; result == 0 && i < bases.count; i++) {
		size_t before = seen.count;

		result = build_list_add(&seen, bases.paths[i], NULL, LINK_CERTAIN, NULL);
		if (result == 0 && seen.count > before) {
			result = add_module(plan, bases.paths[i]);
		}
	}
	path_array_release(&bases);
	build_list_release(&seen);
	return result;
}
