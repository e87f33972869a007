/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes small ELF files in memory, of either class and byte order, so that tests
 * need no cross compiler and can be wrong on purpose.
 *
 *	struct elf_fixture fixture;
 *	size_t text;
 *
 *	elf_fixture_init(&fixture, ELFCLASS32, ELFDATA2MSB, ET_REL, EM_MIPS);
 *	text = elf_fixture_section(&fixture, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0,
 *				   NULL, 64);
 *	elf_fixture_symbol(&fixture, "f", 0, 64, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), text);
 *	elf_fixture_finish(&fixture);
 *	... fixture.bytes, fixture.size ...
 *	elf_fixture_release(&fixture);
 *
 * Sections are numbered from 1 in the order of their making; .symtab, .strtab,
 * .shstrtab (and .symtab_shndx if a symbol needs it) follow. Symbols stay in the
 * order of their making, sh_info says that all are local: readers must not mind.
 */
#ifndef TESTS_ELF_FIXTURE_H
#define TESTS_ELF_FIXTURE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A symbol's section from here on is stored as it is (SHN_ABS, SHN_COMMON). */
#define ELF_FIXTURE_RESERVED 0xff00

#define ELF_FIXTURE_SECTIONS 64
#define ELF_FIXTURE_SYMBOLS  256
#define ELF_FIXTURE_STRINGS  65536

struct elf_fixture_section {
	size_t name; /* index into the section names */
	uint32_t type, link, info;
	uint64_t flags, address, offset, size, entry_size;
	const void *contents; /* NULL: zeros */
};

struct elf_fixture_symbol {
	size_t name;
	uint64_t value, size;
	uint8_t info;
	uint32_t section;
};

struct elf_fixture {
	/* The file, once finished. */
	unsigned char *bytes;
	size_t size;
	/* Wishes that may be set between init and finish. */
	bool use_extended_indices; /* SHN_XINDEX for every symbol that has a section */
	bool omit_symbols;	   /* no .symtab */
	/* Where things are, for tests that damage them. */
	size_t symtab_index, section_headers_offset;

	int elf_class, byte_order;
	uint16_t type, machine;
	size_t section_count, symbol_count;
	struct elf_fixture_section sections[ELF_FIXTURE_SECTIONS];
	struct elf_fixture_symbol symbols[ELF_FIXTURE_SYMBOLS];
	char names[ELF_FIXTURE_STRINGS], section_names[4096];
	size_t names_size, section_names_size;
};

static inline void elf_fixture_init(struct elf_fixture *fixture, int elf_class, int byte_order,
				    uint16_t type, uint16_t machine)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->elf_class = elf_class;
	fixture->byte_order = byte_order;
	fixture->type = type;
	fixture->machine = machine;
	fixture->section_count = 1;
	fixture->symbol_count = 1;
	fixture->names_size = 1;
	fixture->section_names_size = 1;
}

static inline void elf_fixture_release(struct elf_fixture *fixture)
{
	free(fixture->bytes);
	fixture->bytes = NULL;
}

static inline size_t elf_fixture_string(char *table, size_t *used, size_t capacity,
					const char *text)
{
	size_t at = *used, length = strlen(text) + 1;

	if (length > capacity - at)
		abort();
	memcpy(table + at, text, length);
	*used += length;
	return at;
}

/* contents is borrowed until finish, NULL stands for zeros. Returns the section's index. */
static inline size_t elf_fixture_section(struct elf_fixture *fixture, const char *name,
					 uint32_t type, uint64_t flags, uint64_t address,
					 const void *contents, uint64_t size)
{
	struct elf_fixture_section *section = &fixture->sections[fixture->section_count];

	if (fixture->section_count == ELF_FIXTURE_SECTIONS)
		abort();
	section->name = elf_fixture_string(fixture->section_names, &fixture->section_names_size,
					   sizeof(fixture->section_names), name);
	section->type = type;
	section->flags = flags;
	section->address = address;
	section->contents = contents;
	section->size = size;
	return fixture->section_count++;
}

static inline void elf_fixture_symbol(struct elf_fixture *fixture, const char *name, uint64_t value,
				      uint64_t size, uint8_t info, size_t section)
{
	struct elf_fixture_symbol *symbol = &fixture->symbols[fixture->symbol_count];

	if (fixture->symbol_count == ELF_FIXTURE_SYMBOLS)
		abort();
	fixture->symbol_count++;
	symbol->name = elf_fixture_string(fixture->names, &fixture->names_size,
					  sizeof(fixture->names), name);
	symbol->value = value;
	symbol->size = size;
	symbol->info = info;
	symbol->section = (uint32_t)section;
}

/* Writes the low width bytes of value in the file's byte order. */
static inline void elf_fixture_put(const struct elf_fixture *fixture, unsigned char *at,
				   uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++) {
		size_t shift = fixture->byte_order == ELFDATA2LSB ? i : width - 1 - i;

		at[i] = (unsigned char)(value >> (8 * shift));
	}
}

