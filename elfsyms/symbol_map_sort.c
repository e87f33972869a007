/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Order of a symbol map: by address, then by who may speak for the address.
 *
 * Keys of 16 bytes are sorted by radix (stable, so the source's order remains
 * among equals), then the symbols move once. Comparison sorting of 56-byte symbols
 * took longer than reading the whole map.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/symbol_map_internal.h"

#define RADIX_BITS		11
#define RADIX_SIZE		((size_t)1 << RADIX_BITS)
#define RADIX_DIGIT(key, shift) ((size_t)((key)->address >> (shift)) & (RADIX_SIZE - 1))

struct sort_key {
	uint64_t address;
	size_t index;
};

/* One stable pass over one digit, from one array to the other. False: all share it, nothing moved.
 */
static bool radix_pass(const struct sort_key *from, struct sort_key *to, size_t count,
		       unsigned int shift)
{
	size_t starts[RADIX_SIZE] = {0}, sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[RADIX_DIGIT(&from[i], shift)]++;
	if (starts[RADIX_DIGIT(&from[0], shift)] == count)
		return false;
	for (size_t i = 0; i < RADIX_SIZE; i++) {
		size_t here = starts[i];

		starts[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[RADIX_DIGIT(&from[i], shift)]++] = from[i];
	return true;
}

/* Sorts keys by address; spare has room for as many. Returns the array that holds the result. */
static struct sort_key *radix_sort(struct sort_key *keys, struct sort_key *spare, size_t count)
{
	for (unsigned int shift = 0; shift < 64; shift += RADIX_BITS) {
		if (radix_pass(keys, spare, count, shift)) {
			struct sort_key *swap = keys;

			keys = spare;
			spare = swap;
		}
	}
	return keys;
}

static bool is_sorted(const struct symbol_map *map)
{
	for (size_t i = 1; i < map->count; i++) {
		if (map->symbols[i].address < map->symbols[i - 1].address)
			return false;
	}
	return true;
}

static int sort_by_address(struct symbol_map *map)
{
	struct map_symbol *sorted;
	struct sort_key *keys, *result;

	/* System.map is. */
	if (is_sorted(map))
		return 0;
	keys = malloc(2 * map->count * sizeof(*keys));
	sorted = malloc(map->count * sizeof(*sorted));
	if (!keys || !sorted) {
		free(keys);
		free(sorted);
		return -1;
	}
	for (size_t i = 0; i < map->count; i++)
		keys[i] = (struct sort_key){map->symbols[i].address, i};
	result = radix_sort(keys, keys + map->count, map->count);
	for (size_t i = 0; i < map->count; i++)
		sorted[i] = map->symbols[result[i].index];
	free(keys);
	free(map->symbols);
	map->symbols = sorted;
	map->capacity = map->count;
	return 0;
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
