/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/code.h"

#include <stdlib.h>
#include <string.h>

#include "elfsyms/code_internal.h"

static int section_compare(const void *left, const void *right)
{
	const struct code_section *a = left;
	const struct code_section *b = right;

	if (a->address != b->address) {
		return a->address < b->address ? -1 : 1;
	}
	return (a->index > b->index) - (a->index < b->index);
}

int code_place_compare(struct code_place a, struct code_place b)
{
	if (a.section != b.section) {
		return a.section < b.section ? -1 : 1;
	}
	return (a.offset > b.offset) - (a.offset < b.offset);
}

static void section_add(struct elf_code *code, size_t index, const char *names, size_t names_size)
{
	struct code_section *section = &code->sections[code->section_count];
	GElf_Shdr header;

	if (!code->object->sections[index].executable ||
	    code->object->sections[index].segment == ELF_SEGMENT_NONE ||
	    !gelf_getshdr(elf_getscn(code->object->elf, index), &header)) {
		return;
	}
	*section = (struct code_section){
		.index = (uint32_t)index,
		.name = header.sh_name < names_size ? names + header.sh_name : "",
		.address = code->is_linked ? header.sh_addr : 0,
	};
	section->bytes = elf_object_section_bytes(code->object, index, 0, &section->size);
	if (!section->bytes || section->size == 0 ||
	    section->address + section->size < section->address) {
		return;
	}
	code->section_count++;
}

/* The section names up to their last NUL; size 0 if there are none. */
static const char *section_names(struct elf_object *object, size_t *size)
{
	const unsigned char *bytes;
	uint64_t length;
	size_t index;

	*size = 0;
	if (elf_getshdrstrndx(object->elf, &index) != 0) {
		return NULL;
	}
	bytes = elf_object_section_bytes(object, index, 0, &length);
	while (bytes && length > 0 && bytes[length - 1] != '\0') {
		length--;
	}
	*size = bytes ? length : 0;
	return (const char *)bytes;
}

static int sections_load(struct elf_code *code, struct elfsyms_error *err)
{
	struct elf_object *object = code->object;
	const char *names;
	size_t names_size;
	int result = elf_object_load_sections(object, err);

	if (result) {
		return result;
	}
	names = section_names(object, &names_size);
	code->sections = calloc(object->section_count + 1, sizeof(*code->sections));
	if (!code->sections) {
		return ELFSYMS_NO_MEMORY;
	}
	for (size_t i = 1; i < object->section_count; i++) {
		section_add(code, i, names, names_size);
	}
	qsort(code->sections, code->section_count, sizeof(*code->sections), section_compare);
	return 0;
}

const struct code_section *code_section_find(const struct elf_code *code, uint32_t index)
{
	/* A kernel has a handful of executable sections, a module a few dozen at most. */
	for (size_t i = 0; i < code->section_count; i++) {
		if (code->sections[i].index == index) {
			return &code->sections[i];
		}
	}
	return NULL;
}

static int functions_reserve(struct elf_code *code)
{
	size_t capacity = code->function_capacity ? 2 * code->function_capacity : 1024;
	struct code_function *functions;

	if (code->function_count < code->function_capacity) {
		return 0;
	}
	functions = realloc(code->functions, capacity * sizeof(*functions));
	if (!functions) {
		return -1;
	}
	code->functions = functions;
	code->function_capacity = capacity;
	return 0;
}

/* Symbols come section by section: the last one found is nearly always the one. */
struct function_reader {
	struct elf_code *code;
	const struct code_section *last;
};

static int function_visit(const struct elf_symbol *symbol, void *context)
{
	struct function_reader *reader = context;
	struct elf_code *code = reader->code;
	struct code_function function = {
		.name = symbol->name,
		.size = symbol->size,
		.is_global = symbol->binding != STB_LOCAL,
		.is_function = symbol->type == STT_FUNC,
		.is_thumb = symbol->is_thumb,
	};
	uint64_t value = symbol->value;

	if (!symbol->executable || symbol->name_length == 0 ||
	    (symbol->type != STT_FUNC && symbol->type != STT_NOTYPE) ||
	    elf_symbol_is_mapping(symbol)) {
		return 0;
	}
	if (!reader->last || reader->last->index != symbol->section) {
		reader->last = code_section_find(code, symbol->section);
	}
	if (!reader->last) {
		return 0;
	}
	if (value < reader->last->address || value - reader->last->address >= reader->last->size) {
		return 0;
	}
	function.place.section = symbol->section;
	function.place.offset = value - reader->last->address;
	if (functions_reserve(code) < 0) {
		return ELFSYMS_NO_MEMORY;
	}
	code->functions[code->function_count++] = function;
	return 0;
}

/* What every module calls its init and exit functions: their own names say more. */
static bool name_is_common(const char *name)
{
	return strcmp(name, "init_module") == 0 || strcmp(name, "cleanup_module") == 0;
}

static int function_compare(const void *left, const void *right)
{
	const struct code_function *a = left;
	const struct code_function *b = right;
	int order = code_place_compare(a->place, b->place);
	size_t a_length;
	size_t b_length;

	if (order) {
		return order;
	}
	if (a->is_function != b->is_function) {
		return a->is_function ? -1 : 1;
	}
	if (name_is_common(a->name) != name_is_common(b->name)) {
		return name_is_common(a->name) ? 1 : -1;
	}
	if (a->is_global != b->is_global) {
		return a->is_global ? -1 : 1;
	}
	a_length = strlen(a->name);
	b_length = strlen(b->name);
	if (a_length != b_length) {
		return a_length < b_length ? -1 : 1;
	}
	return strcmp(a->name, b->name);
}

