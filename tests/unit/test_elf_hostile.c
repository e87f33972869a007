/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF files of both classes and byte orders, made in memory; damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "elf_object_fixture.h"

static int count_symbol(const struct elf_symbol *symbol, void *context)
{
	assert_int_equal(strlen(symbol->name), symbol->name_length);
	++*(size_t *)context;
	return 0;
}

/* Runs everything; every failure must be an error value with a text. Returns the symbols seen. */
static size_t exercise(const void *bytes, size_t size)
{
	struct elfsyms_error err = {0};
	struct elf_object *object;
	struct elf_sizes sizes;
	char buffer[64];
	size_t seen = 0;
	int result;

	result = elf_object_open_memory("damaged", bytes, size, &object, &err);
	if (result) {
		assert_int_equal(result, err.code);
		assert_ptr_equal(strstr(err.text, "damaged: "), err.text);
		return 0;
	}
	result = elf_object_sizes(object, &sizes, &err);
	if (result)
		assert_int_equal(result, err.code);
	result = elf_object_symbols(object, count_symbol, &seen, &err);
	if (result)
		assert_int_equal(result, err.code);
	elf_object_build_id(object, buffer, sizeof(buffer));
	elf_object_banner(object, buffer, sizeof(buffer));
	elf_object_close(object);
	return seen;
}

/* Cut at every byte: the copy has exactly that size, so that ASan sees a read beyond it. */
static void test_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct elf_fixture fixture;

		make_object(&fixture, &kinds[i], ET_REL);
		elf_fixture_finish(&fixture);
		for (size_t size = 1; size < fixture.size; size++) {
			unsigned char *copy = malloc(size);

			assert_non_null(copy);
			memcpy(copy, fixture.bytes, size);
			exercise(copy, size);
			free(copy);
		}
		assert_int_equal(exercise(fixture.bytes, fixture.size), EXPECTED_COUNT);
		elf_fixture_release(&fixture);
	}
}

static void test_damaged_bytes(void **state)
{
	static const unsigned char values[] = {0x00, 0x7f, 0x80, 0xff};

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct elf_fixture fixture;

		make_object(&fixture, &kinds[i], ET_EXEC);
		fixture.use_extended_indices = true;
		elf_fixture_finish(&fixture);
		for (size_t at = 0; at < fixture.size; at++) {
			unsigned char saved = fixture.bytes[at];

			for (size_t k = 0; k < sizeof(values); k++) {
				fixture.bytes[at] = values[k];
				exercise(fixture.bytes, fixture.size);
			}
			fixture.bytes[at] = saved;
		}
		assert_int_equal(exercise(fixture.bytes, fixture.size), EXPECTED_COUNT);
		elf_fixture_release(&fixture);
	}
}

