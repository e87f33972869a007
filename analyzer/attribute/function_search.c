/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/function_search.h"

#include <stdlib.h>
#include <string.h>

/*
 * The size %pS prints exceeds st_size by the padding to the next function: at
 * most 63 bytes, since 64 is the largest alignment kernels are built with
 * (CONFIG_FUNCTION_ALIGNMENT, CONFIG_DEBUG_FORCE_FUNCTION_ALIGN_64B; 16 by default
 * on x86). A larger gap, as at the end of a section, is not recognized: then the
 * size does not help to tell equal names apart.
 */
#define PADDING_LIMIT 64

static int index_list_reserve(struct index_list *list, size_t count)
{
	uint32_t *items;

	if (count <= list->capacity) {
		return 0;
	}
	items = realloc(list->items, count * sizeof(*items));
	if (!items) {
		return -1;
	}
	list->items = items;
	list->capacity = count;
	return 0;
}

static int index_list_add(struct index_list *list, uint32_t index)
{
	if (list->count == list->capacity && index_list_reserve(list, 16 + list->count * 2) < 0) {
		return -1;
	}
	list->items[list->count++] = index;
	return 0;
}

static int by_module(const void *a, const void *b, void *context)
{
	const struct tree_object *objects = context;
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	int order = strcmp(objects[x].module, objects[y].module);

	return order ? order : (x > y) - (x < y);
}

