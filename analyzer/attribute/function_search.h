/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which objects of the kernel tree may define a function.
 *
 * A function is sought by name and owner (the kernel itself, or a module); what
 * is found is narrowed, each step only as far as something is left:
 *   1. vmlinux's symbol known: the same st_size and, for a local one, the same
 *      source file (STT_FILE, or a stripped object's name); else the same st_size
 *      alone;
 *   2. only the printed size known: it reaches to the next symbol, so it is the
 *      object's st_size plus padding. Only an offset known: it is inside;
 *   3. a weak definition yields to a strong one, as in the linker;
 *   4. link order: the n-th local symbol of that name and file in vmlinux comes
 *      from the n-th object that defines it, where both have equally many.
 * Names are compared whole, never by prefix.
 *
 * The result is a set of objects: none, the one, or several that could not be
 * told apart. All functions return 0, or -1 without memory.
 */
#ifndef ANALYZER_ATTRIBUTE_FUNCTION_SEARCH_H
#define ANALYZER_ATTRIBUTE_FUNCTION_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/attribute/site_naming.h"
#include "elfsyms/symbol_map.h"

struct index_list {
	uint32_t *items;
	size_t count, capacity;
};

struct function_search {
	const struct kernel_tree *tree;
	const struct symbol_map *vmlinux; /* may be NULL */
	const struct tree_object *objects;
	const struct tree_symbol *symbols;
	struct index_list module_objects; /* sorted by module, then index */
	struct index_list functions;	  /* symbols under consideration */
	struct index_list found;	  /* the result: indices of objects, ascending */
	struct symbol_list links;
};

enum function_owner {
	OWNER_KERNEL, /* objects linked into vmlinux */
	OWNER_MODULE, /* those of the module named */
	OWNER_ANY_MODULE,
};

struct function_query {
	const char *name; /* ".name" (64-bit PowerPC) also finds "name" */
	enum function_owner owner;
	const char *module; /* for OWNER_MODULE */
	uint64_t extent;    /* the size %pS prints, 0 if unknown */
	uint64_t offset;    /* of the return address, where extent is unknown */
};

int function_search_init(struct function_search *search, const struct kernel_tree *tree,
			 const struct symbol_map *vmlinux);
void function_search_release(struct function_search *search);

/* Begins anew: empties found. The searches below add to it. */
void function_search_clear(struct function_search *search);

/* The objects behind a function of vmlinux (size known) or System.map (size 0). */
int function_search_link(struct function_search *search, const struct map_symbol *link);

/*
 * The objects that define a function of that name. *is_too_long: all of them are
 * longer than extent, so the trace is of another kernel (or the function is
 * assembler with labels inside; those do not allocate).
 */
int function_search_name(struct function_search *search, const struct function_query *query,
			 bool *is_too_long);

/* All objects of a module. */
int function_search_module(struct function_search *search, const char *module);

#endif