/* A row of numbers with their widths; "word" is 4 or 8 bytes by class. */
struct elf_fixture_cursor {
	const struct elf_fixture *fixture;
	unsigned char *at;
};

static inline void elf_fixture_next(struct elf_fixture_cursor *cursor, uint64_t value, size_t width)
{
	elf_fixture_put(cursor->fixture, cursor->at, value, width);
	cursor->at += width;
}

static inline size_t elf_fixture_word(const struct elf_fixture *fixture)
{
	return fixture->elf_class == ELFCLASS64 ? 8 : 4;
}

static inline size_t elf_fixture_symbol_size(const struct elf_fixture *fixture)
{
	return fixture->elf_class == ELFCLASS64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
}

static inline void elf_fixture_write_header(const struct elf_fixture *fixture)
{
	bool wide = fixture->elf_class == ELFCLASS64;
	size_t word = elf_fixture_word(fixture);
	struct elf_fixture_cursor cursor = {fixture, fixture->bytes + EI_NIDENT};

	memcpy(fixture->bytes, ELFMAG, SELFMAG);
	fixture->bytes[EI_CLASS] = (unsigned char)fixture->elf_class;
	fixture->bytes[EI_DATA] = (unsigned char)fixture->byte_order;
	fixture->bytes[EI_VERSION] = EV_CURRENT;
	elf_fixture_next(&cursor, fixture->type, 2);
	elf_fixture_next(&cursor, fixture->machine, 2);
	elf_fixture_next(&cursor, EV_CURRENT, 4);
	elf_fixture_next(&cursor, 0, word);				  /* e_entry */
	elf_fixture_next(&cursor, 0, word);				  /* e_phoff */
	elf_fixture_next(&cursor, fixture->section_headers_offset, word); /* e_shoff */
	elf_fixture_next(&cursor, 0, 4);				  /* e_flags */
	elf_fixture_next(&cursor, wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr), 2);
	elf_fixture_next(&cursor, wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr), 2);
	elf_fixture_next(&cursor, 0, 2); /* e_phnum */
	elf_fixture_next(&cursor, wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr), 2);
	elf_fixture_next(&cursor, fixture->section_count, 2);
	elf_fixture_next(&cursor, fixture->section_count - 1, 2); /* .shstrtab is the last */
}

static inline void elf_fixture_write_section_headers(const struct elf_fixture *fixture)
{
	struct elf_fixture_cursor cursor = {fixture,
					    fixture->bytes + fixture->section_headers_offset};
	size_t word = elf_fixture_word(fixture);

	for (size_t i = 0; i < fixture->section_count; i++) {
		const struct elf_fixture_section *section = &fixture->sections[i];

		elf_fixture_next(&cursor, section->name, 4);
		elf_fixture_next(&cursor, section->type, 4);
		elf_fixture_next(&cursor, section->flags, word);
		elf_fixture_next(&cursor, section->address, word);
		elf_fixture_next(&cursor, section->offset, word);
		elf_fixture_next(&cursor, section->size, word);
		elf_fixture_next(&cursor, section->link, 4);
		elf_fixture_next(&cursor, section->info, 4);
		elf_fixture_next(&cursor, i ? 1 : 0, word); /* sh_addralign */
		elf_fixture_next(&cursor, section->entry_size, word);
	}
}

/* Fills table (.symtab) and, if it isn't NULL, extended (.symtab_shndx). */
static inline void elf_fixture_write_symbols(const struct elf_fixture *fixture,
					     unsigned char *table, unsigned char *extended)
{
	struct elf_fixture_cursor cursor = {.fixture = fixture};

	cursor.at = table;
	for (size_t i = 0; i < fixture->symbol_count; i++) {
		const struct elf_fixture_symbol *symbol = &fixture->symbols[i];
		bool moved = extended && symbol->section && symbol->section < ELF_FIXTURE_RESERVED;
		uint64_t index = moved ? SHN_XINDEX : symbol->section;

		if (moved)
			elf_fixture_put(fixture, extended + 4 * i, symbol->section, 4);
		elf_fixture_next(&cursor, symbol->name, 4);
		if (fixture->elf_class == ELFCLASS64) {
			elf_fixture_next(&cursor, symbol->info, 1);
			elf_fixture_next(&cursor, 0, 1);
			elf_fixture_next(&cursor, index, 2);
			elf_fixture_next(&cursor, symbol->value, 8);
			elf_fixture_next(&cursor, symbol->size, 8);
		} else {
			elf_fixture_next(&cursor, symbol->value, 4);
			elf_fixture_next(&cursor, symbol->size, 4);
			elf_fixture_next(&cursor, symbol->info, 1);
			elf_fixture_next(&cursor, 0, 1);
			elf_fixture_next(&cursor, index, 2);
		}
	}
}

