/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One object with a bit of everything, in both classes and byte orders. For the tests of
 * elfsyms/object.h. */
#ifndef TESTS_UNIT_ELF_OBJECT_FIXTURE_H
#define TESTS_UNIT_ELF_OBJECT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "elfsyms/object.h"

#define GLOBAL_FUNC   ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)
#define LOCAL_FUNC    ELF64_ST_INFO(STB_LOCAL, STT_FUNC)
#define LOCAL_LABEL   ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE)
#define GLOBAL_OBJECT ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT)
#define SOURCE_FILE   ELF64_ST_INFO(STB_LOCAL, STT_FILE)

static const char banner[] = "Linux version 6.1.0-test (builder) #1 SMP\n";

/* Every kind of file a test is repeated for. */
static const struct kind {
	int elf_class, byte_order;
	uint16_t machine;
} kinds[] = {
	{ELFCLASS64, ELFDATA2LSB, EM_X86_64},
	{ELFCLASS64, ELFDATA2MSB, EM_S390},
	{ELFCLASS32, ELFDATA2LSB, EM_ARM},
	{ELFCLASS32, ELFDATA2MSB, EM_MIPS},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* A build-id note: the header's numbers are in the file's byte order. */
static inline void make_note(const struct elf_fixture *fixture, unsigned char note[24])
{
	static const unsigned char name_and_id[12] = {'G',  'N',  'U', 0, 0xde, 0xad,
						      0xbe, 0xef, 1,   2, 3,	4};

	elf_fixture_put(fixture, note, 4, 4);
	elf_fixture_put(fixture, note + 4, 8, 4);
	elf_fixture_put(fixture, note + 8, NT_GNU_BUILD_ID, 4);
	memcpy(note + 12, name_and_id, sizeof(name_and_id));
}

/* A section of every kind that size(1) treats in its own way: text 0x1f7, data 0x600, bss 0x3800.
 */
static inline void make_object(struct elf_fixture *fixture, const struct kind *kind, uint16_t type)
{
	static unsigned char note[24];
	uint64_t base = type == ET_REL ? 0 : 0x80100000;
	size_t text, rodata, data, bss;

	elf_fixture_init(fixture, kind->elf_class, kind->byte_order, type, kind->machine);
	make_note(fixture, note);
	text = elf_fixture_section(fixture, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, base,
				   NULL, 0x100);
	rodata = elf_fixture_section(fixture, ".rodata", SHT_PROGBITS, SHF_ALLOC, base + 0x1000,
				     banner, sizeof(banner));
	data = elf_fixture_section(fixture, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
				   base + 0x2000, NULL, 0x200);
	bss = elf_fixture_section(fixture, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, base + 0x3000,
				  NULL, 0x3000);
	elf_fixture_section(fixture, ".tbss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS, 0, NULL,
			    0x800);
	elf_fixture_section(fixture, ".init_array", SHT_INIT_ARRAY, SHF_ALLOC | SHF_WRITE, 0, NULL,
			    0x400);
	elf_fixture_section(fixture, ".note.gnu.build-id", SHT_NOTE, SHF_ALLOC, 0, note,
			    sizeof(note));
	elf_fixture_section(fixture, ".rodata.nobits", SHT_NOBITS, SHF_ALLOC, 0, NULL, 0x80);
	elf_fixture_section(fixture, ".text.nobits", SHT_NOBITS,
			    SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR, 0, NULL, 0x34);
	elf_fixture_section(fixture, ".group", SHT_GROUP, 0, 0, NULL, 12);
	elf_fixture_section(fixture, ".debug_info", SHT_PROGBITS, 0, 0, NULL, 0x700);
	elf_fixture_section(fixture, ".comment", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS, 0, NULL,
			    40);
	elf_fixture_symbol(fixture, "src/first.c", 0, 0, SOURCE_FILE, SHN_ABS);
	elf_fixture_symbol(fixture, "$a", base, 0, LOCAL_LABEL, text);
	elf_fixture_symbol(fixture, "helper", base, 0x20, LOCAL_FUNC, text);
	elf_fixture_symbol(fixture, "second.c", 0, 0, SOURCE_FILE, SHN_ABS);
	elf_fixture_symbol(fixture, "helper", base + 0x20, 0x30, LOCAL_FUNC, text);
	elf_fixture_symbol(fixture, "", 0, 0, SOURCE_FILE, SHN_ABS);
	elf_fixture_symbol(fixture, "asm_label", base + 0x60, 0, LOCAL_LABEL, text);
	elf_fixture_symbol(fixture, "entry", base + 0x50, 0x10, GLOBAL_FUNC, text);
	elf_fixture_symbol(fixture, "linux_banner", base ? base + 0x1000 : 0, sizeof(banner),
			   GLOBAL_OBJECT, rodata);
	elf_fixture_symbol(fixture, "table", base + 0x2000, 8, GLOBAL_OBJECT, data);
	elf_fixture_symbol(fixture, "buffer", base + 0x3000, 16, GLOBAL_OBJECT, bss);
	elf_fixture_symbol(fixture, "printk", 0, 0, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), 0);
	elf_fixture_symbol(fixture, "shared", 8, 4, GLOBAL_OBJECT, SHN_COMMON);
	elf_fixture_symbol(fixture, "version", 77, 0, GLOBAL_OBJECT, SHN_ABS);
}

static inline struct elf_object *open_fixture(const struct elf_fixture *fixture)
{
	struct elfsyms_error err;
	struct elf_object *object;

	if (elf_object_open_memory("fixture", fixture->bytes, fixture->size, &object, &err))
		fail_msg("%s", err.text);
	return object;
}

/* What the visitor must see, in this order. */
static const struct expected_symbol {
	const char *name, *file_name;
	uint64_t size;
	uint32_t section;
	enum elf_segment segment;
	bool executable;
} expected_symbols[] = {
	{"src/first.c", "first.c", 0, 0, ELF_SEGMENT_NONE, false},
	{"$a", "first.c", 0, 1, ELF_SEGMENT_TEXT, true},
	{"helper", "first.c", 0x20, 1, ELF_SEGMENT_TEXT, true},
	{"second.c", "second.c", 0, 0, ELF_SEGMENT_NONE, false},
	{"helper", "second.c", 0x30, 1, ELF_SEGMENT_TEXT, true},
	{"", NULL, 0, 0, ELF_SEGMENT_NONE, false},
	{"asm_label", NULL, 0, 1, ELF_SEGMENT_TEXT, true},
	{"entry", NULL, 0x10, 1, ELF_SEGMENT_TEXT, true},
	{"linux_banner", NULL, sizeof(banner), 2, ELF_SEGMENT_TEXT, false},
	{"table", NULL, 8, 3, ELF_SEGMENT_DATA, false},
	{"buffer", NULL, 16, 4, ELF_SEGMENT_BSS, false},
	{"printk", NULL, 0, 0, ELF_SEGMENT_NONE, false},
	{"shared", NULL, 4, 0, ELF_SEGMENT_NONE, false},
	{"version", NULL, 0, 0, ELF_SEGMENT_NONE, false},
};

#define EXPECTED_COUNT (sizeof(expected_symbols) / sizeof(expected_symbols[0]))

#endif
