/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Maps from ELF files, and the promise on which attribution rests: the extents of
 * kallsyms, System.map and vmlinux are the sizes that the kernel printed in its
 * traces (call_site=name+0xoff/0xSIZE).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "elfsyms/symbol_map.h"
#include "test_paths.h"

#define INFO(binding, type) ELF64_ST_INFO(STB_##binding, STT_##type)

static const struct {
	int elf_class, byte_order;
	uint16_t machine;
} kinds[] = {
	{ELFCLASS64, ELFDATA2LSB, EM_X86_64},
	{ELFCLASS64, ELFDATA2MSB, EM_S390},
	{ELFCLASS32, ELFDATA2LSB, EM_ARM},
	{ELFCLASS32, ELFDATA2MSB, EM_MIPS},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* A vmlinux with everything that must and must not take part. */
static void make_vmlinux(struct elf_fixture *fixture, size_t kind, uint16_t type)
{
	size_t text, rodata, data, bss, debug;

	elf_fixture_init(fixture, kinds[kind].elf_class, kinds[kind].byte_order, type,
			 kinds[kind].machine);
	text = elf_fixture_section(fixture, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
				   0x80100000, NULL, 0x200);
	rodata = elf_fixture_section(fixture, ".rodata", SHT_PROGBITS, SHF_ALLOC, 0x80101000, NULL,
				     0x40);
	data = elf_fixture_section(fixture, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
				   0x80102000, NULL, 0x40);
	bss = elf_fixture_section(fixture, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0x80103000,
				  NULL, 0x40);
	debug = elf_fixture_section(fixture, ".debug_info", SHT_PROGBITS, 0, 0, NULL, 0x40);
	elf_fixture_symbol(fixture, "", 0x80100000, 0, INFO(LOCAL, SECTION), text);
	elf_fixture_symbol(fixture, "mm/slub.c", 0, 0, INFO(LOCAL, FILE), SHN_ABS);
	elf_fixture_symbol(fixture, "$a", 0x80100000, 0, INFO(LOCAL, NOTYPE), text);
	elf_fixture_symbol(fixture, "alloc", 0x80100020, 0x18, INFO(LOCAL, FUNC), text);
	elf_fixture_symbol(fixture, ".L42", 0x80100028, 0, INFO(LOCAL, NOTYPE), text);
	elf_fixture_symbol(fixture, "__crc_alloc", 0x8010002a, 0, INFO(GLOBAL, NOTYPE), text);
	elf_fixture_symbol(fixture, "printk_veneer", 0x8010002c, 0, INFO(LOCAL, FUNC), text);
	elf_fixture_symbol(fixture, "f.plt_branch.g", 0x8010002e, 0, INFO(LOCAL, FUNC), text);
	elf_fixture_symbol(fixture, "lost_absolute", 0x80100030, 0, INFO(GLOBAL, NOTYPE), SHN_ABS);
	elf_fixture_symbol(fixture, "debug_label", 0x80100032, 0, INFO(LOCAL, NOTYPE), debug);
	elf_fixture_symbol(fixture, "undefined", 0x80100034, 0, INFO(GLOBAL, NOTYPE), 0);
	elf_fixture_symbol(fixture, "local_object", 0x80102008, 8, INFO(LOCAL, OBJECT), data);
	elf_fixture_symbol(fixture, "_text", 0x80100000, 0, INFO(GLOBAL, NOTYPE), text);
	elf_fixture_symbol(fixture, "asm_entry", 0x80100040, 0, INFO(GLOBAL, NOTYPE), text);
	elf_fixture_symbol(fixture, "weak_function", 0x80100080, 0x10, INFO(WEAK, FUNC), text);
	elf_fixture_symbol(fixture, "_etext", 0x80100200, 0, INFO(GLOBAL, NOTYPE), text);
	elf_fixture_symbol(fixture, "constant", 0x80101000, 0x40, INFO(GLOBAL, OBJECT), rodata);
	elf_fixture_symbol(fixture, "weak_object", 0x80102000, 8, INFO(WEAK, OBJECT), data);
	elf_fixture_symbol(fixture, "counter", 0x80103000, 0x40, INFO(GLOBAL, OBJECT), bss);
	elf_fixture_finish(fixture);
}

static int map_of_fixture(const struct elf_fixture *fixture, struct symbol_map **ret,
			  struct elfsyms_error *err)
{
	struct elf_object *object;
	int result;

	assert_int_equal(
		elf_object_open_memory("fixture", fixture->bytes, fixture->size, &object, err), 0);
	result = symbol_map_from_elf(object, ret, err);
	elf_object_close(object);
	return result;
}

static void check_vmlinux(const struct symbol_map *map)
{
	static const struct {
		uint64_t address, extent, size;
		const char *name, *file;
		char type;
	} expected[] = {
		{0x80100000, 0x20, 0, "_text", NULL, 'T'},
		{0x80100020, 0x20, 0x18, "alloc", "slub.c", 't'},
		{0x80100040, 0x40, 0, "asm_entry", NULL, 'T'},
		{0x80100080, 0x180, 0x10, "weak_function", NULL, 'W'},
		{0x80100200, 0xe00, 0, "_etext", NULL, 'T'},
		{0x80101000, 0x1000, 0x40, "constant", NULL, 'R'},
		{0x80102000, 8, 8, "weak_object", NULL, 'V'},
		{0x80102008, 0xff8, 8, "local_object", "slub.c", 'd'},
		{0x80103000, 0, 0x40, "counter", NULL, 'B'},
	};

	assert_int_equal(symbol_map_count(map), sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct map_symbol *symbol = symbol_map_at(map, i);

		assert_string_equal(symbol->name, expected[i].name);
		assert_int_equal(symbol->address, expected[i].address);
		assert_int_equal(symbol->extent, expected[i].extent);
		assert_int_equal(symbol->size, expected[i].size);
		assert_int_equal(symbol->type, expected[i].type);
		if (expected[i].file)
			assert_string_equal(symbol->file, expected[i].file);
		else
			assert_null(symbol->file);
	}
	/* st_size says where a function ends; without it, the next symbol does. */
	assert_string_equal(symbol_map_by_address(map, 0x80100037)->name, "alloc");
	assert_null(symbol_map_by_address(map, 0x80100038));
	assert_string_equal(symbol_map_by_address(map, 0x8010007f)->name, "asm_entry");
	assert_string_equal(symbol_map_by_address(map, 0x8010303f)->name, "counter");
	assert_null(symbol_map_by_address(map, 0x80103040));
}

static void test_from_elf(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct symbol_map_facts facts;
		struct elf_fixture fixture;
		struct symbol_map *map;
		struct elfsyms_error err;

		make_vmlinux(&fixture, i, ET_EXEC);
		assert_int_equal(map_of_fixture(&fixture, &map, &err), 0);
		/* The map keeps nothing of the file. */
		elf_fixture_release(&fixture);
		check_vmlinux(map);
		symbol_map_facts(map, &facts);
		assert_int_equal(facts.is_32bit, kinds[i].elf_class == ELFCLASS32);
		assert_int_equal(facts.module_symbol_count, 0);
		symbol_map_free(map);
	}
}