static inline unsigned char *elf_fixture_zeros(size_t size)
{
	unsigned char *zeros = calloc(1, size ? size : 1);

	if (!zeros)
		abort();
	return zeros;
}

/* Adds .symtab, .symtab_shndx and .strtab. The two buffers are the caller's to free after finish.
 */
static inline void elf_fixture_add_tables(struct elf_fixture *fixture, unsigned char **table,
					  unsigned char **extended)
{
	size_t entry_size = elf_fixture_symbol_size(fixture), index;

	*table = elf_fixture_zeros(fixture->symbol_count * entry_size);
	if (fixture->use_extended_indices)
		*extended = elf_fixture_zeros(fixture->symbol_count * 4);
	elf_fixture_write_symbols(fixture, *table, *extended);
	index = elf_fixture_section(fixture, ".symtab", SHT_SYMTAB, 0, 0, *table,
				    fixture->symbol_count * entry_size);
	fixture->symtab_index = index;
	fixture->sections[index].entry_size = entry_size;
	fixture->sections[index].info = (uint32_t)fixture->symbol_count;
	if (*extended) {
		size_t at = elf_fixture_section(fixture, ".symtab_shndx", SHT_SYMTAB_SHNDX, 0, 0,
						*extended, fixture->symbol_count * 4);

		fixture->sections[at].link = (uint32_t)index;
		fixture->sections[at].entry_size = 4;
	}
	fixture->sections[index].link = (uint32_t)elf_fixture_section(
		fixture, ".strtab", SHT_STRTAB, 0, 0, fixture->names, fixture->names_size);
}

/* Gives every section with contents its place in the file; returns the end of the last. */
static inline size_t elf_fixture_place(struct elf_fixture *fixture)
{
	size_t offset = fixture->elf_class == ELFCLASS64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);

	for (size_t i = 1; i < fixture->section_count; i++) {
		struct elf_fixture_section *section = &fixture->sections[i];

		offset = (offset + 7) & ~(size_t)7;
		section->offset = offset;
		if (section->type != SHT_NOBITS)
			offset += section->size;
	}
	return (offset + 7) & ~(size_t)7;
}

static inline void elf_fixture_finish(struct elf_fixture *fixture)
{
	unsigned char *table = NULL, *extended = NULL;
	size_t header_size =
		fixture->elf_class == ELFCLASS64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	size_t names;

	if (!fixture->omit_symbols)
		elf_fixture_add_tables(fixture, &table, &extended);
	names = elf_fixture_section(fixture, ".shstrtab", SHT_STRTAB, 0, 0, fixture->section_names,
				    0);
	fixture->sections[names].size = fixture->section_names_size;
	fixture->section_headers_offset = elf_fixture_place(fixture);
	fixture->size = fixture->section_headers_offset + fixture->section_count * header_size;
	fixture->bytes = elf_fixture_zeros(fixture->size);
	elf_fixture_write_header(fixture);
	elf_fixture_write_section_headers(fixture);
	for (size_t i = 1; i < fixture->section_count; i++) {
		const struct elf_fixture_section *section = &fixture->sections[i];

		if (section->contents && section->type != SHT_NOBITS)
			memcpy(fixture->bytes + section->offset, section->contents, section->size);
	}
	free(table);
	free(extended);
}

/* Overwrites one field of a section header: the damage hostile files have. */
enum elf_fixture_field {
	ELF_FIXTURE_OFFSET,
	ELF_FIXTURE_SIZE,
	ELF_FIXTURE_LINK,
	ELF_FIXTURE_ENTRY_SIZE,
};

static inline void elf_fixture_damage(struct elf_fixture *fixture, size_t section,
				      enum elf_fixture_field field, uint64_t value)
{
	static const struct {
		size_t offset32, width32, offset64, width64;
	} fields[] = {
		[ELF_FIXTURE_OFFSET] = {offsetof(Elf32_Shdr, sh_offset), 4,
					offsetof(Elf64_Shdr, sh_offset), 8},
		[ELF_FIXTURE_SIZE] = {offsetof(Elf32_Shdr, sh_size), 4,
				      offsetof(Elf64_Shdr, sh_size), 8},
		[ELF_FIXTURE_LINK] = {offsetof(Elf32_Shdr, sh_link), 4,
				      offsetof(Elf64_Shdr, sh_link), 4},
		[ELF_FIXTURE_ENTRY_SIZE] = {offsetof(Elf32_Shdr, sh_entsize), 4,
					    offsetof(Elf64_Shdr, sh_entsize), 8},
	};
	bool wide = fixture->elf_class == ELFCLASS64;
	size_t header = section * (wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));

	elf_fixture_put(fixture,
			fixture->bytes + fixture->section_headers_offset + header +
				(wide ? fields[field].offset64 : fields[field].offset32),
			value, wide ? fields[field].width64 : fields[field].width32);
}

#endif
