/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/unit_objects.h"

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NO_OBJECT UINT32_MAX

/* A symbol of vmlinux that covers bytes. */
struct placed_symbol {
	const char *name;
	const char *file_name; /* STT_FILE, NULL for a global one */
	uint64_t address;
	uint64_t size;
	uint64_t static_bytes;
	uint32_t section;
	uint32_t group; /* counts STT_FILE symbols */
	uint32_t object;
	enum elf_segment segment;
	uint8_t binding;
	bool is_function; /* in code */
};

/* Units by the address of their name, which is one per unit. */
struct unit_key {
	const char *unit;
	uint32_t object;
};

struct unit_builder {
	struct debug_info *debug;
	struct arena *arena;
	struct unit_key *keys;
	size_t unit_count;
	struct tree_object *objects; /* those of the units, and the group behind them */
	size_t object_count;
	struct placed_symbol *symbols;
	size_t symbol_count, symbol_capacity;
	uint32_t group;
	struct debug_variable *variables;
	size_t variable_count;
	bool no_memory;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int compare_pointers(const void *a, const void *b)
{
	return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int by_unit(const void *a_pointer, const void *b_pointer)
{
	const struct unit_key *a = a_pointer;
	const struct unit_key *b = b_pointer;

	return compare_pointers(a->unit, b->unit);
}

static uint32_t object_of(const struct unit_builder *builder, const char *unit)
{
	struct unit_key wanted = {.unit = unit};
	const struct unit_key *found =
		unit ? bsearch(&wanted, builder->keys, builder->unit_count, sizeof(wanted), by_unit)
		     : NULL;

	return found ? found->object : NO_OBJECT;
}

static bool object_add(struct unit_builder *builder, const char *unit)
{
	const char *name = base_name(unit);
	const char *dot = strrchr(name, '.');
	struct tree_object *object = &builder->objects[builder->object_count];

	object->path = arena_printf(builder->arena, "%.*s.o",
				    (int)(dot ? dot - unit : (long)strlen(unit)), unit);
	object->source = arena_strdup(builder->arena, name);
	builder->object_count++;
	return object->path && object->source;
}

static bool objects_make(struct unit_builder *builder)
{
	size_t count = 0;

	while (debug_info_unit_at(builder->debug, count)) {
		count++;
	}
	builder->keys = calloc(count + 1, sizeof(*builder->keys));
	builder->objects = calloc(count + 1, sizeof(*builder->objects));
	if (!builder->keys || !builder->objects) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const char *unit = debug_info_unit_at(builder->debug, i);

		builder->keys[i] = (struct unit_key){unit, (uint32_t)i};
		if (!object_add(builder, unit)) {
			return false;
		}
	}
	builder->unit_count = count;
	qsort(builder->keys, count, sizeof(*builder->keys), by_unit);
	builder->objects[count].path = NO_UNIT;
	builder->objects[count].is_group = true;
	builder->object_count++;
	return true;
}

static int variable_compare(const void *a_pointer, const void *b_pointer)
{
	const struct debug_variable *a = a_pointer;
	const struct debug_variable *b = b_pointer;

	return (a->address > b->address) - (a->address < b->address);
}

static uint32_t symbol_object(const struct unit_builder *builder, const struct elf_symbol *symbol)
{
	struct debug_variable wanted = {.address = symbol->value};
	const struct debug_variable *variable;

	if (symbol->executable) {
		return object_of(builder, debug_info_unit_of(builder->debug, symbol->value));
	}
	variable = builder->variable_count
			   ? bsearch(&wanted, builder->variables, builder->variable_count,
				     sizeof(wanted), variable_compare)
			   : NULL;
	return variable ? object_of(builder, variable->unit) : NO_OBJECT;
}

static int symbol_take(const struct elf_symbol *symbol, void *context)
{
	struct unit_builder *builder = context;
	struct placed_symbol *taken;

	if (symbol->type == STT_FILE) {
		builder->group++;
	}
	if (symbol->segment == ELF_SEGMENT_NONE || symbol->size == 0 || symbol->name_length == 0 ||
	    symbol->type == STT_FILE || symbol->type == STT_SECTION ||
	    elf_symbol_is_mapping(symbol)) {
		return 0;
	}
	if (builder->symbol_count == builder->symbol_capacity) {
		size_t larger = 4096 + builder->symbol_capacity * 2;
		struct placed_symbol *symbols =
			realloc(builder->symbols, larger * sizeof(*symbols));

		if (!symbols) {
			builder->no_memory = true;
			return 1;
		}
		builder->symbols = symbols;
		builder->symbol_capacity = larger;
	}
	taken = &builder->symbols[builder->symbol_count++];
	*taken = (struct placed_symbol){
		.name = arena_strndup(builder->arena, symbol->name, symbol->name_length),
		.file_name = symbol->file_name,
		.address = symbol->value,
		.size = symbol->size,
		.section = symbol->section,
		.group = symbol->file_name ? builder->group : 0,
		.object = symbol_object(builder, symbol),
		.segment = symbol->segment,
		.binding = symbol->binding,
		.is_function = symbol->executable,
	};
	builder->no_memory = !taken->name;
	return builder->no_memory;
}

static bool is_from(const struct tree_object *object, const char *file_name)
{
	return object->source && strcmp(object->source, file_name) == 0;
}

/*
 * Local symbols stand in the table file by file. Those without a unit get that of their
 * file, which is the first one with the file's name.
 */
static void files_settle(struct unit_builder *builder)
{
	size_t first = 0;

	while (first < builder->symbol_count) {
		struct placed_symbol *symbols = &builder->symbols[first];
		uint32_t object = NO_OBJECT;
		size_t count = 0;

		while (first + count < builder->symbol_count &&
		       symbols[count].group == symbols[0].group) {
			if (object == NO_OBJECT && symbols[count].group &&
			    symbols[count].object != NO_OBJECT &&
			    is_from(&builder->objects[symbols[count].object],
				    symbols[count].file_name)) {
				object = symbols[count].object;
			}
			count++;
		}
		for (size_t i = 0; i < count; i++) {
			if (symbols[i].object == NO_OBJECT) {
				symbols[i].object = object;
			}
		}
		first += count;
	}
}

/* By place; of several at one place who carries the bytes comes first (kernel_tree.h). */
static int by_place(const void *a_pointer, const void *b_pointer)
{
	const struct placed_symbol *a = a_pointer;
	const struct placed_symbol *b = b_pointer;
	size_t a_length;
	size_t b_length;

	if (a->section != b->section) {
		return a->section < b->section ? -1 : 1;
	}
	if (a->address != b->address) {
		return a->address < b->address ? -1 : 1;
	}
	if (a->size != b->size) {
		return a->size > b->size ? -1 : 1;
	}
	if ((a->binding == STB_LOCAL) != (b->binding == STB_LOCAL)) {
		return a->binding == STB_LOCAL ? 1 : -1;
	}
	a_length = strlen(a->name);
	b_length = strlen(b->name);
	if (a_length != b_length) {
		return a_length < b_length ? -1 : 1;
	}
	return strcmp(a->name, b->name);
}

/* No byte counts twice. */
static void bytes_share(struct unit_builder *builder)
{
	uint64_t covered = 0;

	for (size_t i = 0; i < builder->symbol_count; i++) {
		struct placed_symbol *symbol = &builder->symbols[i];
		uint64_t end;

		if (i == 0 || symbol->section != builder->symbols[i - 1].section) {
			covered = 0;
		}
		if (__builtin_add_overflow(symbol->address, symbol->size, &end)) {
			end = UINT64_MAX;
		}
		if (end > covered) {
			symbol->static_bytes =
				end - (symbol->address > covered ? symbol->address : covered);
			covered = end;
		}
	}
}

static int by_object(const void *a_pointer, const void *b_pointer)
{
	const struct placed_symbol *a = a_pointer;
	const struct placed_symbol *b = b_pointer;

	if (a->object != b->object) {
		return a->object < b->object ? -1 : 1;
	}
	return by_place(a, b);
}

static void sizes_add(struct elf_sizes *sizes, enum elf_segment segment, uint64_t bytes)
{
	switch (segment) {
	case ELF_SEGMENT_TEXT:
		sizes->text += bytes;
		break;
	case ELF_SEGMENT_DATA:
		sizes->data += bytes;
		break;
	case ELF_SEGMENT_BSS:
		sizes->bss += bytes;
		break;
	case ELF_SEGMENT_NONE:
		break;
	}
}

static bool symbols_hand_over(struct unit_builder *builder, struct unit_objects *ret)
{
	ret->symbols = calloc(builder->symbol_count + 1, sizeof(*ret->symbols));
	if (!ret->symbols) {
		return false;
	}
	for (size_t i = 0; i < builder->symbol_count; i++) {
		const struct placed_symbol *from = &builder->symbols[i];
		struct tree_object *object = &builder->objects[from->object];

		if (object->symbol_count++ == 0) {
			object->first_symbol = (uint32_t)i;
		}
		sizes_add(&object->sizes, from->segment, from->static_bytes);
		ret->symbols[i] = (struct tree_symbol){
			.name = from->name,
			.size = from->size,
			.static_bytes = from->static_bytes,
			.object = from->object,
			.segment = from->segment,
			.is_function = from->is_function,
			.is_global = from->binding != STB_LOCAL,
			.is_weak = from->binding == STB_WEAK,
			.is_alias = from->static_bytes == 0,
		};
	}
	ret->symbol_count = builder->symbol_count;
	ret->objects = builder->objects;
	ret->object_count = builder->object_count;
	builder->objects = NULL;
	return true;
}

static uint64_t rest_of(uint64_t whole, uint64_t part)
{
	return whole > part ? whole - part : 0;
}

/* What no unit has is the group's. */
static void group_fill(struct unit_builder *builder, const struct elf_sizes *whole)
{
	struct elf_sizes sum = {0};

	for (size_t i = 0; i < builder->symbol_count; i++) {
		struct placed_symbol *symbol = &builder->symbols[i];

		if (symbol->object == NO_OBJECT) {
			symbol->object = (uint32_t)builder->unit_count;
		}
		sizes_add(&sum, symbol->segment, symbol->static_bytes);
	}
	builder->objects[builder->unit_count].sizes = (struct elf_sizes){
		.text = rest_of(whole->text, sum.text),
		.data = rest_of(whole->data, sum.data),
		.bss = rest_of(whole->bss, sum.bss),
	};
}

static int translate(const struct elfsyms_error *why, struct error *err)
{
	return why->code == ELFSYMS_NO_MEMORY ? error_no_memory(err)
					      : error_set(err, ERROR_INPUT, "%s", why->text);
}

static int builder_run(struct unit_builder *builder, struct elf_object *elf,
		       struct unit_objects *ret, struct error *err)
{
	struct elfsyms_error why = {0};
	struct elf_sizes sizes;