static void test_refused_elf(void **state)
{
	struct elf_fixture fixture;
	struct symbol_map *map;
	struct elfsyms_error err;

	(void)state;
	make_vmlinux(&fixture, 0, ET_REL);
	assert_int_equal(map_of_fixture(&fixture, &map, &err), ELFSYMS_FORMAT);
	assert_string_equal(err.text, "fixture: a relocatable object has no addresses");
	assert_null(map);
	elf_fixture_release(&fixture);
	elf_fixture_init(&fixture, ELFCLASS64, ELFDATA2LSB, ET_EXEC, EM_X86_64);
	fixture.omit_symbols = true;
	elf_fixture_finish(&fixture);
	assert_int_equal(map_of_fixture(&fixture, &map, &err), ELFSYMS_FORMAT);
	assert_non_null(strstr(err.text, "no symbol table"));
	elf_fixture_release(&fixture);
}

/* A printed call site: "name+0xoff/0xsize", and " [module]" or not. */
struct printed_site {
	char name[256], module[64];
	uint64_t extent;
};

/* Copies what stands before the first character of end; NULL if there is none, or no room. */
static const char *copy_until(const char *text, const char *end, char *ret, size_t size)
{
	size_t length = strcspn(text, end);

	if (text[length] == '\0' || length >= size)
		return NULL;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return text + length;
}

