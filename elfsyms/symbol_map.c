/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/symbol_map.h"

#include <stdlib.h>
#include <string.h>

#include "elfsyms/symbol_map_internal.h"

/*
 * A function of unknown extent (a module's last one) owns addresses to the end of
 * its 4 KiB page: modules pad their text to whole pages (STRICT_MODULE_RWX). Where
 * pages are larger this names less, never wrongly.
 */
#define PAGE_OFFSET_MASK ((uint64_t)4095)

/*
 * Longer distances are holes between address ranges, not symbols: x86 lists its
 * per-CPU variables at address 0, far below everything else.
 */
#define COVER_LIMIT ((uint64_t)64 << 20)

struct symbol_map *symbol_map_new(void)
{
	return calloc(1, sizeof(struct symbol_map));
}

void symbol_map_free(struct symbol_map *map)
{
	if (!map)
		return;
	free(map->symbols);
	free(map->strings);
	free(map->buckets);
	free(map->next);
	free(map);
}

int symbol_map_add(struct symbol_map *map, const struct map_symbol *symbol)
{
	if (map->count == map->capacity) {
		size_t capacity = map->capacity ? map->capacity * 2 : 1024;
		struct map_symbol *grown;

		if (capacity > UINT32_MAX)
			return -1;
		grown = realloc(map->symbols, capacity * sizeof(*grown));
		if (!grown)
			return -1;
		map->symbols = grown;
		map->capacity = capacity;
	}
	map->symbols[map->count] = *symbol;
	map->symbols[map->count].order = (uint32_t)map->count;
	map->count++;
	return 0;
}

/* Chains are built from the last symbol to the first, so each comes out in address order. */
static int build_name_index(struct symbol_map *map)
{
	size_t bucket_count = 64;

	while (bucket_count < map->count)
		bucket_count *= 2;
	map->bucket_mask = bucket_count - 1;
	map->buckets = calloc(bucket_count, sizeof(*map->buckets));
	map->next = malloc((map->count + 1) * sizeof(*map->next));
	if (!map->buckets || !map->next)
		return -1;
	for (size_t i = map->count; i-- > 0;) {
		const char *name = map->symbols[i].name;
		size_t bucket = map_name_hash(name, strlen(name)) & map->bucket_mask;

		map->next[i] = map->buckets[bucket];
		map->buckets[bucket] = (uint32_t)i + 1;
	}
	return 0;
}

int symbol_map_finish(struct symbol_map *map)
{
	map->facts.symbol_count = map->count;
	map->facts.module_symbol_count = 0;
	for (size_t i = 0; i < map->count; i++)
		map->facts.module_symbol_count += map->symbols[i].module != NULL;
	if (symbol_map_sort(map) || symbol_map_measure(map))
		return -1;
	return build_name_index(map);
}

void symbol_map_facts(const struct symbol_map *map, struct symbol_map_facts *ret)
{
	*ret = map->facts;
}

size_t symbol_map_count(const struct symbol_map *map)
{
	return map->count;
}

const struct map_symbol *symbol_map_at(const struct symbol_map *map, size_t index)
{
	return index < map->count ? &map->symbols[index] : NULL;
}

/* address is not below the symbol's, and below the next higher one of the whole map. */
static bool symbol_covers(const struct map_symbol *symbol, uint64_t address)
{
	uint64_t offset = address - symbol->address;

	if (map_symbol_rank(symbol) >= MAP_SYMBOL_RANK_PADDING)
		return false;
	if (offset == 0)
		return true;
	if (symbol->size)
		return offset < symbol->size;
	if (symbol->extent)
		return offset < symbol->extent && offset < COVER_LIMIT;
	return map_symbol_is_function(symbol) && address <= (symbol->address | PAGE_OFFSET_MASK);
}

/* The number of symbols at or below address. */
static size_t upper_bound(const struct symbol_map *map, uint64_t address)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct map_symbol *symbol_map_by_address(const struct symbol_map *map, uint64_t address)
{
	size_t end = upper_bound(map, address), start;

	if (end == 0)
		return NULL;
	/* The first of its aliases is the preferred one. A second search: aliases may be many. */
	start = end - 1;
	if (map->symbols[start].address != 0)
		start = upper_bound(map, map->symbols[start].address - 1);
	else
		start = 0;
	for (size_t i = start; i < end; i++) {
		if (symbol_covers(&map->symbols[i], address))
			return &map->symbols[i];
	}
	return NULL;
}

static bool symbol_matches(const struct map_symbol *symbol, const char *name, size_t name_length,
			   const char *module, uint64_t extent)
{
	if (strncmp(symbol->name, name, name_length) != 0 || symbol->name[name_length] != '\0')
		return false;
	if (!module != !symbol->module || (module && strcmp(module, symbol->module) != 0))
		return false;
	return extent == 0 || symbol->extent == 0 || symbol->extent == extent;
}

size_t symbol_map_by_name(const struct symbol_map *map, const char *name, size_t name_length,
			  const char *module, uint64_t extent, const struct map_symbol **ret,
			  size_t capacity)
{
	uint32_t link = map->buckets[map_name_hash(name, name_length) & map->bucket_mask];
	size_t found = 0;

	for (; link; link = map->next[link - 1]) {
		const struct map_symbol *symbol = &map->symbols[link - 1];

		if (!symbol_matches(symbol, name, name_length, module, extent))
			continue;
		if (found < capacity)
			ret[found] = symbol;
		found++;
	}
	return found;
}
