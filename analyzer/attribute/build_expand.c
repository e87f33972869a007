/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives and recorded links, followed down to the objects in link order.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/build_cmd.h"
#include "analyzer/attribute/build_discovery.h"
#include "elfsyms/archive.h"

struct member_context {
	struct build_plan *plan;
	const char *from;	     /* the recording file, for messages */
	char folder[BUILD_PATH_MAX]; /* what its names are relative to */
	struct path_array *members;
	bool no_memory;
};

static int take_member(const char *name, size_t length, void *context_pointer)
{
	struct member_context *context = context_pointer;
	char path[BUILD_PATH_MAX];

	if (!build_path_resolve(&context->plan->root, context->folder, name, length, path)) {
		build_problem(&context->plan->problems, "%s: %.*s lies outside the build",
			      context->from, length > 200 ? 200 : (int)length, name);
		return 0;
	}
	context->no_memory = !path_array_add(context->members, context->plan->arena, path);
	return context->no_memory ? ERROR_NO_MEMORY : 0;
}

static int take_archive_member(const struct archive_member *member, void *context)
{
	return take_member(member->name, member->name_length, context);
}

static int read_archive(struct build_plan *plan, const char *path, struct path_array *members)
{
	struct member_context context = {.plan = plan, .from = path, .members = members};
	struct elfsyms_error error = {0};
	char full[BUILD_PATH_MAX];
	bool is_thin;
	int result;

	build_path_folder(path, context.folder);
	if (!build_path_full(&plan->root, path, full) || !build_file_exists(&plan->root, path)) {
		build_problem(&plan->problems, "%s: no such file in the build", path);
		return 1;
	}
	result = archive_members(full, &is_thin, take_archive_member, &context, &error);
	if (context.no_memory || result == ELFSYMS_NO_MEMORY) {
		return ERROR_NO_MEMORY;
	}
	if (result != 0) {
		build_problem(&plan->problems, "%s", error.text);
		return 1;
	}
	return 0;
}

struct input_context {
	struct member_context member;
	struct path_array lists; /* response files (@fs/romfs/romfs.mod) still to be read */
};

static int take_input(const char *word, size_t length, void *context_pointer)
{
	struct input_context *context = context_pointer;
	struct member_context list = context->member;

	if (word[0] != '@') {
		return take_member(word, length, &context->member);
	}
	list.members = &context->lists;
	return take_member(word + 1, length - 1, &list);
}

int build_link_inputs(struct build_plan *plan, const char *path, struct path_array *inputs,
		      bool *known, bool *is_link)
{
	struct input_context context = {.member = {.plan = plan, .from = path, .members = inputs}};
	char file[BUILD_PATH_MAX];
	size_t size = 0;
	char *text = NULL;
	int result;

	*known = false;
	*is_link = false;
	if (!build_path_beside(path, ".", build_path_basename(path), ".cmd", file)) {
		return 0;
	}
	result = build_file_read(&plan->root, file, true, &text, &size);
	if (result != 0) {
		return result < 0 ? result : 0;
	}
	*known = true;
	result = build_cmd_inputs(text, size, is_link, take_input, &context);
	free(text);
	for (size_t i = 0; result == 0 && i < context.lists.count; i++) {
		result = build_file_read(&plan->root, context.lists.paths[i], false, &text, &size);
		if (result == 0) {
			result = build_mod_members(text, size, take_member, &context.member);
			free(text);
		} else if (result > 0) {
			build_problem(&plan->problems, "%s: cannot be read, though %s names it",
				      context.lists.paths[i], file);
			result = 0;
		}
	}
	path_array_release(&context.lists);
	return result;
}

static bool is_archive_name(const char *path)
{
	return text_has_suffix(path, strlen(path), ".a");
}

/*
 * What path is made of. 0: children filled; 1: it is an object by itself (or
 * cannot be looked into).
 */
static int children_of(struct build_plan *plan, const char *path, bool follow_links,
		       struct path_array *children)
{
	bool known;
	bool is_link;
	int result;

	if (is_archive_name(path)) {
		return read_archive(plan, path, children);
	}
	if (!follow_links) {
		return 1;
	}
	if (build_file_is_archive(&plan->root, path)) {
		return read_archive(plan, path, children);
	}
	result = build_link_inputs(plan, path, children, &known, &is_link);
	if (result < 0) {
		return result;
	}
	return is_link ? 0 : 1;
}

/* Pushes children so that the first is taken next: archives keep link order. */
static int push_reversed(struct build_plan *plan, struct path_array *stack,
			 const struct path_array *children)
{
	for (size_t i = children->count; i-- > 0;) {
		if (!path_array_add(stack, plan->arena, children->paths[i])) {
			return ERROR_NO_MEMORY;
		}
	}
	return 0;
}

/* A container is looked into once, whoever names it. */
static int first_visit(struct build_plan *plan, const char *path, bool *ret)
{
	size_t before = plan->archives.count;
	int result = build_list_add(&plan->archives, path, NULL, LINK_CERTAIN, NULL);

	*ret = plan->archives.count > before;
	return result;
}

/* One entry of the stack: an object is listed, a container is replaced by what it holds. */
static int expand_entry(struct build_plan *plan, const char *path, const char *module,
			enum link_certainty certainty, bool follow_links, struct path_array *stack)
{
	struct path_array children = {0};
	bool is_first = false;
	int result = first_visit(plan, path, &is_first);

	if (result == 0 && is_first) {
		result = children_of(plan, path, follow_links, &children);
		if (result == 0) {
			result = push_reversed(plan, stack, &children);
		} else if (result > 0 && !is_archive_name(path)) {
			result = build_list_add(&plan->list, path, module, certainty, NULL);
		}
	}
	path_array_release(&children);
	return result < 0 ? result : 0;
}

int build_expand(struct build_plan *plan, const char *top, const char *module,
		 enum link_certainty certainty, bool follow_links)
{
	struct path_array stack = {0};
	struct path_array children = {0};
	bool is_first = false;
	int result = first_visit(plan, top, &is_first);

	if (result == 0 && is_first) {
		result = children_of(plan, top, follow_links, &children);
	}
	if (result == 0) {
		result = push_reversed(plan, &stack, &children);
	}
	while (result == 0 && stack.count > 0) {
		const char *path = stack.paths[--stack.count];

		if (!follow_links && !is_archive_name(path)) {
			result = build_list_add(&plan->list, path, module, certainty, NULL);
		} else {
			result = expand_entry(plan, path, module, certainty, follow_links, &stack);
		}
	}
	path_array_release(&stack);
	path_array_release(&children);
	return result;
}
