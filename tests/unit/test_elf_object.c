/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF files of both classes and byte orders, made in memory; whole ones. */
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

static void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void test_identity(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		const struct elf_identity *identity;
		struct elf_fixture fixture;
		struct elf_object *object;

		make_object(&fixture, &kinds[i], ET_EXEC);
		elf_fixture_finish(&fixture);
		object = open_fixture(&fixture);
		identity = elf_object_identity(object);
		assert_int_equal(identity->type, ET_EXEC);
		assert_int_equal(identity->machine, kinds[i].machine);
		assert_int_equal(identity->is_64bit, kinds[i].elf_class == ELFCLASS64);
		assert_int_equal(identity->is_big_endian, kinds[i].byte_order == ELFDATA2MSB);
		elf_object_close(object);
		elf_fixture_release(&fixture);
	}
}

static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct elf_fixture fixture;
		struct elf_object *object;
		struct elfsyms_error err;
		struct elf_sizes sizes;

		make_object(&fixture, &kinds[i], ET_REL);
		elf_fixture_finish(&fixture);
		object = open_fixture(&fixture);
		assert_int_equal(elf_object_sizes(object, &sizes, &err), 0);
		/* .text, .rodata, the note, and the two without contents that size counts here */
		assert_int_equal(sizes.text, 0x100 + sizeof(banner) + 24 + 0x80 + 0x34);
		assert_int_equal(sizes.data, 0x200 + 0x400);
		assert_int_equal(sizes.bss, 0x3000 + 0x800);
		elf_object_close(object);
		elf_fixture_release(&fixture);
	}
}

static int check_symbol(const struct elf_symbol *symbol, void *context)
{
	size_t *seen = context;
	const struct expected_symbol *expected = &expected_symbols[*seen];

	assert_true(*seen < EXPECTED_COUNT);
	assert_string_equal(symbol->name, expected->name);
	assert_int_equal(symbol->name_length, strlen(expected->name));
	if (expected->file_name)
		assert_string_equal(symbol->file_name, expected->file_name);
	else
		assert_null(symbol->file_name);
	assert_int_equal(symbol->size, expected->size);
	assert_int_equal(symbol->section, expected->section);
	assert_int_equal(symbol->segment, expected->segment);
	assert_int_equal(symbol->executable, expected->executable);
	assert_int_equal(elf_symbol_is_mapping(symbol), expected->name[0] == '$');
	(*seen)++;
	return 0;
}

static void test_symbols(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * KIND_COUNT; i++) {
		struct elf_fixture fixture;
		struct elf_object *object;
		struct elfsyms_error err;
		size_t seen = 0;

		make_object(&fixture, &kinds[i / 2], i % 2 ? ET_REL : ET_EXEC);
		fixture.use_extended_indices = i % 2;
		elf_fixture_finish(&fixture);
		object = open_fixture(&fixture);
		assert_int_equal(elf_object_symbols(object, check_symbol, &seen, &err), 0);
		assert_int_equal(seen, EXPECTED_COUNT);
		elf_object_close(object);
		elf_fixture_release(&fixture);
	}
}

static int stop_at_third(const struct elf_symbol *symbol, void *context)
{
	(void)symbol;
	return ++*(int *)context == 3 ? 42 : 0;
}

static void test_visit_stops(void **state)
{
	struct elf_fixture fixture;
	struct elf_object *object;
	struct elfsyms_error err;
	int seen = 0;

	(void)state;
	make_object(&fixture, &kinds[0], ET_REL);
	elf_fixture_finish(&fixture);
	object = open_fixture(&fixture);
	assert_int_equal(elf_object_symbols(object, stop_at_third, &seen, &err), 42);
	assert_int_equal(seen, 3);
	elf_object_close(object);
	elf_fixture_release(&fixture);
}

static void test_no_symbols(void **state)
{
	struct elf_fixture fixture;
	struct elf_object *object;
	struct elfsyms_error err;
	char buffer[64];
	int seen = 0;

	(void)state;
	make_object(&fixture, &kinds[0], ET_REL);
	fixture.omit_symbols = true;
	elf_fixture_finish(&fixture);
	object = open_fixture(&fixture);
	assert_int_equal(elf_object_symbols(object, stop_at_third, &seen, &err), 0);
	assert_int_equal(seen, 0);
	assert_false(elf_object_banner(object, buffer, sizeof(buffer)));
	elf_object_close(object);
	elf_fixture_release(&fixture);
}