/* Symbols of assembler code often have no size: they reach to the next one. */
static void functions_measure(struct elf_code *code)
{
	struct code_place next = {UINT32_MAX, 0};

	for (size_t i = code->function_count; i-- > 0;) {
		struct code_function *function = &code->functions[i];
		const struct code_section *section =
			code_section_find(code, function->place.section);
		uint64_t room = section->size - function->place.offset;

		if (i + 1 < code->function_count &&
		    code_place_compare(function[1].place, function->place) != 0) {
			next = function[1].place;
		}
		if (function->size == 0) {
			function->size = next.section == function->place.section
						 ? next.offset - function->place.offset
						 : room;
		}
		if (function->size > room) {
			function->size = room;
		}
	}
}

static int functions_load(struct elf_code *code, struct elfsyms_error *err)
{
	struct function_reader reader = {.code = code};
	int result = elf_object_symbols(code->object, function_visit, &reader, err);

	if (result == ELFSYMS_NO_MEMORY) {
		return result;
	}
	if (code->function_count > 0) {
		qsort(code->functions, code->function_count, sizeof(*code->functions),
		      function_compare);
	}
	functions_measure(code);
	return 0;
}

int elf_code_new(struct elf_object *object, struct elf_code **ret, struct elfsyms_error *err)
{
	struct elf_code *code = calloc(1, sizeof(*code));
	int result = ELFSYMS_NO_MEMORY;

	*ret = NULL;
	if (code) {
		code->object = object;
		code->is_linked = object->identity.type != ET_REL;
		result = sections_load(code, err);
	}
	if (result == 0) {
		result = functions_load(code, err);
	}
	if (result == 0 && !code->is_linked && code_relocations_load(code) < 0) {
		result = ELFSYMS_NO_MEMORY;
	}
	if (result) {
		elf_code_free(code);
		return result == ELFSYMS_NO_MEMORY
			       ? elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory",
						   object->name)
			       : result;
	}
	*ret = code;
	return 0;
}

void elf_code_free(struct elf_code *code)
{
	if (!code) {
		return;
	}
	free(code->sections);
	free(code->functions);
	free(code->relocations);
	free(code->symbols);
	free(code);
}

const struct elf_identity *elf_code_identity(const struct elf_code *code)
{
	return &code->object->identity;
}

bool elf_code_place(const struct elf_code *code, uint64_t address, struct code_place *ret)
{
	if (!code->is_linked) {
		return false;
	}
	for (size_t i = 0; i < code->section_count; i++) {
		const struct code_section *section = &code->sections[i];

		if (address >= section->address && address - section->address < section->size) {
			*ret = (struct code_place){section->index, address - section->address};
			return true;
		}
	}
	return false;
}

bool elf_code_address(const struct elf_code *code, struct code_place place, uint64_t *ret)
{
	const struct code_section *section = code_section_find(code, place.section);

	if (!code->is_linked || !section) {
		return false;
	}
	*ret = section->address + place.offset;
	return true;
}

bool elf_code_range(const struct elf_code *code, uint64_t *first, uint64_t *last)
{
	const struct code_section *section;

	if (!code->is_linked || code->section_count == 0) {
		return false;
	}
	section = &code->sections[code->section_count - 1];
	*first = code->sections[0].address;
	*last = section->address + (section->size - 1);
	return true;
}

bool elf_code_section(const struct elf_code *code, const char *name, uint32_t *ret, uint64_t *size)
{
	for (size_t i = 0; i < code->section_count; i++) {
		if (strcmp(code->sections[i].name, name) == 0) {
			*ret = code->sections[i].index;
			*size = code->sections[i].size;
			return true;
		}
	}
	return false;
}

bool elf_code_bytes(const struct elf_code *code, struct code_place place, struct code_bytes *ret)
{
	const struct code_section *section = code_section_find(code, place.section);

	if (!section || place.offset > section->size) {
		return false;
	}
	ret->at = section->bytes + place.offset;
	ret->before = place.offset;
	ret->after = section->size - place.offset;
	return true;
}

/* How many functions start at or before place. */
static size_t functions_until(const struct elf_code *code, struct code_place place)
{
	size_t low = 0;
	size_t high = code->function_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code_place_compare(code->functions[middle].place, place) <= 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Labels inside a function do not end it; no function has more of them than this. */
#define LABELS_PASSED 64

const struct code_function *elf_code_function_around(const struct elf_code *code,
						     struct code_place place)
{
	size_t until = functions_until(code, place);
	const struct code_function *label = NULL;

	for (size_t i = until; i-- > 0 && until - i <= LABELS_PASSED;) {
		const struct code_function *function = &code->functions[i];

		if (function->place.section != place.section) {
			break;
		}
		if (place.offset - function->place.offset >= function->size) {
			continue;
		}
		if (function->is_function) {
			return elf_code_function_at(code, function->place);
		}
		if (!label) {
			label = elf_code_function_at(code, function->place);
		}
	}
	return label;
}

const struct code_function *elf_code_function_at(const struct elf_code *code,
						 struct code_place place)
{
	size_t until = functions_until(code, place);
	const struct code_function *found = NULL;

	for (size_t i = until; i-- > 0;) {
		if (code_place_compare(code->functions[i].place, place) != 0) {
			break;
		}
		found = &code->functions[i];
	}
	return found;
}

size_t elf_code_functions(const struct elf_code *code, const char *name,
			  const struct code_function **ret, size_t capacity)
{
	size_t count = 0;

	for (size_t i = 0; i < code->function_count; i++) {
		if (strcmp(code->functions[i].name, name) == 0) {
			if (count < capacity) {
				ret[count] = &code->functions[i];
			}
			count++;
		}
	}
	return count;
}
