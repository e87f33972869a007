/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text maps: whatever is read must be sorted, and every symbol found again by its name and address.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/symbol_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static void check_names(const struct symbol_map *map, const struct map_symbol *symbol)
{
	const struct map_symbol *found[4];
	size_t count = symbol_map_by_name(map, symbol->name, strlen(symbol->name), symbol->module,
					  symbol->extent, found, 4);
	bool is_found = count > 4;

	check(count > 0);
	for (size_t i = 0; i < count && i < 4; i++) {
		is_found |= found[i] == symbol;
		check(strcmp(found[i]->name, symbol->name) == 0);
	}
	check(is_found);
}

static void check_address(const struct symbol_map *map, uint64_t address)
{
	const struct map_symbol *symbol = symbol_map_by_address(map, address);

	if (symbol)
		check(symbol->address <= address && address - symbol->address < (64U << 20));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elfsyms_error err;
	struct symbol_map *map;
	int result = symbol_map_from_memory("fuzz", (const char *)data, size, &map, &err);

	if (result) {
		check(!map && err.code == result && err.text[0]);
		return 0;
	}
	for (size_t i = 0; i < symbol_map_count(map); i++) {
		const struct map_symbol *symbol = symbol_map_at(map, i);

		check(i == 0 || symbol_map_at(map, i - 1)->address <= symbol->address);
		check(symbol->name[0] && symbol->order < symbol_map_count(map));
		check(symbol->extent <= UINT64_MAX - symbol->address);
		check_names(map, symbol);
		check_address(map, symbol->address - 1);
		check_address(map, symbol->address);
		check_address(map, symbol->address + symbol->extent);
	}
	symbol_map_free(map);
	return 0;
}