static void test_damaged_section_headers(void **state)
{
	static const struct {
		const char *why;
		size_t section; /* 0: the symbol table */
		enum elf_fixture_field field;
		uint64_t value;
		int sizes_result, symbols_result;
		size_t symbols;
	} cases[] = {
		{"section beyond the file", 1, ELF_FIXTURE_OFFSET, 0x7fffffff, ELFSYMS_FORMAT, 0,
		 EXPECTED_COUNT},
		{"section longer than the file", 3, ELF_FIXTURE_SIZE, 0x7fffffff, ELFSYMS_FORMAT, 0,
		 EXPECTED_COUNT},
		{"symbols longer than the file", 0, ELF_FIXTURE_SIZE, 0x7fffffff, 0, ELFSYMS_FORMAT,
		 0},
		{"symbols beyond the file", 0, ELF_FIXTURE_OFFSET, 0x7ffffff8, 0, ELFSYMS_FORMAT,
		 0},
		{"no string table", 0, ELF_FIXTURE_LINK, 0, 0, ELFSYMS_FORMAT, 0},
		{"string table that is no section", 0, ELF_FIXTURE_LINK, 9999, 0, ELFSYMS_FORMAT,
		 0},
		{"string table without contents", 0, ELF_FIXTURE_LINK, 4, 0, ELFSYMS_FORMAT, 0},
		{"empty symbol table", 0, ELF_FIXTURE_SIZE, 0, 0, 0, 0},
		{"entries of no size", 0, ELF_FIXTURE_ENTRY_SIZE, 0, 0, 0, EXPECTED_COUNT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) * KIND_COUNT; i++) {
		size_t row = i / KIND_COUNT, seen = 0;
		struct elf_fixture fixture;
		struct elf_object *object;
		struct elfsyms_error err;
		struct elf_sizes sizes;
		int sizes_result, symbols_result;

		make_object(&fixture, &kinds[i % KIND_COUNT], ET_REL);
		elf_fixture_finish(&fixture);
		elf_fixture_damage(&fixture,
				   cases[row].section ? cases[row].section : fixture.symtab_index,
				   cases[row].field, cases[row].value);
		object = open_fixture(&fixture);
		sizes_result = elf_object_sizes(object, &sizes, &err);
		symbols_result = elf_object_symbols(object, count_symbol, &seen, &err);
		if (sizes_result != cases[row].sizes_result ||
		    symbols_result != cases[row].symbols_result || seen != cases[row].symbols)
			fail_msg("%s (kind %zu): sizes %d, symbols %d, seen %zu", cases[row].why,
				 i % KIND_COUNT, sizes_result, symbols_result, seen);
		elf_object_close(object);
		elf_fixture_release(&fixture);
	}
}

/* The last name of a string table that was cut short has no end inside of it: left out. */
static void test_name_without_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct elf_fixture fixture;

		make_object(&fixture, &kinds[i], ET_REL);
		elf_fixture_finish(&fixture);
		elf_fixture_damage(&fixture, fixture.symtab_index + 1, ELF_FIXTURE_SIZE,
				   fixture.names_size - 1);
		assert_int_equal(exercise(fixture.bytes, fixture.size), EXPECTED_COUNT - 1);
		elf_fixture_release(&fixture);
	}
}

static void test_sizes_overflow(void **state)
{
	struct elf_fixture fixture;
	struct elf_object *object;
	struct elfsyms_error err;
	struct elf_sizes sizes;

	(void)state;
	elf_fixture_init(&fixture, ELFCLASS64, ELFDATA2LSB, ET_REL, EM_X86_64);
	elf_fixture_section(&fixture, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0, NULL,
			    UINT64_MAX - 10);
	elf_fixture_section(&fixture, ".bss2", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0, NULL, 11);
	elf_fixture_finish(&fixture);
	object = open_fixture(&fixture);
	assert_int_equal(elf_object_sizes(object, &sizes, &err), ELFSYMS_FORMAT);
	assert_non_null(strstr(err.text, "overflow"));
	elf_object_close(object);
	elf_fixture_release(&fixture);
}

/* Thousands of symbols may share one long name: they are left out, not measured each. */
static void test_long_names(void **state)
{
	static char name[ELF_SYMBOL_NAME_LIMIT + 2];
	struct elf_fixture fixture;
	size_t text;

	(void)state;
	memset(name, 'n', ELF_SYMBOL_NAME_LIMIT);
	elf_fixture_init(&fixture, ELFCLASS64, ELFDATA2LSB, ET_REL, EM_X86_64);
	text = elf_fixture_section(&fixture, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0,
				   NULL, 64);
	elf_fixture_symbol(&fixture, name, 0, 64, GLOBAL_FUNC, text);
	elf_fixture_symbol(&fixture, name + 1, 0, 64, GLOBAL_FUNC, text);
	elf_fixture_finish(&fixture);
	assert_int_equal(exercise(fixture.bytes, fixture.size), 1);
	elf_fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_damaged_section_headers),
		cmocka_unit_test(test_name_without_end),
		cmocka_unit_test(test_sizes_overflow),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
