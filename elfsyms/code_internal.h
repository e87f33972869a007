/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of struct elf_code, for code*.c only. */
#ifndef ELFSYMS_CODE_INTERNAL_H
#define ELFSYMS_CODE_INTERNAL_H

#include "elfsyms/code.h"
#include "elfsyms/object_internal.h"

struct code_section {
	uint32_t index;
	const char *name;
	uint64_t address; /* 0 in a relocatable file */
	const unsigned char *bytes;
	uint64_t size;
};

struct code_relocation {
	struct code_place place;
	uint32_t symbol; /* index in .symtab */
	bool has_addend;
	int64_t addend;
};

/* A symbol that relocations may name, by its index in .symtab. */
struct code_symbol {
	const char *name; /* NULL: a section's, or not usable */
	bool is_defined;
	struct code_place place;
};

struct elf_code {
	struct elf_object *object;     /* borrowed */
	struct code_section *sections; /* by address where linked, else by index */
	size_t section_count;
	bool is_linked;
	struct code_function *functions; /* by place, then the one that speaks first */
	size_t function_count, function_capacity;
	/* Relocatable files only. */
	struct code_relocation *relocations; /* by place */
	size_t relocation_count, relocation_capacity;
	struct code_symbol *symbols;
	size_t symbol_count;
};

const struct code_section *code_section_find(const struct elf_code *code, uint32_t index);

int code_place_compare(struct code_place a, struct code_place b);

/* Reads symbols and relocations of a relocatable file; -1 without memory. */
int code_relocations_load(struct elf_code *code);

#endif