static void test_mapping_names(void **state)
{
	static const char *const marks[] = {"$a",    "$t",     "$d",	    "$x",
					    "$d.12", "$x.foo", "$xrv64i2p1"};
	static const char *const names[] = {"", "$", "$b", "$ab", "a", "x$a", "$data", "$xyz"};

	(void)state;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		assert_true(elf_name_is_mapping(marks[i]));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(elf_name_is_mapping(names[i]));
}

static void test_build_id_and_banner(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * KIND_COUNT; i++) {
		struct elf_fixture fixture;
		struct elf_object *object;
		char buffer[64], small[17];

		make_object(&fixture, &kinds[i / 2], i % 2 ? ET_REL : ET_EXEC);
		elf_fixture_finish(&fixture);
		object = open_fixture(&fixture);
		assert_true(elf_object_build_id(object, buffer, sizeof(buffer)));
		assert_string_equal(buffer, "deadbeef01020304");
		assert_true(elf_object_build_id(object, small, sizeof(small)));
		assert_false(elf_object_build_id(object, small, sizeof(small) - 1));
		assert_true(elf_object_banner(object, buffer, sizeof(buffer)));
		assert_string_equal(buffer, "Linux version 6.1.0-test (builder) #1 SMP");
		assert_true(elf_object_banner(object, buffer, sizeof(banner) - 1));
		assert_false(elf_object_banner(object, buffer, sizeof(banner) - 2));
		elf_object_close(object);
		elf_fixture_release(&fixture);
	}
}

#define WORDS_LE(name, desc, type) name "\0\0\0" desc "\0\0\0" type "\0\0\0"
#define WORDS_BE(name, desc, type) "\0\0\0" name "\0\0\0" desc "\0\0\0" type
#define ID_LE			   WORDS_LE("\4", "\5", "\3") "GNU\0\x01\x23\x45\xab\xff\0\0\0"
#define ID_BE			   WORDS_BE("\4", "\5", "\3") "GNU\0\x01\x23\x45\xab\xff\0\0\0"
#define LINUX_LE		   WORDS_LE("\6", "\1", "\7") "Linux\0\0\0x\0\0\0"
#define LINUX_BE		   WORDS_BE("\6", "\1", "\7") "Linux\0\0\0x\0\0\0"
#define NOTES(notes)		   notes, sizeof(notes) - 1

/* Note sections alone, as sysfs shows them: both byte orders, cut, with sizes that lie. */
static void test_notes(void **state)
{
	static const struct {
		const char *notes;
		size_t size;
		const char *expected; /* NULL: none */
	} cases[] = {
		{NOTES(ID_LE), "012345abff"},
		{NOTES(ID_BE), "012345abff"},
		{NOTES(LINUX_LE ID_LE LINUX_LE), "012345abff"},
		{NOTES(LINUX_BE LINUX_BE ID_BE), "012345abff"},
		{NOTES(ID_LE "\1\2\3"), "012345abff"},
		/* without the filling at the end, and one byte less */
		{ID_LE, sizeof(ID_LE) - 1 - 3, "012345abff"},
		{ID_LE, sizeof(ID_LE) - 1 - 4, NULL},
		{ID_LE, 12, NULL},
		{ID_LE, 11, NULL},
		{"", 0, NULL},
		/* other types and names, no content, sizes beyond the end */
		{NOTES(LINUX_LE LINUX_LE), NULL},
		{NOTES(WORDS_LE("\4", "\4", "\1") "GNU\0abcd"), NULL},
		{NOTES(WORDS_LE("\4", "\4", "\3") "GNX\0abcd"), NULL},
		{NOTES(WORDS_LE("\4", "\0", "\3") "GNU\0"), NULL},
		{NOTES("\xff\xff\xff\xff\4\0\0\0\3\0\0\0GNU\0abcd"), NULL},
		{NOTES("\4\0\0\0\xff\xff\xff\xff\3\0\0\0GNU\0abcd"), NULL},
		{NOTES("\4\0\0\0\xfd\xff\xff\xff\3\0\0\0GNU\0abcd"), NULL},
	};
	char text[11];

	(void)state;
	assert_false(elf_notes_build_id(NULL, 0, text, sizeof(text)));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* A copy of its own: reading beyond its end is seen. */
		char *notes = malloc(cases[i].size ? cases[i].size : 1);
		const char *expected = cases[i].expected;
		size_t size = cases[i].size;

		assert_non_null(notes);
		memcpy(notes, cases[i].notes, size);
		assert_int_equal(elf_notes_build_id(notes, size, text, sizeof(text)), !!expected);
		if (expected)
			assert_string_equal(text, expected);
		assert_false(elf_notes_build_id(notes, size, text, sizeof(text) - 1));
		free(notes);
	}
}

