/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel of a dozen functions: as a tree of objects, as a linked vmlinux, as
 * System.map and as kallsyms of a run that KASLR moved. The tree is made up: this
 * file defines the functions of kernel_tree.h itself, so the linker leaves the
 * real ones in their library.
 */
#ifndef TESTS_UNIT_ATTRIBUTION_FIXTURE_H
#define TESTS_UNIT_ATTRIBUTION_FIXTURE_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/attribute/attribution.h"
#include "elf_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- The made-up tree, in link order. ---- */

struct kernel_tree {
	const char *evidence;
};

enum object_index {
	STRONG,
	FS_INODE,
	EXT4_INODE,
	MM_A,
	MM_B,
	WEAK,
	EXIT,
	MAIN,
	BRD,
	EXT2_SUPER,
	EXT2_INODE,
	TWO_X,
	TWO_Y,
};

static struct tree_object objects[] = {
	[STRONG] = {.path = "arch/x86/strong.o", .source = "strong.c"},
	[FS_INODE] = {.path = "fs/inode.o", .source = "inode.c"},
	[EXT4_INODE] = {.path = "fs/ext4/inode.o"}, /* stripped: no STT_FILE */
	[MM_A] = {.path = "mm/a.o", .source = "a.c"},
	[MM_B] = {.path = "mm/b.o", .source = "b.c"},
	[WEAK] = {.path = "lib/weak.o", .source = "weak.c"},
	[EXIT] = {.path = "kernel/exit.o", .source = "exit.c"},
	[MAIN] = {.path = "top.o", .source = "top.c"},
	[BRD] = {.path = "drivers/block/brd.o", .module = "brd"},
	[EXT2_SUPER] = {.path = "fs/ext2/super.o", .module = "ext2"},
	[EXT2_INODE] = {.path = "fs/ext2/inode.o", .module = "ext2"},
	[TWO_X] = {.path = "drivers/x/x.o", .module = "two"},
	[TWO_Y] = {.path = "drivers/y/y.o", .module = "two"},
};

#define FUNCTION(name, size, object, global)                                                       \
	{                                                                                          \
		name, size, size, object, ELF_SEGMENT_TEXT, true, global, false, false             \
	}

static const struct tree_symbol symbols[] = {
	FUNCTION("strong_fn", 0x20, STRONG, true),
	FUNCTION(".dotted", 0x20, STRONG, true),
	FUNCTION("alloc_inode", 0xf0, FS_INODE, false),
	FUNCTION("helper", 0x30, FS_INODE, false),
	FUNCTION("twin", 0x30, FS_INODE, false),
	FUNCTION("alloc_inode_from", 0xf0, EXT4_INODE, false),
	FUNCTION("twin", 0x30, EXT4_INODE, false),
	FUNCTION("helper", 0x50, EXT4_INODE, false),
	FUNCTION("same_dir", 0x10, MM_A, false),
	FUNCTION("same_dir", 0x10, MM_B, false),
	{"data", 0x40, 0x40, MM_B, ELF_SEGMENT_DATA, false, true, false, false},
	{"strong_fn", 0x20, 0x20, WEAK, ELF_SEGMENT_TEXT, true, true, true, false},
	FUNCTION("noreturn_caller", 0x40, EXIT, true),
	FUNCTION("after", 0x30, MAIN, true),
	FUNCTION("not_in_maps", 0x30, MAIN, false),
	FUNCTION("brd_alloc", 0x100, BRD, false),
	FUNCTION("ext2_fill", 0x100, EXT2_SUPER, false),
	FUNCTION("ext2_twin", 0x20, EXT2_SUPER, false),
	FUNCTION("ext2_twin", 0x20, EXT2_INODE, false),
	FUNCTION("x_fn", 0x20, TWO_X, false),
	FUNCTION("y_fn", 0x20, TWO_Y, false),
};

const struct tree_object *kernel_tree_objects(const struct kernel_tree *tree, size_t *count)
{
	(void)tree;
	for (size_t i = COUNT(symbols); i-- > 0;) {
		objects[symbols[i].object].first_symbol = (uint32_t)i;
	}
	for (size_t i = 0; i < COUNT(objects); i++) {
		objects[i].symbol_count = 0;
	}
	for (size_t i = 0; i < COUNT(symbols); i++) {
		objects[symbols[i].object].symbol_count++;
	}
	*count = COUNT(objects);
	return objects;
}

const struct tree_symbol *kernel_tree_symbols(const struct kernel_tree *tree, size_t *count)
{
	(void)tree;
	*count = COUNT(symbols);
	return symbols;
}

const struct kernel_tree_facts *kernel_tree_facts(const struct kernel_tree *tree)
{
	static struct kernel_tree_facts facts;

	facts.evidence = tree->evidence;
	return &facts;
}

