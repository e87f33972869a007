/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A symbol map against an array of symbols, where every question is answered by
 * looking at all of them, by the words of symbol_map.h.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "elfsyms/symbol_map.h"

struct model_symbol {
	uint64_t address, extent;
	char type;
	char name[16];
	const char *module; /* NULL or one of a few literals */
};

#define MODEL_CAPACITY 60

struct model {
	struct model_symbol symbols[MODEL_CAPACITY];
	size_t count;
};

static uint32_t random_state = 12345;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525U + 1013904223U;
	return (random_state >> 8) % limit;
}

static void model_fill(struct model *model)
{
	static const char *const modules[] = {NULL, NULL, "m", "n", "bpf"};
	static const char *const stems[] = {"f", "g", "longer", "__pfx_f"};
	static const char types[] = "TtWwDdVvBbRrAa?";

	model->count = 1 + random_below(MODEL_CAPACITY);
	for (size_t i = 0; i < model->count; i++) {
		struct model_symbol *symbol = &model->symbols[i];

		symbol->address = 0x10000 + 8 * random_below(48) + 0xff0 * random_below(3);
		if (random_below(20) == 0)
			symbol->address += (uint64_t)random_below(3) << 40;
		symbol->type = types[random_below(sizeof(types) - 1)];
		symbol->module = modules[random_below(5)];
		snprintf(symbol->name, sizeof(symbol->name), "%s%u", stems[random_below(4)],
			 random_below(3));
	}
}

static bool model_is_function(const struct model_symbol *symbol)
{
	return strchr("TtWw", symbol->type) != NULL;
}

/* Modules are literals: equal pointers, equal modules. */
static uint64_t model_extent(const struct model *model, const struct model_symbol *symbol)
{
	const struct model_symbol *next = NULL;
	bool function_above = false;

	for (size_t i = 0; i < model->count; i++) {
		const struct model_symbol *other = &model->symbols[i];

		if (other->module == symbol->module && other->address > symbol->address &&
		    (!next || other->address < next->address))
			next = other;
	}
	if (!next || (symbol->module && strcmp(symbol->module, "bpf") == 0))
		return 0;
	for (size_t i = 0; i < model->count; i++) {
		const struct model_symbol *other = &model->symbols[i];

		if (other->module == symbol->module && other->address == next->address)
			function_above |= model_is_function(other);
	}
	if (symbol->module && model_is_function(symbol) && !function_above)
		return 0;
	return next->address - symbol->address;
}

static bool model_covers(const struct model *model, const struct model_symbol *symbol,
			 uint64_t address)
{
	uint64_t extent = model_extent(model, symbol), offset = address - symbol->address;

	if (strncmp(symbol->name, "__pfx_", 6) == 0)
		return false;
	if (offset == 0)
		return true;
	if (extent)
		return offset < extent && offset < (64U << 20);
	return model_is_function(symbol) && address / 4096 == symbol->address / 4096;
}

/* Is one of the symbols at the highest address not above `address` in charge of it? */
static bool model_is_covered(const struct model *model, uint64_t address)
{
	uint64_t highest = 0;
	bool covered = false;

	for (size_t i = 0; i < model->count; i++) {
		uint64_t at = model->symbols[i].address;

		if (at <= address && at > highest)
			highest = at;
	}
	for (size_t i = 0; i < model->count; i++) {
		const struct model_symbol *symbol = &model->symbols[i];

		if (highest && symbol->address == highest)
			covered |= model_covers(model, symbol, address);
	}
	return covered;
}

static void model_compare_symbols(const struct model *model, const struct symbol_map *map)
{
	assert_int_equal(symbol_map_count(map), model->count);
	for (size_t i = 0; i < model->count; i++) {
		const struct map_symbol *symbol = symbol_map_at(map, i);
		const struct model_symbol *expected = &model->symbols[symbol->order];

		assert_true(i == 0 || symbol_map_at(map, i - 1)->address <= symbol->address);
		assert_int_equal(symbol->address, expected->address);
		assert_string_equal(symbol->name, expected->name);
		assert_int_equal(symbol->type, expected->type);
		assert_int_equal(symbol->extent, model_extent(model, expected));
		assert_int_equal(symbol->module != NULL, expected->module != NULL);
		if (symbol->module)
			assert_string_equal(symbol->module, expected->module);
	}
}

static void model_compare_addresses(const struct model *model, const struct symbol_map *map)
{
	for (uint64_t address = 0xfff0; address < 0x13000; address += 3) {
		const struct map_symbol *symbol = symbol_map_by_address(map, address);

		assert_int_equal(symbol != NULL, model_is_covered(model, address));
		if (symbol)
			assert_true(model_covers(model, &model->symbols[symbol->order], address));
	}
}

static void model_compare_names(const struct model *model, const struct symbol_map *map)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct model_symbol *asked = &model->symbols[i];
		uint64_t extent = random_below(2) ? 8 * random_below(4) : 0;
		const struct map_symbol *found[MODEL_CAPACITY];
		size_t expected = 0, count;

		for (size_t k = 0; k < model->count; k++) {
			const struct model_symbol *other = &model->symbols[k];
			uint64_t its_extent = model_extent(model, other);

			expected += strcmp(other->name, asked->name) == 0 &&
				    other->module == asked->module &&
				    (!extent || !its_extent || extent == its_extent);
		}
		count = symbol_map_by_name(map, asked->name, strlen(asked->name), asked->module,
					   extent, found, MODEL_CAPACITY);
		assert_int_equal(count, expected);
		for (size_t k = 0; k < count; k++) {
			assert_string_equal(found[k]->name, asked->name);
			assert_true(k == 0 || found[k - 1] < found[k]);
		}
	}
}

static void test_model(void **state)
{
	static char text[MODEL_CAPACITY * 64];

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct model model;
		struct symbol_map *map;
		struct elfsyms_error err;
		size_t length = 0;

		model_fill(&model);
		for (size_t i = 0; i < model.count; i++) {
			const struct model_symbol *symbol = &model.symbols[i];

			length += (size_t)snprintf(
				text + length, sizeof(text) - length,
				"%016" PRIx64 " %c %s%s%s%s\n", symbol->address, symbol->type,
				symbol->name, symbol->module ? "\t[" : "",
				symbol->module ? symbol->module : "", symbol->module ? "]" : "");
		}
		if (symbol_map_from_memory("text", text, length, &map, &err))
			fail_msg("%s", err.text);
		model_compare_symbols(&model, map);
		model_compare_addresses(&model, map);
		model_compare_names(&model, map);
		symbol_map_free(map);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