static int by_index(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int function_search_init(struct function_search *search, const struct kernel_tree *tree,
			 const struct symbol_map *vmlinux)
{
	struct index_list *modules = &search->module_objects;
	size_t count;

	memset(search, 0, sizeof(*search));
	search->tree = tree;
	search->vmlinux = vmlinux;
	search->symbols = kernel_tree_symbols(tree, &count);
	search->objects = kernel_tree_objects(tree, &count);
	for (size_t i = 0; i < count; i++) {
		if (search->objects[i].module && index_list_add(modules, (uint32_t)i) < 0) {
			function_search_release(search);
			return -1;
		}
	}
	if (modules->count > 0) {
		qsort_r(modules->items, modules->count, sizeof(*modules->items), by_module,
			(void *)search->objects);
	}
	return 0;
}

void function_search_release(struct function_search *search)
{
	free(search->module_objects.items);
	free(search->functions.items);
	free(search->found.items);
	symbol_list_release(&search->links);
	memset(search, 0, sizeof(*search));
}

static bool object_is_owned(const struct tree_object *object, enum function_owner owner,
			    const char *module)
{
	if (owner == OWNER_KERNEL || !object->module) {
		return owner == OWNER_KERNEL && !object->module;
	}
	return owner == OWNER_ANY_MODULE || strcmp(object->module, module) == 0;
}

/* All functions called name into search->functions, by object and position. */
static int functions_find(struct function_search *search, const char *name,
			  enum function_owner owner, const char *module)
{
	struct index_list *list = &search->functions;
	size_t found = kernel_tree_by_name(search->tree, name, list->items, list->capacity);
	size_t kept = 0;

	if (found > list->capacity) {
		if (index_list_reserve(list, found) < 0) {
			return -1;
		}
		kernel_tree_by_name(search->tree, name, list->items, list->capacity);
	}
	for (size_t i = 0; i < found; i++) {
		const struct tree_symbol *symbol = &search->symbols[list->items[i]];

		if (symbol->is_function &&
		    object_is_owned(&search->objects[symbol->object], owner, module)) {
			list->items[kept++] = list->items[i];
		}
	}
	list->count = kept;
	if (kept > 1) {
		/* Symbols are stored object by object. */
		qsort(list->items, kept, sizeof(*list->items), by_index);
	}
	return 0;
}

enum criterion {
	SAME_SIZE = 1,	 /* st_size is vmlinux's */
	SAME_FILE = 2,	 /* local or global alike; local ones in the same STT_FILE, if known */
	SIZE_PADDED = 4, /* st_size plus padding is the printed size */
	NOT_WEAK = 8,
	HAS_OFFSET = 16, /* the offset is inside; a call may be the last instruction */
};

/* What a function of the tree is compared with. */
struct wanted {
	const struct map_symbol *link; /* NULL: not known */
	uint64_t extent;	       /* 0: not known */
	uint64_t offset;
};

/*
 * Was the object compiled from file ("core.c")? A stripped object does not say;
 * then kbuild does: core.o is made from core.c, core.S or core.rs.
 */
static bool object_is_from(const struct tree_object *object, const char *file)
{
	const char *slash = strrchr(object->path, '/');
	const char *name = slash ? slash + 1 : object->path;
	size_t stem = strcspn(file, ".");

	if (object->source) {
		return strcmp(object->source, file) == 0;
	}
	return strncmp(name, file, stem) == 0 && strcmp(name + stem, ".o") == 0;
}

static bool is_same_file(const struct tree_object *object, const struct tree_symbol *symbol,
			 const struct map_symbol *link)
{
	if (!link->file) {
		return symbol->is_global == (link->type != 't');
	}
	return !symbol->is_global && object_is_from(object, link->file);
}

static bool function_fits(const struct function_search *search, uint32_t index,
			  const struct wanted *wanted, unsigned int criteria)
{
	const struct tree_symbol *symbol = &search->symbols[index];

	if ((criteria & SAME_SIZE) && symbol->size != wanted->link->size) {
		return false;
	}
	if ((criteria & SAME_FILE) &&
	    !is_same_file(&search->objects[symbol->object], symbol, wanted->link)) {
		return false;
	}
	if ((criteria & SIZE_PADDED) &&
	    (symbol->size > wanted->extent || wanted->extent - symbol->size >= PADDING_LIMIT)) {
		return false;
	}
	if ((criteria & NOT_WEAK) && symbol->is_weak) {
		return false;
	}
	return !(criteria & HAS_OFFSET) || wanted->offset <= symbol->size;
}

/* Keeps the functions that meet all criteria, unless none does. */
static bool functions_narrow(struct function_search *search, const struct wanted *wanted,
			     unsigned int criteria)
{
	struct index_list *list = &search->functions;
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		kept += function_fits(search, list->items[i], wanted, criteria);
	}
	if (kept == 0) {
		return false;
	}
	kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (function_fits(search, list->items[i], wanted, criteria)) {
			list->items[kept++] = list->items[i];
		}
	}
	list->count = kept;
	return true;
}

/* How many local functions of vmlinux share name and file with link; how many stand before it. */
static int link_position(struct function_search *search, const struct map_symbol *link,
			 size_t *total, size_t *before)
{
	struct symbol_list *list = &search->links;

	if (symbol_list_find(list, search->vmlinux, link->name, NULL) < 0) {
		return -1;
	}
	*total = 0;
	*before = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct map_symbol *other = list->items[i];

		if (other->file && strcmp(other->file, link->file) == 0) {
			(*total)++;
			*before += other->order < link->order;
		}
	}
	return 0;
}

static bool tree_is_in_link_order(const struct kernel_tree *tree)
{
	return strcmp(kernel_tree_facts(tree)->evidence, "directory walk") != 0;
}

/*
 * Step 4, for several functions with the same name, size and file. Local symbols
 * stand in vmlinux in the order its objects were linked, and so do the objects of
 * the tree where an archive said what is linked. Only equal numbers prove that
 * the n-th is the n-th: a discarded section would shift the count.
 */
