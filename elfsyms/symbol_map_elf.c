/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A symbol map from a vmlinux. It must hold the symbols that the kernel's own
 * kallsyms holds, or the extents would differ from those the kernel prints: a
 * label that kallsyms leaves out would cut a function short.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/object_internal.h"
#include "elfsyms/symbol_map_internal.h"

/*
 * What kernel builds leave out of kallsyms and System.map (scripts/kallsyms.c and
 * scripts/mksysmap, 4.x to 7.x). Marks of content are tested separately.
 */
static const char *const ignored_prefixes[] = {
	".L",	      /* local labels: jump targets, constants */
	"L0\001",     /* the same, of old assemblers */
	"__crc_",     /* symbol versions: checksums, not addresses */
	"__kstrtab_", /* names and name spaces of exported symbols */
	"__kstrtabns_",
	"__kcfi_typeid_", /* control-flow type numbers */
	"__efistub_",	  /* arm64: second names of what the EFI stub shares */
	"__kvm_nvhe_$",	  /* arm64: marks and labels of the copied hypervisor and early code */
	"__kvm_nvhe_.L",
	"__pi_$",
	"__pi_.L",
	"__AArch64ADRPThunk_", /* thunks the linker adds */
	"__ARMV5PILongThunk_",
	"__ARMV7PILongThunk_",
	"__ThumbV7PILongThunk_",
	"__LA25Thunk_",
	"__microLA25Thunk_",
};

static const char *const ignored_suffixes[] = {"_from_arm", "_from_thumb", "_veneer"};

static const char *const ignored_parts[] = {".long_branch.", ".plt_branch."};

static bool name_is_ignored(const char *name, size_t length)
{
	if (elf_name_is_mapping(name))
		return true;
	/* All the prefixes start like this: most names are let through here. */
	if (*name == '.' || *name == 'L' || (name[0] == '_' && name[1] == '_')) {
		for (size_t i = 0; i < sizeof(ignored_prefixes) / sizeof(*ignored_prefixes); i++) {
			if (strncmp(name, ignored_prefixes[i], strlen(ignored_prefixes[i])) == 0)
				return true;
		}
	}
	for (size_t i = 0; i < sizeof(ignored_suffixes) / sizeof(*ignored_suffixes); i++) {
		size_t suffix = strlen(ignored_suffixes[i]);

		if (length > suffix &&
		    memcmp(name + length - suffix, ignored_suffixes[i], suffix) == 0)
			return true;
	}
	/* The parts start with a dot, which few names have. */
	for (size_t i = 0;
	     memchr(name, '.', length) && i < sizeof(ignored_parts) / sizeof(*ignored_parts); i++) {
		if (strstr(name, ignored_parts[i]))
			return true;
	}
	return false;
}

/* The letter nm(1) prints. */
static char symbol_type_letter(const struct elf_symbol *symbol)
{
	const char *local_global = "bB";

	if (symbol->binding == STB_WEAK)
		return symbol->type == STT_OBJECT ? 'V' : 'W';
	if (symbol->executable)
		local_global = "tT";
	else if (symbol->segment == ELF_SEGMENT_TEXT)
		local_global = "rR";
	else if (symbol->segment == ELF_SEGMENT_DATA)
		local_global = "dD";
	return local_global[symbol->binding != STB_LOCAL];
}

struct elf_reader {
	struct symbol_map *map;
	const char *strings; /* where the symbols' names point, copied to map->strings */
};

static const char *reader_string(const struct elf_reader *reader, const char *string)
{
	return string ? reader->map->strings + (string - reader->strings) : NULL;
}

static int reader_visit(const struct elf_symbol *symbol, void *context)
{
	struct elf_reader *reader = context;
	struct map_symbol entry;

	/* Undefined and absolute symbols are in no section; debug sections have no addresses. */
	if (symbol->segment == ELF_SEGMENT_NONE || symbol->type == STT_SECTION ||
	    symbol->type == STT_FILE || symbol->type == STT_TLS || symbol->name_length == 0 ||
	    name_is_ignored(symbol->name, symbol->name_length))
		return 0;
	entry = (struct map_symbol){
		.address = symbol->value,
		.size = symbol->size,
		.name = reader_string(reader, symbol->name),
		.file = reader_string(reader, symbol->file_name),
		.type = symbol_type_letter(symbol),
	};
	return symbol_map_add(reader->map, &entry) ? ELFSYMS_NO_MEMORY : 0;
}

static int read_symbols(struct elf_object *object, struct symbol_map *map,
			struct elfsyms_error *err)
{
	struct elf_reader reader = {.map = map};
	size_t size;
	int result = elf_object_symbol_strings(object, &reader.strings, &size, err);

	if (result)
		return result;
	map->strings = malloc(size + 1);
	if (!map->strings)
		return ELFSYMS_NO_MEMORY;
	if (size)
		memcpy(map->strings, reader.strings, size);
	result = elf_object_symbols(object, reader_visit, &reader, err);
	if (result)
		return result;
	if (map->count == 0) {
		return elfsyms_error_set(err, ELFSYMS_FORMAT,
					 "%s: has no symbol table (stripped): use the vmlinux of "
					 "the build",
					 object->name);
	}
	map->facts.is_32bit = !object->identity.is_64bit;
	return symbol_map_finish(map) ? ELFSYMS_NO_MEMORY : 0;
}

int symbol_map_from_elf(struct elf_object *object, struct symbol_map **ret,
			struct elfsyms_error *err)
{
	struct symbol_map *map;
	int result;

	*ret = NULL;
	if (object->identity.type == ET_REL) {
		return elfsyms_error_set(err, ELFSYMS_FORMAT,
					 "%s: a relocatable object has no addresses", object->name);
	}
	map = symbol_map_new();
	result = map ? read_symbols(object, map, err) : ELFSYMS_NO_MEMORY;
	if (result) {
		symbol_map_free(map);
		if (result == ELFSYMS_NO_MEMORY)
			elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory",
					  object->name);
		return result;
	}
	*ret = map;
	return 0;
}
