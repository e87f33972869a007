/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine code of an ELF file: bytes at a place, the function around it, and what
 * a relocation says an operand refers to.
 *
 * One kind of place serves linked files and relocatable ones: section and offset. In a
 * vmlinux places and addresses turn into each other; in a .ko there are no addresses
 * before the kernel loads it, and most operands are zeros that relocations (RELA, or
 * REL with the addend in the code) fill. These are looked up, never applied: the file
 * stays as it is.
 *
 * Read-only once made. Names and bytes point into the object, which must outlive the
 * code. About 40 bytes per function symbol; only pages that are looked at become resident.
 */
#ifndef ELFSYMS_CODE_H
#define ELFSYMS_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfsyms/error.h"
#include "elfsyms/object.h"

struct code_place {
	uint32_t section; /* index in the file */
	uint64_t offset;  /* into that section */
};

struct code_function {
	const char *name;
	struct code_place place; /* without ARM's Thumb bit */
	uint64_t size;		 /* st_size, or up to the next symbol where that is 0 */
	bool is_global;
	bool is_function; /* STT_FUNC; otherwise a label of assembler code (STT_NOTYPE) */
	bool is_thumb;	  /* ARM: bit 0 of st_value */
};

/* Bytes of an executable section; before and after count from the place asked for. */
struct code_bytes {
	const unsigned char *at;
	uint64_t before, after;
};

/* What the relocation of an operand refers to. */
struct code_reference {
	const char *name;	 /* of the symbol, NULL for a section's own */
	bool is_defined;	 /* place is valid: it is in this file */
	struct code_place place; /* of the symbol, without addend */
	bool has_addend;	 /* RELA; otherwise the code itself holds it */
	int64_t addend;
};

struct elf_code;

/*
 * Takes down the executable sections, their function symbols and, of a relocatable
 * file, their relocations. Damaged parts are left out: what they held is then not
 * found. ELFSYMS_FORMAT where not even section headers can be read.
 */
int elf_code_new(struct elf_object *object, struct elf_code **ret, struct elfsyms_error *err);
void elf_code_free(struct elf_code *code);

const struct elf_identity *elf_code_identity(const struct elf_code *code);

/* Linked files: address to place and back; false outside of executable sections. */
bool elf_code_place(const struct elf_code *code, uint64_t address, struct code_place *ret);
bool elf_code_address(const struct elf_code *code, struct code_place place, uint64_t *ret);

/* First and last address of executable code; false if there is none, or it isn't linked. */
bool elf_code_range(const struct elf_code *code, uint64_t *first, uint64_t *last);

/* The section called name (".init.text") and its size; false if it has no code. */
bool elf_code_section(const struct elf_code *code, const char *name, uint32_t *ret, uint64_t *size);

/* The bytes around place, which may be the end of its section. False if there are none. */
bool elf_code_bytes(const struct elf_code *code, struct code_place place, struct code_bytes *ret);

/* The function whose bytes include place / which starts there; NULL if there is none. Of several
 * names for one place the function before the label, the global, the shorter one speaks;
 * init_module and cleanup_module, the common names of a module's own ones, come last. O(log n).
 */
const struct code_function *elf_code_function_around(const struct elf_code *code,
						     struct code_place place);
const struct code_function *elf_code_function_at(const struct elf_code *code,
						 struct code_place place);

/* All functions called name, by place: writes up to capacity, returns how many there are. O(n). */
size_t elf_code_functions(const struct elf_code *code, const char *name,
			  const struct code_function **ret, size_t capacity);

/* The relocation at exactly this place of a relocatable file. O(log n). */
bool elf_code_reference(const struct elf_code *code, struct code_place place,
			struct code_reference *ret);

#endif
