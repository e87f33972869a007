/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of struct elf_object, for the object*.c files only. */
#ifndef ELFSYMS_OBJECT_INTERNAL_H
#define ELFSYMS_OBJECT_INTERNAL_H

#include <gelf.h>

#include "elfsyms/file_image.h"
#include "elfsyms/object.h"

struct section_class {
	uint8_t segment; /* enum elf_segment */
	bool executable;
};

struct elf_object {
	char *name; /* for messages */
	struct file_image image;
	Elf *elf;
	struct elf_identity identity;
	/* Filled by elf_object_load_sections, at the first question that needs them. */
	struct section_class *sections;
	size_t section_count;
	size_t symtab_index;	      /* first SHT_SYMTAB section, 0 if there is none */
	size_t symtab_extended_index; /* its SHT_SYMTAB_SHNDX section, 0 if there is none */
};

/* Reads the section headers once and classes every section. */
int elf_object_load_sections(struct elf_object *object, struct elfsyms_error *err);

/*
 * length bytes of the section's contents at offset, straight from the file, or
 * NULL if the section has no such bytes. Nothing is converted or copied.
 */
const unsigned char *elf_object_section_bytes(struct elf_object *object, size_t section,
					      uint64_t offset, uint64_t *length);

/*
 * The string table of .symtab, up to and with its last NUL: every symbol's name
 * and file_name points into it. Size 0 if there is no .symtab.
 */
int elf_object_symbol_strings(struct elf_object *object, const char **ret, size_t *ret_size,
			      struct elfsyms_error *err);

#endif
