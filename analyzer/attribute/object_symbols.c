/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of one object and the bytes each one answers for.
 *
 * Symbols are sorted by section and offset and swept once: a byte belongs to the
 * first symbol that covers it. Among symbols at one offset the larger comes first,
 * so an inner label never takes bytes from the function around it; equal ones are
 * aliases, ordered global, weak, local, then shortest name, then strcmp. What is
 * given out in a segment never exceeds size(1)'s figure for it, whatever a
 * damaged symbol table claims.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/object_loader.h"

/* What a visit returns to stop: positive, so that it is none of elfsyms' codes. */
#define VISIT_NO_MEMORY 1

/*
 * What the symbols of one object may claim where no section headers set a bound:
 * 1 GiB a segment. A damaged vmlinux can claim anything.
 */
#define BYTES_WITHOUT_SIZE ((uint64_t)1 << 30)

struct raw_symbol {
	const char *name; /* in the ELF file's string table */
	size_t name_length;
	uint64_t value;
	uint64_t size;
	uint32_t section;
	uint8_t segment;
	uint8_t binding;
	bool is_function;
};

void symbol_scratch_release(struct symbol_scratch *scratch)
{
	free(scratch->symbols);
	*scratch = (struct symbol_scratch){0};
}

static bool scratch_grow(struct symbol_scratch *scratch)
{
	size_t capacity = scratch->capacity ? scratch->capacity * 2 : 256;
	struct raw_symbol *symbols;

	if (capacity > UINT32_MAX / 2) {
		return false;
	}
	symbols = realloc(scratch->symbols, capacity * sizeof(*symbols));
	if (!symbols) {
		return false;
	}
	scratch->symbols = symbols;
	scratch->capacity = capacity;
	return true;
}

static void note_source(struct symbol_scratch *scratch, const char *name)
{
	const char *base = build_path_basename(name);

	if (scratch->source && strcmp(scratch->source, base) != 0) {
		scratch->several_sources = true;
	} else if (*base) {
		scratch->source = base;
	}
}

bool symbol_scratch_take(struct symbol_scratch *scratch, const struct elf_symbol *symbol)
{
	struct raw_symbol *raw;

	if (symbol->size == 0 || symbol->segment == ELF_SEGMENT_NONE || symbol->name[0] == '\0' ||
	    symbol->type == STT_SECTION || symbol->type == STT_FILE ||
	    elf_symbol_is_mapping(symbol)) {
		return true;
	}
	if (scratch->count == scratch->capacity && !scratch_grow(scratch)) {
		return false;
	}
	raw = &scratch->symbols[scratch->count++];
	*raw = (struct raw_symbol){
		.name = symbol->name,
		.name_length = symbol->name_length,
		.value = symbol->value,
		.size = symbol->size,
		.section = symbol->section,
		.segment = (uint8_t)symbol->segment,
		.binding = symbol->binding,
		.is_function = symbol->type == STT_FUNC || symbol->type == STT_GNU_IFUNC ||
			       (symbol->type == STT_NOTYPE && symbol->executable),
	};
	return true;
}