size_t kernel_tree_by_name(const struct kernel_tree *tree, const char *name, uint32_t *ret,
			   size_t capacity)
{
	size_t found = 0;

	(void)tree;
	/* Backwards: nobody may rely on the order. */
	for (size_t i = COUNT(symbols); i-- > 0;) {
		if (strcmp(symbols[i].name, name) == 0) {
			if (found < capacity) {
				ret[found] = (uint32_t)i;
			}
			found++;
		}
	}
	return found;
}

/* ---- The same kernel, linked. ---- */

#define TEXT  UINT64_C(0xffffffff81000000)
#define SLIDE UINT64_C(0x0000000012200000)

struct linked {
	const char *name;
	const char *file; /* of a local symbol */
	uint64_t offset;  /* from TEXT */
	uint64_t size;
};

/* Local symbols first, in link order. The two groups of inode.c are two objects. */
static const struct linked linked[] = {
	{"alloc_inode", "inode.c", 0x100, 0xf0},
	{"helper", "inode.c", 0x200, 0x30},
	{"twin", "inode.c", 0x240, 0x30},
	{"alloc_inode_from", "inode.c", 0x500, 0xf0},
	{"twin", "inode.c", 0x280, 0x30},
	{"helper", "inode.c", 0x2c0, 0x50},
	{"same_dir", "a.c", 0x320, 0x10},
	{"same_dir", "b.c", 0x340, 0x10},
	{"_text", NULL, 0, 0},
	{"_start", NULL, 0, 0x100},
	{"strong_fn", NULL, 0x360, 0x20},
	{"noreturn_caller", NULL, 0x380, 0x40},
	{"after", NULL, 0x3c0, 0x30},
	{"only_linked", NULL, 0x400, 0x40},
	{".dotted", NULL, 0x440, 0x20},
	{"filler", NULL, 0x460, 0xa0},
	{"_etext", NULL, 0x600, 0},
};

struct maps {
	struct kernel_tree tree;
	struct symbol_map *vmlinux;
	struct symbol_map *system_map;
	struct symbol_map *kallsyms;
};

static struct symbol_map *vmlinux_map(void)
{
	struct elf_fixture *fixture = calloc(1, sizeof(*fixture));
	struct elf_object *object;
	struct elfsyms_error err;
	struct symbol_map *map;
	const char *file = "";
	size_t text;

	assert_non_null(fixture);
	elf_fixture_init(fixture, ELFCLASS64, ELFDATA2LSB, ET_EXEC, EM_X86_64);
	text = elf_fixture_section(fixture, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, TEXT,
				   NULL, 0x1000);
	for (size_t i = 0; i < COUNT(linked); i++) {
		int binding = linked[i].file ? STB_LOCAL : STB_GLOBAL;

		if (linked[i].file && (strcmp(linked[i].file, file) != 0 || i == 3)) {
			file = linked[i].file;
			elf_fixture_symbol(fixture, file, 0, 0, ELF64_ST_INFO(STB_LOCAL, STT_FILE),
					   SHN_ABS);
		}
		elf_fixture_symbol(fixture, linked[i].name, TEXT + linked[i].offset, linked[i].size,
				   (uint8_t)ELF64_ST_INFO(binding, STT_FUNC), text);
	}
	elf_fixture_finish(fixture);
	assert_int_equal(
		elf_object_open_memory("vmlinux", fixture->bytes, fixture->size, &object, &err), 0);
	assert_int_equal(symbol_map_from_elf(object, &map, &err), 0);
	elf_object_close(object);
	elf_fixture_release(fixture);
	free(fixture);
	return map;
}

static struct symbol_map *text_map(uint64_t slide, const char *modules)
{
	struct elfsyms_error err;
	struct symbol_map *map;
	char text[4096];
	size_t used = 0;

	for (size_t i = 0; i < COUNT(linked); i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%016" PRIx64 " %c %s\n",
					 TEXT + linked[i].offset + slide,
					 linked[i].file ? 't' : 'T', linked[i].name);
	}
	used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", modules);
	assert_int_equal(symbol_map_from_memory("map", text, used, &map, &err), 0);
	return map;
}

static int setup(void **state)
{
	static struct maps maps;

	maps.tree.evidence = "vmlinux.a";
	maps.vmlinux = vmlinux_map();
	maps.system_map = text_map(0, "");
	maps.kallsyms = text_map(SLIDE, "ffffffffc0000000 t brd_alloc\t[brd]\n"
					"ffffffffc0000110 t brd_other\t[brd]\n"
					"ffffffffc0000200 d brd_data\t[brd]\n");
	*state = &maps;
	return 0;
}

static int teardown(void **state)
{
	struct maps *maps = *state;

	symbol_map_free(maps->vmlinux);
	symbol_map_free(maps->system_map);
	symbol_map_free(maps->kallsyms);
	return 0;
}

#endif
