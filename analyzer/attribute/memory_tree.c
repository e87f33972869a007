/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes hang in two structures at once: a list of siblings per parent, which is
 * what readers walk, and one hash table over the whole tree, which only finds
 * children while the tree is built. The table is chained, so that growing it
 * cannot lose a node: when there is no memory for a larger table the old one
 * stays and chains get longer.
 */
#include "analyzer/attribute/memory_tree.h"

#include <stdlib.h>
#include <string.h>

/* Enough for a trace without a kernel tree; a kernel's 100,000 nodes double it ten times. */
#define FIRST_BUCKET_COUNT 128

const char *const memory_attribute_names[ATTRIBUTE_COUNT] = {
	[ATTRIBUTE_CURRENT] = "current",
	[ATTRIBUTE_STATIC] = "static",
	[ATTRIBUTE_WASTE] = "waste",
	[ATTRIBUTE_CURRENT_DYNAMIC] = "current_dynamic",
	[ATTRIBUTE_TOTAL_DYNAMIC] = "total_dynamic",
};

uint64_t memory_figures_static(const struct memory_figures *figures)
{
	return figures->static_text + figures->static_data + figures->static_bss;
}

int64_t memory_figures_waste(const struct memory_figures *figures)
{
	return (int64_t)(figures->current_dynamic - figures->current_requested);
}

uint64_t memory_figures_get(const struct memory_figures *figures, enum memory_attribute attribute)
{
	int64_t waste;

	switch (attribute) {
	case ATTRIBUTE_CURRENT:
		return memory_figures_static(figures) + figures->current_dynamic;
	case ATTRIBUTE_STATIC:
		return memory_figures_static(figures);
	case ATTRIBUTE_WASTE:
		waste = memory_figures_waste(figures);
		return waste > 0 ? (uint64_t)waste : 0;
	case ATTRIBUTE_CURRENT_DYNAMIC:
		return figures->current_dynamic;
	case ATTRIBUTE_TOTAL_DYNAMIC:
		return figures->total_dynamic;
	case ATTRIBUTE_COUNT:
		break;
	}
	return 0;
}

void memory_figures_add(struct memory_figures *to, const struct memory_figures *what)
{
	to->static_text += what->static_text;
	to->static_data += what->static_data;
	to->static_bss += what->static_bss;
	to->total_dynamic += what->total_dynamic;
	to->current_dynamic += what->current_dynamic;
	to->current_requested += what->current_requested;
	to->alloc_count += what->alloc_count;
	to->free_count += what->free_count;
}

/*
 * FNV-1a that starts from the parent's address: equal names under different
 * parents part ways, and since that address differs from run to run a hostile
 * object file cannot choose symbol names that all collide. Nothing visible
 * depends on the hash: seal sorts.
 */
static uint64_t child_hash(const struct tree_node *parent, enum tree_node_kind kind,
			   const char *name, size_t length)
{
	uint64_t hash = ((uint64_t)(uintptr_t)parent ^ 0xcbf29ce484222325U) + (uint64_t)kind;

	hash *= 0x100000001b3U;
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)name[i]) * 0x100000001b3U;
	}
	return hash ^ (hash >> 32);
}

/* hash is its child_hash. */
static struct tree_node *child_lookup(const struct memory_tree *tree,
				      const struct tree_node *parent, enum tree_node_kind kind,
				      const char *name, size_t length, uint64_t hash)
{
	struct tree_node *node = tree->buckets[hash & (tree->bucket_count - 1)];

	while (node) {
		if (node->hash == hash && node->parent == parent && node->kind == kind &&
		    strncmp(node->name, name, length) == 0 && node->name[length] == '\0') {
			return node;
		}
		node = node->hash_next;
	}
	return NULL;
}

static void buckets_grow(struct memory_tree *tree, size_t count)
{
	struct tree_node **buckets = calloc(count, sizeof(struct tree_node *));

	if (!buckets) {
		return;
	}
	for (size_t i = 0; i < tree->bucket_count; i++) {
		struct tree_node *node = tree->buckets[i];

		while (node) {
			struct tree_node *next = node->hash_next;
			struct tree_node **bucket = &buckets[node->hash & (count - 1)];

			node->hash_next = *bucket;
			*bucket = node;
			node = next;
		}
	}
	free(tree->buckets);
	tree->buckets = buckets;
	tree->bucket_count = count;
}

