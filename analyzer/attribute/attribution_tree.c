/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From objects and call sites to the memory tree. Uses only the public side of
 * both, so that a saved analysis can be turned into a tree in the same way.
 */
#include <string.h>

#include "analyzer/attribute/attribution.h"

#define PADDING_NAME "(padding and unnamed)"

static void static_bytes_add(struct memory_figures *figures, enum elf_segment segment,
			     uint64_t bytes)
{
	switch (segment) {
	case ELF_SEGMENT_TEXT:
		figures->static_text += bytes;
		break;
	case ELF_SEGMENT_DATA:
		figures->static_data += bytes;
		break;
	case ELF_SEGMENT_BSS:
		figures->static_bss += bytes;
		break;
	case ELF_SEGMENT_NONE:
		break;
	}
}

/* The node of an object such as "fs/ext2/inode.o", made if missing. */
static struct tree_node *object_node(struct memory_tree *tree, const char *path,
				     const char *directory)
{
	const char *slash = strrchr(path, '/');
	struct tree_node *parent = memory_tree_directory(tree, directory);

	return parent ? memory_tree_child(tree, parent, TREE_OBJECT, slash ? slash + 1 : path)
		      : NULL;
}

/* An object with its symbols, and in the padding node what they leave of its sizes. */
static int object_add(struct memory_tree *tree, const struct tree_object *object,
		      const struct tree_symbol *symbols, const char *directory)
{
	struct tree_node *node =
		object->is_group ? memory_tree_child(tree, tree->root, TREE_GROUP, object->path)
				 : object_node(tree, object->path, directory);
	struct memory_figures named = {0};
	struct tree_node *padding;

	if (!node) {
		return -1;
	}
	for (uint32_t i = 0; i < object->symbol_count; i++) {
		const struct tree_symbol *symbol = &symbols[object->first_symbol + i];
		struct tree_node *child;

		if (symbol->static_bytes == 0) {
			continue;
		}
		child = memory_tree_child(tree, node, TREE_SYMBOL, symbol->name);
		if (!child) {
			return -1;
		}
		static_bytes_add(&child->own, symbol->segment, symbol->static_bytes);
		static_bytes_add(&named, symbol->segment, symbol->static_bytes);
	}
	named.static_text = object->sizes.text - named.static_text;
	named.static_data = object->sizes.data - named.static_data;
	named.static_bss = object->sizes.bss - named.static_bss;
	if (named.static_text == 0 && named.static_data == 0 && named.static_bss == 0) {
		return 0;
	}
	padding = memory_tree_child(tree, node, TREE_PADDING, PADDING_NAME);
	if (!padding) {
		return -1;
	}
	memory_figures_add(&padding->own, &named);
	return 0;
}

static int objects_add(struct memory_tree *tree, const struct kernel_tree *kernel)
{
	size_t symbol_count;
	size_t count;
	const struct tree_symbol *symbols = kernel_tree_symbols(kernel, &symbol_count);
	const struct tree_object *objects = kernel_tree_objects(kernel, &count);

	for (size_t i = 0; i < count; i++) {
		const char *slash = strrchr(objects[i].path, '/');
		const char *directory =
			arena_strndup(&tree->arena, objects[i].path,
				      slash ? (size_t)(slash - objects[i].path) : 0);

		if (!directory || object_add(tree, &objects[i], symbols, directory) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Where the site's figures stand: its function, or its label below a group. */
static struct tree_node *site_node(struct memory_tree *tree, const struct call_site *site)
{
	struct tree_node *parent;

	if (site->placing != SITE_PLACED) {
		parent = memory_tree_child(tree, tree->root, TREE_GROUP, site->directory);
	} else if (site->object) {
		parent = object_node(tree, site->object, site->directory);
	} else {
		parent = memory_tree_directory(tree, site->directory);
	}
	return parent ? memory_tree_child(tree, parent, TREE_SYMBOL,
					  site->function ? site->function : site->caller)
		      : NULL;
}

static int sites_add(struct memory_tree *tree, struct call_site *sites, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct site_account *account = &sites[i].figures;
		struct memory_figures figures = {
			.total_dynamic = account->total_dynamic,
			.current_dynamic = account->current_dynamic,
			.current_requested = account->current_requested,
			.alloc_count = account->alloc_count,
			.free_count = account->free_count,
		};

		sites[i].node = site_node(tree, &sites[i]);
		if (!sites[i].node) {
			return -1;
		}
		memory_figures_add(&sites[i].node->own, &figures);
	}
	return 0;
}

int call_sites_build_tree(struct call_site *sites, size_t count, struct memory_tree *tree,
			  struct error *err)
{
	if (sites_add(tree, sites, count) < 0) {
		return error_no_memory(err);
	}
	memory_tree_seal(tree);
	return 0;
}

int attribution_build_tree(struct attribution *attribution, const struct kernel_tree *kernel,
			   struct memory_tree *tree, struct error *err)
{
	struct call_site *sites = NULL;
	size_t count = 0;

	if (attribution) {
		sites = attribution_sites(attribution, &count);
	}
	if (kernel && objects_add(tree, kernel) < 0) {
		return error_no_memory(err);
	}
	return call_sites_build_tree(sites, count, tree, err);
}
