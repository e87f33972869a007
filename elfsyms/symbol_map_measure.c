/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extents: how long the kernel takes each symbol to be.
 *
 * A kernel symbol reaches to the next higher address of kallsyms
 * (get_symbol_pos), a module's to the next higher one of the same module, at most
 * to the end of the module's text (find_kallsyms_symbol). A map does not say where
 * that text ends, so the last function below a module's data has no extent; nor
 * has the last symbol of all. BPF programs and trampolines ("[bpf]",
 * "[__builtin__ftrace]") carry lengths of their own that kallsyms does not show.
 *
 * Modules may lie interleaved (6.4 and newer place text and data apart), so the
 * sorted symbols are swept once from the top, with a memory per module.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/symbol_map_internal.h"

/* One module, or the kernel (name NULL): the group of equal addresses met last. */
struct module_sweep {
	const char *name;
	uint64_t address, extent; /* of that group */
	bool is_started;
	bool has_function;	/* in that group */
	bool is_function_above; /* in the group above it */
	bool is_measurable;
};

struct sweep_table {
	struct module_sweep *slots; /* open addressing, a power of two, at most half full */
	size_t mask, count;
	struct module_sweep kernel;
};

static size_t sweep_slot(const struct sweep_table *table, const char *name)
{
	size_t slot = map_name_hash(name, strlen(name)) & table->mask;

	while (table->slots[slot].name && strcmp(table->slots[slot].name, name) != 0)
		slot = (slot + 1) & table->mask;
	return slot;
}

static int sweep_table_grow(struct sweep_table *table)
{
	struct module_sweep *old = table->slots;
	size_t old_size = old ? table->mask + 1 : 0;
	size_t size = old ? old_size * 2 : 64;

	table->slots = calloc(size, sizeof(*table->slots));
	if (!table->slots) {
		table->slots = old;
		return -1;
	}
	table->mask = size - 1;
	for (size_t i = 0; i < old_size; i++) {
		if (old[i].name)
			table->slots[sweep_slot(table, old[i].name)] = old[i];
	}
	free(old);
	return 0;
}

/* The memory of that module, made if need be; NULL when memory runs out. */
static struct module_sweep *sweep_table_get(struct sweep_table *table, const char *name)
{
	struct module_sweep *sweep;

	if (!name)
		return &table->kernel;
	if ((!table->slots || table->count * 2 > table->mask) && sweep_table_grow(table))
		return NULL;
	sweep = &table->slots[sweep_slot(table, name)];
	if (!sweep->name) {
		sweep->name = name;
		sweep->is_measurable =
			strcmp(name, "bpf") != 0 && strncmp(name, "__builtin__", 11) != 0;
		table->count++;
	}
	return sweep;
}

static void measure_symbol(struct module_sweep *sweep, struct map_symbol *symbol)
{
	bool is_function = map_symbol_is_function(symbol);

	if (!sweep->is_started || sweep->address != symbol->address) {
		sweep->extent = sweep->is_started ? sweep->address - symbol->address : 0;
		sweep->is_function_above = sweep->has_function;
		sweep->has_function = false;
		sweep->address = symbol->address;
		sweep->is_started = true;
	}
	sweep->has_function |= is_function;
	symbol->extent = sweep->extent;
	if (!sweep->is_measurable || (sweep->name && is_function && !sweep->is_function_above))
		symbol->extent = 0;
}

int symbol_map_measure(struct symbol_map *map)
{
	struct sweep_table table = {.kernel = {.is_measurable = true}};
	struct module_sweep *sweep = &table.kernel;
	int result = 0;

	for (size_t i = map->count; i-- > 0;) {
		struct map_symbol *symbol = &map->symbols[i];

		/* Neighbours are nearly always of one module, whose name is stored once. */
		if (sweep->name != symbol->module)
			sweep = sweep_table_get(&table, symbol->module);
		if (!sweep) {
			result = -1;
			break;
		}
		measure_symbol(sweep, symbol);
	}
	free(table.slots);
	return result;
}