static struct tree_node *node_new(struct memory_tree *tree, struct tree_node *parent,
				  enum tree_node_kind kind, const char *name, size_t length)
{
	struct tree_node *node = arena_calloc(&tree->arena, sizeof(*node));
	char *copy = arena_strndup(&tree->arena, name, length);

	if (!node || !copy) {
		return NULL;
	}
	node->name = copy;
	node->kind = kind;
	node->parent = parent;
	tree->node_count++;
	tree->sealed = false;
	return node;
}

static struct tree_node *child_get(struct memory_tree *tree, struct tree_node *parent,
				   enum tree_node_kind kind, const char *name, size_t length)
{
	uint64_t hash = child_hash(parent, kind, name, length);
	struct tree_node *node = child_lookup(tree, parent, kind, name, length, hash);
	struct tree_node **bucket;

	if (node) {
		return node;
	}
	node = node_new(tree, parent, kind, name, length);
	if (!node) {
		return NULL;
	}
	if (tree->node_count > tree->bucket_count) {
		buckets_grow(tree, tree->bucket_count * 2);
	}
	node->hash = hash;
	bucket = &tree->buckets[node->hash & (tree->bucket_count - 1)];
	node->hash_next = *bucket;
	*bucket = node;
	node->next_sibling = parent->first_child;
	parent->first_child = node;
	parent->child_count++;
	return node;
}

int memory_tree_init(struct memory_tree *tree, struct error *err)
{
	memset(tree, 0, sizeof(*tree));
	arena_init(&tree->arena);
	tree->buckets = calloc(FIRST_BUCKET_COUNT, sizeof(struct tree_node *));
	tree->bucket_count = FIRST_BUCKET_COUNT;
	tree->root = node_new(tree, NULL, TREE_DIRECTORY, "", 0);
	if (!tree->buckets || !tree->root) {
		memory_tree_release(tree);
		return error_no_memory(err);
	}
	return 0;
}

void memory_tree_release(struct memory_tree *tree)
{
	free(tree->buckets);
	arena_release(&tree->arena);
	memset(tree, 0, sizeof(*tree));
}

void memory_tree_reserve(struct memory_tree *tree, size_t node_count)
{
	size_t count = tree->bucket_count;

	while (count < node_count && count <= SIZE_MAX / 2 / sizeof(struct tree_node *)) {
		count *= 2;
	}
	if (count > tree->bucket_count) {
		buckets_grow(tree, count);
	}
}

struct tree_node *memory_tree_child(struct memory_tree *tree, struct tree_node *parent,
				    enum tree_node_kind kind, const char *name)
{
	return child_get(tree, parent, kind, name, strlen(name));
}

/*
 * The next component of *path that means something: its start, its length in
 * *length, and *path moved behind it. NULL at the end.
 */
static const char *path_component(const char **path, size_t *length)
{
	for (;;) {
		const char *start = *path + strspn(*path, "/");

		*length = strcspn(start, "/");
		*path = start + *length;
		if (*length == 0) {
			return NULL;
		}
		if (*length != 1 || start[0] != '.') {
			return start;
		}
	}
}

struct tree_node *memory_tree_directory(struct memory_tree *tree, const char *path)
{
	struct tree_node *node = tree->root;
	const char *name;
	size_t length;

	while (node && (name = path_component(&path, &length))) {
		node = child_get(tree, node, TREE_DIRECTORY, name, length);
	}
	return node;
}

const struct tree_node *memory_tree_find(const struct memory_tree *tree, const char *branch)
{
	static const enum tree_node_kind kinds[] = {TREE_DIRECTORY, TREE_OBJECT, TREE_GROUP};
	const struct tree_node *node = tree->root;
	const char *name;
	size_t length;

	while (node && (name = path_component(&branch, &length))) {
		const struct tree_node *child = NULL;

		for (size_t i = 0; !child && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			child = child_lookup(tree, node, kinds[i], name, length,
					     child_hash(node, kinds[i], name, length));
		}
		node = child;
	}
	return node;
}