/* Global before weak before local; unknown bindings (STB_GNU_UNIQUE) count as global. */
static int binding_rank(uint8_t binding)
{
	return binding == STB_LOCAL ? 2 : binding == STB_WEAK;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_raw(const void *a_pointer, const void *b_pointer)
{
	const struct raw_symbol *a = a_pointer;
	const struct raw_symbol *b = b_pointer;
	int order = compare_numbers(a->section, b->section);

	if (order == 0) {
		order = compare_numbers(a->value, b->value);
	}
	if (order == 0) {
		order = compare_numbers(b->size, a->size);
	}
	if (order == 0) {
		order = binding_rank(a->binding) - binding_rank(b->binding);
	}
	if (order == 0) {
		order = compare_numbers(a->name_length, b->name_length);
	}
	return order != 0 ? order : strcmp(a->name, b->name);
}

/* The bytes of each segment not yet given to a symbol. */
struct segment_budget {
	uint64_t left[ELF_SEGMENT_BSS + 1];
	uint32_t section;
	uint64_t covered_end; /* of that section */
};

static uint64_t budget_take(struct segment_budget *budget, const struct raw_symbol *raw)
{
	uint64_t end;
	uint64_t start = raw->value;
	uint64_t bytes;

	if (__builtin_add_overflow(raw->value, raw->size, &end)) {
		end = UINT64_MAX;
	}
	if (raw->section != budget->section) {
		budget->section = raw->section;
		budget->covered_end = 0;
	}
	if (start < budget->covered_end) {
		start = budget->covered_end;
	}
	bytes = end > start ? end - start : 0;
	if (end > budget->covered_end) {
		budget->covered_end = end;
	}
	if (bytes > budget->left[raw->segment]) {
		bytes = budget->left[raw->segment];
	}
	budget->left[raw->segment] -= bytes;
	return bytes;
}

static void fill_symbols(const struct symbol_scratch *scratch, struct segment_budget *budget,
			 char *names, struct loaded_object *ret)
{
	for (size_t i = 0; i < scratch->count; i++) {
		const struct raw_symbol *raw = &scratch->symbols[i];
		uint64_t bytes = budget_take(budget, raw);

		memcpy(names, raw->name, raw->name_length + 1);
		ret->symbols[i] = (struct tree_symbol){
			.name = names,
			.size = raw->size,
			.static_bytes = bytes,
			.segment = (enum elf_segment)raw->segment,
			.is_function = raw->is_function,
			.is_global = raw->binding != STB_LOCAL,
			.is_weak = raw->binding == STB_WEAK,
			.is_alias = bytes == 0,
		};
		ret->hashes[i] = text_hash(names);
		names += raw->name_length + 1;
	}
	ret->symbol_count = (uint32_t)scratch->count;
}

static bool allocate_symbols(const struct symbol_scratch *scratch, struct loader_arenas *arenas,
			     struct loaded_object *ret, char **names)
{
	size_t name_bytes = 0;

	for (size_t i = 0; i < scratch->count; i++) {
		name_bytes += scratch->symbols[i].name_length + 1;
	}
	ret->symbols = arena_alloc(&arenas->records, scratch->count * sizeof(*ret->symbols));
	ret->hashes = arena_alloc(&arenas->records, scratch->count * sizeof(*ret->hashes));
	*names = arena_alloc(&arenas->names, name_bytes);
	return ret->symbols && ret->hashes && *names;
}

/* The sizes of an object of which only symbols are known. */
static void sum_sizes(struct loaded_object *object)
{
	uint64_t sums[ELF_SEGMENT_BSS + 1] = {0};

	for (uint32_t i = 0; i < object->symbol_count; i++) {
		sums[object->symbols[i].segment] += object->symbols[i].static_bytes;
	}
	object->sizes = (struct elf_sizes){.text = sums[ELF_SEGMENT_TEXT],
					   .data = sums[ELF_SEGMENT_DATA],
					   .bss = sums[ELF_SEGMENT_BSS]};
}

bool symbol_scratch_finish(struct symbol_scratch *scratch, bool sizes_known,
			   struct loader_arenas *arenas, struct loaded_object *ret)
{
	struct segment_budget budget = {.left = {[ELF_SEGMENT_TEXT] = ret->sizes.text,
						 [ELF_SEGMENT_DATA] = ret->sizes.data,
						 [ELF_SEGMENT_BSS] = ret->sizes.bss}};
	char *names;

	if (scratch->source && !scratch->several_sources) {
		ret->source = arena_strdup(&arenas->names, scratch->source);
		if (!ret->source) {
			return false;
		}
	}
	if (scratch->count == 0) {
		return true;
	}
	if (!allocate_symbols(scratch, arenas, ret, &names)) {
		return false;
	}
	for (size_t i = 0; !sizes_known && i <= ELF_SEGMENT_BSS; i++) {
		budget.left[i] = BYTES_WITHOUT_SIZE;
	}
	qsort(scratch->symbols, scratch->count, sizeof(*scratch->symbols), compare_raw);
	fill_symbols(scratch, &budget, names, ret);
	if (!sizes_known) {
		sum_sizes(ret);
	}
	scratch->count = 0;
	return true;
}

static int take_symbol(const struct elf_symbol *symbol, void *context)
{
	struct symbol_scratch *scratch = context;

	if (symbol->type == STT_FILE) {
		note_source(scratch, symbol->name);
	}
	return symbol_scratch_take(scratch, symbol) ? 0 : VISIT_NO_MEMORY;
}

int object_symbols_load(struct elf_object *elf, struct symbol_scratch *scratch,
			struct loader_arenas *arenas, struct loaded_object *ret,
			struct elfsyms_error *err)
{
	int result;

	scratch->count = 0;
	scratch->source = NULL;
	scratch->several_sources = false;
	result = elf_object_symbols(elf, take_symbol, scratch, err);
	if (result < 0) {
		return result;
	}
	if (result == VISIT_NO_MEMORY || !symbol_scratch_finish(scratch, true, arenas, ret)) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "out of memory");
	}
	return 0;
}