static void test_not_elf(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		enum elfsyms_code code;
	} files[] = {
		{"", 0, ELFSYMS_FORMAT},
		{"\x7f"
		 "EL",
		 3, ELFSYMS_FORMAT},
		{"\x7f"
		 "ELF",
		 4, ELFSYMS_FORMAT},
		{"!<arch>\n", 8, ELFSYMS_FORMAT},
		{"BC\xc0\xde....", 8, ELFSYMS_BITCODE},
		{"\xde\xc0\x17\x0b....", 8, ELFSYMS_BITCODE},
	};
	char path[] = "/tmp/test_elf_object.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct elf_object *object = NULL;
		struct elfsyms_error err;

		assert_int_equal(elf_object_open_memory("bytes", files[i].bytes, files[i].size,
							&object, &err),
				 files[i].code);
		assert_null(object);
		assert_int_equal(err.code, files[i].code);
		assert_ptr_equal(strstr(err.text, "bytes: "), err.text);
		write_file(path, files[i].bytes, files[i].size);
		assert_int_equal(elf_object_open(path, &object, &err), files[i].code);
		assert_non_null(strstr(err.text, path));
	}
	unlink(path);
}

static void test_unreadable(void **state)
{
	struct elf_object *object;
	struct elfsyms_error err;

	(void)state;
	assert_int_equal(elf_object_open("/nonexistent/x.o", &object, &err), ELFSYMS_IO);
	assert_string_equal(err.text, "/nonexistent/x.o: cannot open: No such file or directory");
	assert_int_equal(elf_object_open("/", &object, &err), ELFSYMS_IO);
	assert_string_equal(err.text, "/: is a directory");
	assert_int_equal(elf_object_open("/dev/null", &object, &err), ELFSYMS_IO);
	assert_string_equal(err.text, "/dev/null: not a regular file");
}

/* A file above the size that is read whole: it is mapped, read-only, in foreign byte order too. */
static void test_mapped_file(void **state)
{
	char path[] = "/tmp/test_elf_object.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < KIND_COUNT; i++) {
		struct elf_fixture fixture;
		struct elf_object *object;
		struct elfsyms_error err;
		char buffer[64];
		size_t seen = 0;

		make_object(&fixture, &kinds[i], ET_EXEC);
		elf_fixture_section(&fixture, ".debug_str", SHT_PROGBITS, 0, 0, NULL, 1 << 20);
		elf_fixture_finish(&fixture);
		write_file(path, fixture.bytes, fixture.size);
		assert_int_equal(elf_object_open(path, &object, &err), 0);
		assert_int_equal(elf_object_symbols(object, check_symbol, &seen, &err), 0);
		assert_int_equal(seen, EXPECTED_COUNT);
		assert_true(elf_object_build_id(object, buffer, sizeof(buffer)));
		assert_true(elf_object_banner(object, buffer, sizeof(buffer)));
		elf_object_close(object);
		elf_fixture_release(&fixture);
	}
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_visit_stops),
		cmocka_unit_test(test_no_symbols),
		cmocka_unit_test(test_mapping_names),
		cmocka_unit_test(test_build_id_and_banner),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_not_elf),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_mapped_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
