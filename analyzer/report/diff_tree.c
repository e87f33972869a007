/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/diff_tree.h"

#include <stdlib.h>
#include <string.h>

struct builder {
	struct memory_tree *tree;
	struct tree_node *grown, *shrunk;
	const struct tree_node *branches[2];
	enum diff_value value;
	const struct tree_node **path; /* of one node, from itself upwards; reused */
	size_t path_capacity;
};

static int path_push(struct builder *builder, size_t count, const struct tree_node *node)
{
	if (count == builder->path_capacity) {
		size_t larger = builder->path_capacity ? 2 * builder->path_capacity : 32;
		const struct tree_node **moved =
			realloc(builder->path, larger * sizeof(struct tree_node *));

		if (!moved) {
			return -1;
		}
		builder->path = moved;
		builder->path_capacity = larger;
	}
	builder->path[count] = node;
	return 0;
}

/* The same place below group, made if missing. NULL: no memory. */
static struct tree_node *place_copy(struct builder *builder, struct tree_node *group,
				    const struct tree_node *node)
{
	struct tree_node *copy = group;
	size_t count = 0;

	for (; node && node->parent && node != builder->branches[0] && node != builder->branches[1];
	     node = node->parent) {
		if (path_push(builder, count++, node) < 0) {
			return NULL;
		}
	}
	while (count > 0 && copy) {
		node = builder->path[--count];
		copy = memory_tree_child(builder->tree, copy, node->kind, node->name);
	}
	return copy;
}

/* Adds one difference at a place, as a child called name unless that is NULL. */
static int change_add(struct builder *builder, const struct tree_node *place, const char *name,
		      int64_t before, int64_t after)
{
	uint64_t delta = (uint64_t)after - (uint64_t)before;
	struct tree_node *node;

	if (delta == 0) {
		return 0;
	}
	node = place_copy(builder, (int64_t)delta > 0 ? builder->grown : builder->shrunk, place);
	if (node && name) {
		node = memory_tree_child(builder->tree, node, TREE_SYMBOL, name);
	}
	if (!node) {
		return -1;
	}
	delta = (int64_t)delta > 0 ? delta : 0 - delta;
	node->own.current_dynamic += delta;
	node->own.current_requested += delta;
	node->own.total_dynamic += (uint64_t)before;
	return 0;
}

static int sites_add(struct builder *builder, const struct diff *diff)
{
	for (size_t i = 0; i < diff->levels[DIFF_SITES].count; i++) {
		const struct diff_row *row = &diff->levels[DIFF_SITES].rows[i];
		const struct tree_node *place = row->node;

		while (place && place->kind == TREE_SYMBOL) {
			place = place->parent;
		}
		if (change_add(builder, place, row->name, row->before.values[builder->value],
			       row->after.values[builder->value]) < 0) {
			return -1;
		}
	}
	return 0;
}

/* What an object takes off its directory's own row. */
struct held {
	const char *directory; /* path, not terminated */
	size_t length;
	uint64_t before, after;
};

static int held_compare(const void *left, const void *right)
{
	const struct held *a = left;
	const struct held *b = right;
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->directory, b->directory, shorter);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int objects_add(struct builder *builder, const struct diff *diff, struct held *held)
{
	for (size_t i = 0; i < diff->levels[DIFF_OBJECTS].count; i++) {
		const struct diff_row *row = &diff->levels[DIFF_OBJECTS].rows[i];
		const char *slash = strrchr(row->name, '/');

		held[i] = (struct held){row->name, slash ? (size_t)(slash - row->name) : 0,
					(uint64_t)row->before.values[builder->value],
					(uint64_t)row->after.values[builder->value]};
		if (change_add(builder, row->node, NULL, row->before.values[builder->value],
			       row->after.values[builder->value]) < 0) {
			return -1;
		}
	}
	if (diff->levels[DIFF_OBJECTS].count) {
		qsort(held, diff->levels[DIFF_OBJECTS].count, sizeof(*held), held_compare);
	}
	return 0;
}

/* What is in a directory and in none of its objects. */
static int directories_add(struct builder *builder, const struct diff *diff,
			   const struct held *held)
{
	size_t count = diff->levels[DIFF_OBJECTS].count;

	for (size_t i = 0; i < diff->levels[DIFF_DIRECTORIES].count; i++) {
		const struct diff_row *row = &diff->levels[DIFF_DIRECTORIES].rows[i];
		struct held key = {row->name, strlen(row->name), 0, 0};
		uint64_t before = (uint64_t)row->before.values[builder->value];
		uint64_t after = (uint64_t)row->after.values[builder->value];
		const struct held *found =
			count ? bsearch(&key, held, count, sizeof(key), held_compare) : NULL;

		while (found && found > held && held_compare(found - 1, &key) == 0) {
			found--;
		}
		for (; found && found < held + count && held_compare(found, &key) == 0; found++) {
			before -= found->before;
			after -= found->after;
		}
		if (change_add(builder, row->node, NULL, (int64_t)before, (int64_t)after) < 0) {
			return -1;
		}
	}
	return 0;
}

static int places_add(struct builder *builder, const struct diff *diff)
{
	struct held *held = calloc(diff->levels[DIFF_OBJECTS].count + 1, sizeof(*held));
	int result = -1;

	if (held && objects_add(builder, diff, held) == 0) {
		result = directories_add(builder, diff, held);
	}
	free(held);
	return result;
}

int diff_tree_init(struct diff_tree *ret, const struct diff *diff, const struct tree_node *before,
		   const struct tree_node *after, struct error *err)
{
	struct builder builder = {
		.tree = &ret->tree, .branches = {before, after}, .value = diff->value};
	int result = -1;

	*ret = (struct diff_tree){.before = diff->before.values[diff->value],
				  .after = diff->after.values[diff->value]};
	if (memory_tree_init(&ret->tree, err) < 0) {
		return err->code;
	}
	builder.grown = memory_tree_child(&ret->tree, ret->tree.root, TREE_GROUP, "grown");
	builder.shrunk = memory_tree_child(&ret->tree, ret->tree.root, TREE_GROUP, "shrunk");
	if (builder.grown && builder.shrunk) {
		result = diff->value == DIFF_STATIC ? places_add(&builder, diff)
						    : sites_add(&builder, diff);
	}
	free(builder.path);
	if (result < 0) {
		memory_tree_release(&ret->tree);
		return error_no_memory(err);
	}
	ret->grown = builder.grown;
	ret->shrunk = builder.shrunk;
	memory_tree_seal(&ret->tree);
	return 0;
}

void diff_tree_release(struct diff_tree *tree)
{
	memory_tree_release(&tree->tree);
}
