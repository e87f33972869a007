/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF files of both classes and byte orders, made in memory; whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
static void make_note(const struct elf_fixture *fixture, unsigned char note[24])
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
static void make_object(struct elf_fixture *fixture, const struct kind *kind, uint16_t type)
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

static struct elf_object *open_fixture(const struct elf_fixture *fixture)
{
	struct elfsyms_error err;
	struct elf_object *object;

	if (elf_object_open_memory("fixture", fixture->bytes, fixture->size, &object, &err))
		fail_msg("%s", err.text);
	return object;
}

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
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_visit_stops),
		cmocka_unit_test(test_no_symbols),
		cmocka_unit_test(test_mapping_names),
		cmocka_unit_test(test_build_id_and_banner),
		cmocka_unit_test(test_not_elf),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_mapped_file),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_damaged_section_headers),
		cmocka_unit_test(test_name_without_end),
		cmocka_unit_test(test_sizes_overflow),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
