/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a symbol map is made, for the symbol_map*.c files only: a reader adds
 * symbols in the order of its source, then symbol_map_finish sorts, measures and
 * indexes them. A failed reader frees the map.
 */
#ifndef ELFSYMS_SYMBOL_MAP_INTERNAL_H
#define ELFSYMS_SYMBOL_MAP_INTERNAL_H

#include "elfsyms/symbol_map.h"

struct symbol_map {
	struct map_symbol *symbols; /* sorted by address, then as symbol_map_by_address prefers */
	size_t count, capacity;
	struct symbol_map_facts facts;
	/* What the names point into: the text that was read, or a copy of the ELF string table. */
	char *strings;
	/* Names: heads of chains through next; values are index + 1, 0 ends a chain. */
	uint32_t *buckets, *next;
	size_t bucket_mask;
};

struct symbol_map *symbol_map_new(void);

/* Appends a symbol and sets its order. -1 when memory or 32-bit indices run out. */
int symbol_map_add(struct symbol_map *map, const struct map_symbol *symbol);

/* Sorts, measures and indexes the symbols. -1 when memory runs out. */
int symbol_map_finish(struct symbol_map *map);

/* The steps of symbol_map_finish; -1 when memory runs out. */
int symbol_map_sort(struct symbol_map *map);
int symbol_map_measure(struct symbol_map *map);

/* Who speaks for an address: lower is better. From MAP_SYMBOL_RANK_PADDING on, nobody does. */
#define MAP_SYMBOL_RANK_PADDING 6
int map_symbol_rank(const struct map_symbol *symbol);

static inline bool map_symbol_is_function(const struct map_symbol *symbol)
{
	return symbol->type == 'T' || symbol->type == 't' || symbol->type == 'W' ||
	       symbol->type == 'w';
}

/* 32-bit FNV-1a. */
static inline uint32_t map_name_hash(const char *name, size_t length)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619U;
	return hash;
}

#endif
