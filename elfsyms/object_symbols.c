/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol table. libelf hands out .symtab as an array in host layout: the
 * mapped bytes themselves when byte order and alignment fit, a converted copy
 * otherwise. The array is walked natively, ELF64 and ELF32 alike: one call of
 * gelf_getsym per symbol would cost more than all the rest of reading an object.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/object_internal.h"

struct symbol_table {
	/* Host byte order, but at whatever address the file offset gave: read with memcpy. */
	const unsigned char *entries;
	const unsigned char *extended; /* SHT_SYMTAB_SHNDX, NULL if there is none */
	size_t count, extended_count;
	bool is_64bit;
	const char *strings;
	size_t strings_size; /* every index below it is a string with an end */
};

/* sh_entsize is not trusted: the class of the file fixes the size of an entry. */
static int table_load_entries(struct elf_object *object, struct symbol_table *table,
			      struct elfsyms_error *err)
{
	Elf_Data *data = elf_getdata(elf_getscn(object->elf, object->symtab_index), NULL);

	if (!data || (!data->d_buf && data->d_size)) {
		int reason = elf_errno();

		return elfsyms_error_set(err, ELFSYMS_FORMAT,
					 "%s: damaged ELF file: symbol table: %s", object->name,
					 reason ? elf_errmsg(reason) : "no contents");
	}
	if (data->d_type != ELF_T_SYM) {
		return elfsyms_error_set(err, ELFSYMS_FORMAT,
					 "%s: damaged ELF file: symbol table of unknown layout",
					 object->name);
	}
	table->is_64bit = object->identity.is_64bit;
	table->entries = data->d_buf;
	table->count = data->d_size / (table->is_64bit ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym));
	return 0;
}

int elf_object_symbol_strings(struct elf_object *object, const char **ret, size_t *ret_size,
			      struct elfsyms_error *err)
{
	const char *bytes, *last;
	GElf_Shdr header;
	uint64_t size;
	int result = elf_object_load_sections(object, err);

	*ret_size = 0;
	if (result || !object->symtab_index)
		return result;
	if (!gelf_getshdr(elf_getscn(object->elf, object->symtab_index), &header) ||
	    header.sh_link == 0 || header.sh_link >= object->section_count ||
	    !(bytes = (const char *)elf_object_section_bytes(object, header.sh_link, 0, &size))) {
		return elfsyms_error_set(err, ELFSYMS_FORMAT,
					 "%s: damaged ELF file: symbols without a string table",
					 object->name);
	}
	last = memrchr(bytes, '\0', size);
	*ret = bytes;
	*ret_size = last ? (size_t)(last - bytes) + 1 : 0;
	return 0;
}

static void table_load_extended(struct elf_object *object, struct symbol_table *table)
{
	Elf_Data *data;

	if (!object->symtab_extended_index)
		return;
	data = elf_getdata(elf_getscn(object->elf, object->symtab_extended_index), NULL);
	if (data && data->d_buf && data->d_type == ELF_T_WORD) {
		table->extended = data->d_buf;
		table->extended_count = data->d_size / sizeof(Elf32_Word);
	}
}

/* The fields of one entry, whatever the class. */
struct raw_symbol {
	uint64_t value, size;
	uint32_t name;
	uint16_t section;
	uint8_t info;
};

static inline struct raw_symbol table_entry(const struct symbol_table *table, size_t i)
{
	Elf32_Sym entry32;
	Elf64_Sym entry64;

	if (table->is_64bit) {
		memcpy(&entry64, table->entries + i * sizeof(entry64), sizeof(entry64));
		return (struct raw_symbol){entry64.st_value, entry64.st_size, entry64.st_name,
					   entry64.st_shndx, entry64.st_info};
	}
	memcpy(&entry32, table->entries + i * sizeof(entry32), sizeof(entry32));
	return (struct raw_symbol){entry32.st_value, entry32.st_size, entry32.st_name,
				   entry32.st_shndx, entry32.st_info};
}

/* 0 for undefined, absolute, common and for an index that no section has. */
static inline uint32_t symbol_section(const struct elf_object *object,
				      const struct symbol_table *table, size_t i, uint16_t index)
{
	Elf32_Word section = index;

	if (index == SHN_XINDEX && i < table->extended_count)
		memcpy(&section, table->extended + i * sizeof(section), sizeof(section));
	else if (index >= SHN_LORESERVE)
		section = 0;
	return section < object->section_count ? section : 0;
}

/* Some compilers put the path they were given into STT_FILE. An empty name ends a file's symbols.
 */
static const char *file_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		path = slash + 1;
	return *path ? path : NULL;
}

int elf_object_symbols(struct elf_object *object,
		       int (*visit)(const struct elf_symbol *symbol, void *context), void *context,
		       struct elfsyms_error *err)
{
	struct symbol_table table = {0};
	const char *file_name = NULL;
	int result = elf_object_load_sections(object, err);

	if (result || !object->symtab_index)
		return result;
	result = table_load_entries(object, &table, err);
	if (result || table.count <= 1)
		return result;
	result = elf_object_symbol_strings(object, &table.strings, &table.strings_size, err);
	if (result)
		return result;
	table_load_extended(object, &table);

	/* Entry 0 is the undefined symbol every table begins with. */
	for (size_t i = 1; i < table.count; i++) {
		struct raw_symbol raw = table_entry(&table, i);
		struct elf_symbol symbol = {.value = raw.value, .size = raw.size};

		if (raw.name >= table.strings_size)
			continue;
		symbol.name = table.strings + raw.name;
		symbol.name_length = strnlen(symbol.name, ELF_SYMBOL_NAME_LIMIT);
		if (symbol.name_length == ELF_SYMBOL_NAME_LIMIT)
			continue;
		symbol.type = ELF64_ST_TYPE(raw.info);
		symbol.binding = ELF64_ST_BIND(raw.info);
		/* As nm(1), and so the kernel's own tables, show it. */
		if (symbol.type == STT_FUNC && object->identity.machine == EM_ARM) {
			symbol.is_thumb = symbol.value & 1;
			symbol.value &= ~(uint64_t)1;
		}
		if (symbol.type == STT_FILE)
			file_name = file_basename(symbol.name);
		symbol.file_name = symbol.binding == STB_LOCAL ? file_name : NULL;
		symbol.section = symbol_section(object, &table, i, raw.section);
		symbol.segment = object->sections[symbol.section].segment;
		symbol.executable = object->sections[symbol.section].executable;
		result = visit(&symbol, context);
		if (result)
			return result;
	}
	return 0;
}

bool elf_name_is_mapping(const char *name)
{
	if (name[0] != '$' || name[1] == '\0' || !strchr("atdx", name[1]))
		return false;
	/* "$xrv64i2p1_m2p0": RISC-V says which extensions the code uses. */
	return name[2] == '\0' || name[2] == '.' || strncmp(name + 1, "xrv", 3) == 0;
}

bool elf_symbol_is_mapping(const struct elf_symbol *symbol)
{
	return symbol->type == STT_NOTYPE && symbol->binding == STB_LOCAL &&
	       elf_name_is_mapping(symbol->name);
}
