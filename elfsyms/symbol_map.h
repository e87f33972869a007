/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address <-> name of one kernel: from vmlinux, System.map or /proc/kallsyms.
 *
 * Entries are sorted by address. `extent` is the distance to the next entry with
 * a *different* address: that is what the kernel prints as /0xSIZE in %pS
 * (kallsyms_lookup), so (name, extent) ties a symbolic call site to one symbol,
 * and a name that is there with other extents only proves a map of another
 * kernel (FORMATS.md section 4, verified for 5.10 to 7.3). For entries of an ELF
 * file `size` is st_size as well.
 *
 * Lookups never guess: several matches are all returned.
 */
#ifndef ELFSYMS_SYMBOL_MAP_H
#define ELFSYMS_SYMBOL_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfsyms/error.h"
#include "elfsyms/object.h"

struct map_symbol {
	uint64_t address;
	uint64_t extent; /* bytes to the next different address, 0 for the last */
	uint64_t size;	 /* st_size, 0 if unknown (text maps) */
	const char *name;
	const char *module; /* kallsyms "[module]" without brackets, NULL for the kernel */
	const char
		*file;	/* STT_FILE basename ("slub.c") of a local symbol of an ELF file, or NULL */
	char type;	/* nm letter: T t W w are functions; D d B b R r data; A a absolute */
	uint32_t order; /* position in the source: STT_FILE order of vmlinux is link order */
};

struct symbol_map;

/* What a text map or vmlinux said about itself. */
struct symbol_map_facts {
	size_t symbol_count;
	size_t module_symbol_count;
	size_t skipped_line_count; /* text maps: lines that are not "address type name" */
	bool is_32bit;		   /* 8-digit addresses, or ELF32 */
};

/* Reads a vmlinux (or any linked ELF file): functions and data with an address. */
int symbol_map_from_elf(struct elf_object *object, struct symbol_map **ret,
			struct elfsyms_error *err);

/*
 * Reads System.map or a /proc/kallsyms dump ("address type name[\t[module]]"),
 * also with CRLF. ELFSYMS_RESTRICTED when all addresses are zero, ELFSYMS_STUB
 * for Debian's one-line System.map, ELFSYMS_FORMAT when no line fits.
 */
int symbol_map_from_text(const char *path, struct symbol_map **ret, struct elfsyms_error *err);
/* The same from memory; name is for messages. text is copied. */
int symbol_map_from_memory(const char *name, const char *text, size_t size, struct symbol_map **ret,
			   struct elfsyms_error *err);
void symbol_map_free(struct symbol_map *map);

void symbol_map_facts(const struct symbol_map *map, struct symbol_map_facts *ret);

size_t symbol_map_count(const struct symbol_map *map);
const struct map_symbol *symbol_map_at(const struct symbol_map *map, size_t index);

/*
 * The symbol that covers address, or NULL: below the first, in a gap where
 * st_size says that nothing is, or past the last. Among aliases of one address the
 * choice is the kernel's own for printing is not knowable from a map alone, so it is fixed:
 * functions before data, global before weak before local, no __pfx_ or $ marks, then the shortest
 * name, then by strcmp.
 */
const struct map_symbol *symbol_map_by_address(const struct symbol_map *map, uint64_t address);

/*
 * All symbols called name (module NULL: the kernel's own; extent 0: any):
 * writes up to capacity of them to ret, returns how many there are.
 */
size_t symbol_map_by_name(const struct symbol_map *map, const char *name, size_t name_length,
			  const char *module, uint64_t extent, const struct map_symbol **ret,
			  size_t capacity);

#endif