/* False: no call site in this line, or one without a symbol. */
static bool parse_site(const char *line, struct printed_site *site)
{
	const char *text = strstr(line, "call_site=");
	char *end;

	if (text)
		text = copy_until(text + 10, "+ ", site->name, sizeof(site->name));
	if (!text || *text != '+')
		return false;
	text = strchr(text, '/');
	if (!text)
		return false;
	site->extent = strtoull(text + 1, &end, 16);
	site->module[0] = '\0';
	return end[0] != ' ' || end[1] != '[' ||
	       copy_until(end + 2, "]", site->module, sizeof(site->module));
}

/* Which call sites a map must know. */
enum map_scope {
	MAP_OF_ALLOCATIONS, /* the bundled slices: functions that allocate */
	MAP_OF_KERNEL,	    /* no modules */
	MAP_OF_ALL,
};

struct agreement {
	size_t sites;	/* lines with a symbolic call site that the map must know */
	size_t proven;	/* one or more symbols of that name and extent */
	size_t unknown; /* the map knows the name, but no extent for it */
};

/* Checks one line against the map; a name without the printed extent fails the test. */
static void check_line(const struct symbol_map *map, enum map_scope scope, const char *line,
		       struct agreement *agreement)
{
	const struct map_symbol *found[64];
	struct printed_site site;
	size_t count;

	if (!parse_site(line, &site) || (site.module[0] && scope == MAP_OF_KERNEL) ||
	    (strstr(line, "free: ") && scope == MAP_OF_ALLOCATIONS))
		return;
	count = symbol_map_by_name(map, site.name, strlen(site.name),
				   site.module[0] ? site.module : NULL, site.extent, found, 64);
	if (count == 0 || count > 64)
		fail_msg("%zu symbols are called %s and reach 0x%" PRIx64 " bytes: %s", count,
			 site.name, site.extent, line);
	agreement->sites++;
	if (found[0]->extent)
		agreement->proven++;
	else
		agreement->unknown++;
}

static struct agreement check_log(const struct symbol_map *map, enum map_scope scope,
				  const char *path)
{
	struct agreement agreement = {0};
	FILE *log = fopen(path, "r");
	char *line = NULL;
	size_t capacity = 0;

	assert_non_null(log);
	while (getline(&line, &capacity, log) > 0)
		check_line(map, scope, line, &agreement);
	free(line);
	fclose(log);
	return agreement;
}

static struct symbol_map *map_from_text(const char *path)
{
	struct symbol_map *map = NULL;
	struct elfsyms_error err;

	if (symbol_map_from_text(path, &map, &err))
		fail_msg("%s", err.text);
	return map;
}

static struct symbol_map *map_from_elf(const char *path)
{
	struct elf_object *object = NULL;
	struct symbol_map *map = NULL;
	struct elfsyms_error err;

	if (elf_object_open(path, &object, &err) || symbol_map_from_elf(object, &map, &err))
		fail_msg("%s", err.text);
	elf_object_close(object);
	return map;
}

