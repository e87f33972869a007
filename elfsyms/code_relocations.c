/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations of a relocatable file's executable sections. libelf converts the tables
 * to host layout; addends of REL tables stand in the
 * code, in the instruction's own encoding: left to who decodes the instruction.
 */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/code_internal.h"

/* The table itself, entry by entry: relocations name symbols by index, and none may be left out. */
static int symbols_load(struct elf_code *code)
{
	struct elf_object *object = code->object;
	struct elfsyms_error ignored;
	const char *strings = NULL;
	size_t strings_size = 0;
	Elf_Data *data;
	Elf_Data *extended = NULL;
	size_t count;

	if (elf_object_symbol_strings(object, &strings, &strings_size, &ignored) ||
	    !object->symtab_index) {
		return 0;
	}
	data = elf_getdata(elf_getscn(object->elf, object->symtab_index), NULL);
	if (!data || !data->d_buf || data->d_type != ELF_T_SYM) {
		return 0;
	}
	if (object->symtab_extended_index) {
		extended =
			elf_getdata(elf_getscn(object->elf, object->symtab_extended_index), NULL);
	}
	count = data->d_size / (object->identity.is_64bit ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym));
	code->symbols = calloc(count + 1, sizeof(*code->symbols));
	if (!code->symbols) {
		return -1;
	}
	for (size_t i = 1; i < count && i <= INT32_MAX; i++) {
		struct code_symbol *symbol = &code->symbols[i];
		Elf32_Word section = 0;
		GElf_Sym entry;

		if (!gelf_getsymshndx(data, extended, (int)i, &entry, &section)) {
			break;
		}
		if (entry.st_shndx != SHN_XINDEX) {
			section = entry.st_shndx < SHN_LORESERVE ? entry.st_shndx : 0;
		}
		if (GELF_ST_TYPE(entry.st_info) != STT_SECTION && entry.st_name < strings_size) {
			symbol->name = strings + entry.st_name;
		}
		if (object->identity.machine == EM_ARM && GELF_ST_TYPE(entry.st_info) == STT_FUNC) {
			entry.st_value &= ~(GElf_Addr)1; /* Thumb */
		}
		symbol->place = (struct code_place){section, entry.st_value};
		symbol->is_defined = section != 0;
		code->symbol_count = i + 1;
	}
	return 0;
}

static int relocations_reserve(struct elf_code *code, size_t more)
{
	size_t needed = code->relocation_count + more;
	struct code_relocation *relocations;

	if (needed <= code->relocation_capacity) {
		return 0;
	}
	needed += needed / 2;
	relocations = realloc(code->relocations, needed * sizeof(*relocations));
	if (!relocations) {
		return -1;
	}
	code->relocations = relocations;
	code->relocation_capacity = needed;
	return 0;
}

static int table_load(struct elf_code *code, Elf_Scn *section, const GElf_Shdr *header)
{
	bool has_addend = header->sh_type == SHT_RELA;
	Elf_Data *data = elf_getdata(section, NULL);
	size_t size =
		gelf_fsize(code->object->elf, has_addend ? ELF_T_RELA : ELF_T_REL, 1, EV_CURRENT);
	size_t count;

	if (!data || !data->d_buf || size == 0 ||
	    data->d_type != (has_addend ? ELF_T_RELA : ELF_T_REL)) {
		return 0;
	}
	count = data->d_size / size;
	if (count > INT32_MAX || relocations_reserve(code, count) < 0) {
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		GElf_Rela entry = {0};
		GElf_Rel short_entry;

		if (has_addend ? !gelf_getrela(data, (int)i, &entry)
			       : !gelf_getrel(data, (int)i, &short_entry)) {
			break;
		}
		if (!has_addend) {
			entry.r_offset = short_entry.r_offset;
			entry.r_info = short_entry.r_info;
		}
		code->relocations[code->relocation_count++] = (struct code_relocation){
			.place = {header->sh_info, entry.r_offset},
			.symbol = (uint32_t)GELF_R_SYM(entry.r_info),
			.has_addend = has_addend,
			.addend = entry.r_addend,
		};
	}
	return 0;
}

static int relocation_compare(const void *left, const void *right)
{
	const struct code_relocation *a = left;
	const struct code_relocation *b = right;
	int order = code_place_compare(a->place, b->place);

	/* RISC-V puts R_RISCV_RELAX (no symbol) beside the real one. */
	return order ? order : (b->symbol > a->symbol) - (b->symbol < a->symbol);
}

int code_relocations_load(struct elf_code *code)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	if (symbols_load(code) < 0) {
		return -1;
	}
	while ((section = elf_nextscn(code->object->elf, section)) != NULL) {
		if (!gelf_getshdr(section, &header) ||
		    (header.sh_type != SHT_RELA && header.sh_type != SHT_REL) ||
		    !code_section_find(code, header.sh_info)) {
			continue;
		}
		if (table_load(code, section, &header) < 0) {
			return -1;
		}
	}
	if (code->relocation_count > 0) {
		qsort(code->relocations, code->relocation_count, sizeof(*code->relocations),
		      relocation_compare);
	}
	return 0;
}

bool elf_code_reference(const struct elf_code *code, struct code_place place,
			struct code_reference *ret)
{
	const struct code_symbol *symbol;
	size_t low = 0;
	size_t high = code->relocation_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code_place_compare(code->relocations[middle].place, place) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == code->relocation_count ||
	    code_place_compare(code->relocations[low].place, place) != 0 ||
	    code->relocations[low].symbol >= code->symbol_count) {
		return false;
	}
	symbol = &code->symbols[code->relocations[low].symbol];
	*ret = (struct code_reference){symbol->name, symbol->is_defined, symbol->place,
				       code->relocations[low].has_addend,
				       code->relocations[low].addend};
	return true;
}