	if (elf_object_sizes(elf, &sizes, &why) < 0) {
		return translate(&why, err);
	}
	if (!objects_make(builder)) {
		return error_no_memory(err);
	}
	if (elf_object_symbols(elf, symbol_take, builder, &why) < 0) {
		return translate(&why, err);
	}
	if (builder->no_memory) {
		return error_no_memory(err);
	}
	files_settle(builder);
	if (builder->symbol_count > 0) {
		qsort(builder->symbols, builder->symbol_count, sizeof(*builder->symbols), by_place);
	}
	bytes_share(builder);
	group_fill(builder, &sizes);
	if (builder->symbol_count > 0) {
		qsort(builder->symbols, builder->symbol_count, sizeof(*builder->symbols),
		      by_object);
	}
	return symbols_hand_over(builder, ret) ? 0 : error_no_memory(err);
}

int unit_objects_read(const char *vmlinux, struct debug_info *debug, unsigned int thread_count,
		      struct arena *arena, struct unit_objects *ret, struct error *err)
{
	struct unit_builder builder = {.debug = debug, .arena = arena};
	struct elfsyms_error why;
	struct elf_object *elf;
	int result;

	*ret = (struct unit_objects){0};
	if (elf_object_open(vmlinux, &elf, &why) < 0) {
		return translate(&why, err);
	}
	if (debug_info_variables(debug, thread_count, &builder.variables, &builder.variable_count,
				 &why) < 0) {
		elf_object_close(elf);
		return translate(&why, err);
	}
	result = builder_run(&builder, elf, ret, err);
	elf_object_close(elf);
	free(builder.keys);
	free(builder.objects);
	free(builder.symbols);
	free(builder.variables);
	return result;
}
