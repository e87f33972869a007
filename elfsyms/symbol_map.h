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
 * A module's extents are measured within the module, as the kernel does. Where the
 * kernel would measure up to something no map shows, the extent is 0, unknown: a
 * module's last function (up to the end of its text section) and "[bpf]",
 * "[__builtin__ftrace]" and their like.
 *
 * The three kinds of map of one kernel give the same extents: of a vmlinux only those
 * symbols take part that the kernel's kallsyms lists (no local labels, no
 * absolute symbols, no symbol versions). Marks of content ($x) and .L labels take part
 * nowhere. __pfx_ symbols (the padding before functions, 6.2 and newer) end the function
 * before them, but own no address.
 *
 * A map is read-only once made: lookups may run on any number of threads. It keeps
 * nothing of the file or object it was made from. All pointers into it live until
 * symbol_map_free. About 60 bytes per symbol, and the text.
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
	uint64_t extent; /* bytes to the next different address, 0 if unknown */
	uint64_t size;	 /* st_size, 0 if unknown (text maps) */
	const char *name;
	const char *module; /* kallsyms "[module]" without brackets, NULL for the kernel */
	const char *file;   /* STT_FILE basename ("slub.c") of a local ELF symbol, or NULL */
	char type;	    /* nm letter: T t W w are functions; D d B b R r data; A a absolute */
	uint32_t order;	    /* position in the source: STT_FILE order of vmlinux is link order */
};

struct symbol_map;

/* What a text map or vmlinux said about itself. */
struct symbol_map_facts {
	size_t symbol_count;
	size_t module_symbol_count;
	size_t skipped_line_count; /* text maps: lines that are not "address type name" */
	bool is_32bit;		   /* 8-digit addresses, or ELF32 */
};

/*
 * Reads a vmlinux (or any linked ELF file): functions and data with an address.
 * ELFSYMS_FORMAT for a relocatable object (.o, .ko) and for one without .symtab.
 */
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
 * The symbol that covers address, or NULL: below the first, in padding (__pfx_), in
 * a gap where st_size says that nothing is, past the end. A function of unknown
 * extent covers the rest of its 4 KiB page, at most up to the next symbol (modules
 * pad their text to pages), other symbols of unknown extent only their own
 * address; nothing covers more than 64 MiB. A symbol with extent that is followed
 * by padding covers that too, unless st_size is known.
 *
 * Which alias of one address the kernel would print can't be known from a map
 * alone, so the choice is fixed: functions before data, global before weak before
 * local, then the shortest name, then by strcmp, then source order. O(log n).
 */
const struct map_symbol *symbol_map_by_address(const struct symbol_map *map, uint64_t address);

/*
 * All symbols called name (module NULL: the kernel's own; extent 0: any), in the
 * order of their addresses: writes up to capacity of them to ret, returns how many
 * there are. A symbol whose own extent is unknown (0) matches any extent: look at
 * it before taking the match for proof. O(1) per symbol of that name.
 */
size_t symbol_map_by_name(const struct symbol_map *map, const char *name, size_t name_length,
			  const char *module, uint64_t extent, const struct map_symbol **ret,
			  size_t capacity);

#endif
