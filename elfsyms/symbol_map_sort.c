/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Order of a symbol map: by address, then by who may speak for the address.
 *
 * Maps come nearly sorted: System.map wholly, kallsyms up to its modules. So
 * only what follows the longest sorted run is sorted, and merged with it. Keys
 * of 16 bytes are sorted, the symbols move once.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/symbol_map_internal.h"

struct sort_key {
	uint64_t address;
	size_t index;
};

static int key_compare(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* 0 is best. */
int map_symbol_rank(const struct map_symbol *symbol)
{
	static const char globals[] = "TDBRGAS", weaks[] = "WVwv";
	int rank = map_symbol_is_function(symbol) ? 0 : 3;

	if (strncmp(symbol->name, "__pfx_", 6) == 0)
		rank = MAP_SYMBOL_RANK_PADDING;
	if (strchr(globals, symbol->type))
		return rank;
	return strchr(weaks, symbol->type) ? rank + 1 : rank + 2;
}

/* A total order among the symbols of one address. */
static int symbol_compare(const void *a, const void *b)
{
	const struct map_symbol *x = a, *y = b;
	int rank = map_symbol_rank(x) - map_symbol_rank(y);
	size_t length_x, length_y;
	int result;

	if (rank)
		return rank;
	length_x = strlen(x->name);
	length_y = strlen(y->name);
	if (length_x != length_y)
		return length_x < length_y ? -1 : 1;
	result = strcmp(x->name, y->name);
	if (result)
		return result;
	return (x->order > y->order) - (x->order < y->order);
}

/* The sorted keys of map's symbols, by address, then by source order. */
static struct sort_key *sort_keys(const struct symbol_map *map, size_t *ret_sorted_prefix)
{
	struct sort_key *keys = malloc((map->count + 1) * sizeof(*keys));
	size_t prefix = map->count;

	if (!keys)
		return NULL;
	for (size_t i = 0; i < map->count; i++) {
		keys[i] = (struct sort_key){map->symbols[i].address, i};
		if (prefix == map->count && i && keys[i].address < keys[i - 1].address)
			prefix = i;
	}
	qsort(keys + prefix, map->count - prefix, sizeof(*keys), key_compare);
	*ret_sorted_prefix = prefix;
	return keys;
}

static int sort_by_address(struct symbol_map *map)
{
	size_t prefix, left = 0, right;
	struct map_symbol *sorted;
	struct sort_key *keys = sort_keys(map, &prefix);

	if (!keys)
		return -1;
	if (prefix == map->count) {
		free(keys);
		return 0;
	}
	sorted = malloc(map->count * sizeof(*sorted));
	if (!sorted) {
		free(keys);
		return -1;
	}
	right = prefix;
	for (size_t i = 0; i < map->count; i++) {
		bool take_left = right == map->count ||
				 (left < prefix && key_compare(&keys[left], &keys[right]) < 0);

		sorted[i] = map->symbols[keys[take_left ? left++ : right++].index];
	}
	free(keys);
	free(map->symbols);
	map->symbols = sorted;
	map->capacity = map->count;
	return 0;
}

/* Orders each run of symbols that share an address; equal addresses are rarely more than five. */
static void sort_aliases(struct symbol_map *map)
{
	struct map_symbol *symbols = map->symbols;

	for (size_t i = 0, end; i < map->count; i = end) {
		for (end = i + 1; end < map->count && symbols[end].address == symbols[i].address;)
			end++;
		if (end - i > 1)
			qsort(symbols + i, end - i, sizeof(*symbols), symbol_compare);
	}
}

int symbol_map_sort(struct symbol_map *map)
{
	if (sort_by_address(map))
		return -1;
	sort_aliases(map);
	return 0;
}