/* Every symbolic call site of log must be proven by the map, which is then freed. */
static void expect_all_proven(struct symbol_map *map, enum map_scope scope, const char *log)
{
	struct agreement agreement = check_log(map, scope, log);

	assert_true(agreement.sites > 50);
	assert_int_equal(agreement.proven, agreement.sites);
	symbol_map_free(map);
}

static void test_bundled_maps_agree(void **state)
{
	(void)state;
	expect_all_proven(map_from_text(TA_TESTDATA "/linux/System.map"), MAP_OF_ALLOCATIONS,
			  TA_TESTDATA "/boot.log");
	expect_all_proven(map_from_elf(TA_TESTDATA "/linux/vmlinux"), MAP_OF_ALLOCATIONS,
			  TA_TESTDATA "/boot.log");
	expect_all_proven(map_from_text(TA_TESTDATA "/module.kallsyms"), MAP_OF_ALLOCATIONS,
			  TA_TESTDATA "/module.log");
}

static void test_lab_maps_agree(void **state)
{
	static const struct {
		const char *log, *map;
		bool is_elf;
		enum map_scope scope;
	} cases[] = {
		{"boot.log", "meta/boot/kallsyms", false, MAP_OF_ALL},
		{"boot.log", "linux/System.map", false, MAP_OF_KERNEL},
		{"boot.log", "linux/vmlinux", true, MAP_OF_KERNEL},
		{"bootwork.log", "meta/bootwork/kallsyms", false, MAP_OF_ALL},
		{"bootwork.log", "linux/vmlinux", true, MAP_OF_KERNEL},
		{"big.log", "meta/big/kallsyms", false, MAP_OF_ALL},
		{"stack.log", "meta/stack/kallsyms", false, MAP_OF_ALL},
		{"leaky/kmem.log", "leaky/kallsyms", false, MAP_OF_ALL},
	};
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char log[4096], map[4096];

		if (!lab_path(cases[i].log, log, sizeof(log)) ||
		    !lab_path(cases[i].map, map, sizeof(map)))
			continue;
		expect_all_proven(cases[i].is_elf ? map_from_elf(map) : map_from_text(map),
				  cases[i].scope, log);
		compared++;
	}
	if (compared == 0)
		skip();
}

/* The kernel's functions and their extents must be the same in all three. */
static void test_lab_functions_agree(void **state)
{
	char path[3][4096];
	struct symbol_map *kallsyms, *others[2];
	size_t functions = 0;

	(void)state;
	if (!lab_path("meta/boot/kallsyms", path[0], sizeof(path[0])) ||
	    !lab_path("linux/System.map", path[1], sizeof(path[1])) ||
	    !lab_path("linux/vmlinux", path[2], sizeof(path[2])))
		skip();
	kallsyms = map_from_text(path[0]);
	others[0] = map_from_text(path[1]);
	others[1] = map_from_elf(path[2]);
	for (size_t i = 0; i < symbol_map_count(kallsyms); i++) {
		const struct map_symbol *symbol = symbol_map_at(kallsyms, i);

		if (symbol->module || !strchr("TtWw", symbol->type))
			continue;
		functions++;
		for (size_t k = 0; k < 2; k++) {
			const struct map_symbol *other =
				symbol_map_by_address(others[k], symbol->address);

			if (!other || other->address != symbol->address ||
			    other->extent != symbol->extent)
				fail_msg("%s at 0x%" PRIx64 ", 0x%" PRIx64 " bytes: not in %s",
					 symbol->name, symbol->address, symbol->extent,
					 path[k + 1]);
		}
	}
	assert_true(functions > 30000);
	symbol_map_free(kallsyms);
	symbol_map_free(others[0]);
	symbol_map_free(others[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_elf),
		cmocka_unit_test(test_refused_elf),
		cmocka_unit_test(test_bundled_maps_agree),
		cmocka_unit_test(test_lab_maps_agree),
		cmocka_unit_test(test_lab_functions_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