static int functions_narrow_by_link_order(struct function_search *search,
					  const struct wanted *wanted)
{
	struct index_list *list = &search->functions;
	size_t total;
	size_t before;

	if (!wanted->link->file || !search->vmlinux || !tree_is_in_link_order(search->tree)) {
		return 0;
	}
	if (functions_find(search, wanted->link->name, OWNER_KERNEL, NULL) < 0 ||
	    link_position(search, wanted->link, &total, &before) < 0) {
		return -1;
	}
	functions_narrow(search, wanted, SAME_FILE);
	if (list->count == total && before < total &&
	    function_fits(search, list->items[before], wanted, SAME_SIZE)) {
		list->items[0] = list->items[before];
		list->count = 1;
	}
	functions_narrow(search, wanted, SAME_FILE | SAME_SIZE);
	return 0;
}

static bool functions_share_object(const struct function_search *search)
{
	const struct index_list *list = &search->functions;

	/* In the order of their objects: first and last tell. */
	return list->count > 0 && search->symbols[list->items[0]].object ==
					  search->symbols[list->items[list->count - 1]].object;
}

/* Adds the objects of search->functions to the result, each once. */
static int found_add(struct function_search *search)
{
	struct index_list *found = &search->found;
	size_t kept = 0;

	for (size_t i = 0; i < search->functions.count; i++) {
		if (index_list_add(found, search->symbols[search->functions.items[i]].object) < 0) {
			return -1;
		}
	}
	if (found->count > 1) {
		qsort(found->items, found->count, sizeof(*found->items), by_index);
	}
	for (size_t i = 0; i < found->count; i++) {
		if (kept == 0 || found->items[kept - 1] != found->items[i]) {
			found->items[kept++] = found->items[i];
		}
	}
	found->count = kept;
	return 0;
}

void function_search_clear(struct function_search *search)
{
	search->found.count = 0;
}

int function_search_link(struct function_search *search, const struct map_symbol *link)
{
	struct wanted wanted = {link, link->extent, 0};
	bool is_exact = false;

	if (functions_find(search, link->name, OWNER_KERNEL, NULL) < 0) {
		return -1;
	}
	if (link->size) {
		is_exact = functions_narrow(search, &wanted, SAME_SIZE | SAME_FILE);
		functions_narrow(search, &wanted, SAME_SIZE);
	} else {
		functions_narrow(search, &wanted, SIZE_PADDED);
		functions_narrow(search, &wanted, SAME_FILE);
	}
	functions_narrow(search, &wanted, NOT_WEAK);
	if (is_exact && !functions_share_object(search) &&
	    functions_narrow_by_link_order(search, &wanted) < 0) {
		return -1;
	}
	return found_add(search);
}

/* Whatever they were padded with, functions are not longer than the distance to the next one. */
static bool functions_exceed(const struct function_search *search, uint64_t extent)
{
	for (size_t i = 0; i < search->functions.count; i++) {
		if (search->symbols[search->functions.items[i]].size <= extent) {
			return false;
		}
	}
	return search->functions.count > 0;
}

int function_search_name(struct function_search *search, const struct function_query *query,
			 bool *is_too_long)
{
	struct wanted wanted = {NULL, query->extent, query->offset};
	const char *name = query->name;

	if (functions_find(search, name, query->owner, query->module) < 0) {
		return -1;
	}
	if (search->functions.count == 0 && name[0] == '.' &&
	    functions_find(search, name + 1, query->owner, query->module) < 0) {
		return -1;
	}
	*is_too_long = query->extent && functions_exceed(search, query->extent);
	functions_narrow(search, &wanted, query->extent ? SIZE_PADDED : HAS_OFFSET);
	functions_narrow(search, &wanted, NOT_WEAK);
	return found_add(search);
}

int function_search_module(struct function_search *search, const char *module)
{
	const struct index_list *modules = &search->module_objects;
	size_t low = 0;
	size_t high = modules->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(search->objects[modules->items[middle]].module, module) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	for (; low < modules->count; low++) {
		if (strcmp(search->objects[modules->items[low]].module, module) != 0) {
			break;
		}
		if (index_list_add(&search->found, modules->items[low]) < 0) {
			return -1;
		}
	}
	return 0;
}