/* Total order among siblings: no two share name and kind. */
static bool node_is_before(const struct tree_node *a, const struct tree_node *b)
{
	int order = strcmp(a->name, b->name);

	return order < 0 || (order == 0 && a->kind < b->kind);
}

static struct tree_node *siblings_merge(struct tree_node *a, struct tree_node *b)
{
	struct tree_node *head = NULL;
	struct tree_node **tail = &head;

	while (a && b) {
		struct tree_node **first = node_is_before(b, a) ? &b : &a;

		*tail = *first;
		*first = (*first)->next_sibling;
		tail = &(*tail)->next_sibling;
	}
	*tail = a ? a : b;
	return head;
}

/* Is each node before the one in front of it? */
static bool siblings_are_backwards(const struct tree_node *list)
{
	while (list && list->next_sibling && node_is_before(list->next_sibling, list)) {
		list = list->next_sibling;
	}
	return !list || !list->next_sibling;
}

static struct tree_node *siblings_reverse(struct tree_node *list)
{
	struct tree_node *reversed = NULL;

	while (list) {
		struct tree_node *next = list->next_sibling;

		list->next_sibling = reversed;
		reversed = list;
		list = next;
	}
	return reversed;
}

/*
 * Merge sort of a list, in place. runs[i] holds a sorted list of 2^i nodes or
 * nothing, like the bits of the number of nodes taken so far.
 */
static struct tree_node *siblings_sort(struct tree_node *list)
{
	struct tree_node *runs[33] = {0}; /* child_count is 32 bits */
	struct tree_node *sorted = NULL;

	/* New children go to the front: those that came in order, as from a saved analysis. */
	if (siblings_are_backwards(list)) {
		return siblings_reverse(list);
	}
	while (list) {
		struct tree_node *run = list;
		size_t i = 0;

		list = list->next_sibling;
		run->next_sibling = NULL;
		while (runs[i]) {
			run = siblings_merge(runs[i], run);
			runs[i++] = NULL;
		}
		runs[i] = run;
	}
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		sorted = siblings_merge(runs[i], sorted);
	}
	return sorted;
}

void memory_tree_seal(struct memory_tree *tree)
{
	struct tree_node *node = tree->root;

	for (;;) {
		node->sum = node->own;
		node->first_child = siblings_sort(node->first_child);
		if (node->first_child) {
			node = node->first_child;
			continue;
		}
		/* node and all below it are summed: leave it, and every parent it ends. */
		while (node != tree->root && !node->next_sibling) {
			memory_figures_add(&node->parent->sum, &node->sum);
			node = node->parent;
		}
		if (node == tree->root) {
			break;
		}
		memory_figures_add(&node->parent->sum, &node->sum);
		node = node->next_sibling;
	}
	tree->sealed = true;
}

const char *tree_node_path(const struct tree_node *node, char *buffer, size_t size)
{
	size_t end = 0; /* one past the last byte of node's name in the whole path */

	if (size == 0) {
		return buffer;
	}
	for (const struct tree_node *up = node; up->parent; up = up->parent) {
		end += strlen(up->name) + (up->parent->parent ? 1 : 0);
	}
	buffer[end < size ? end : size - 1] = '\0';
	for (; node->parent; node = node->parent) {
		size_t length = strlen(node->name);
		size_t start = end - length;

		if (start < size - 1) {
			size_t room = size - 1 - start;

			memcpy(buffer + start, node->name, length < room ? length : room);
		}
		if (start > 0 && start - 1 < size - 1) {
			buffer[start - 1] = '/';
		}
		end = start > 0 ? start - 1 : 0;
	}
	return buffer;
}

bool tree_node_is_below(const struct tree_node *node, const struct tree_node *ancestor)
{
	while (node && node != ancestor) {
		node = node->parent;
	}
	return node != NULL;
}
