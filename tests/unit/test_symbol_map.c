/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text maps and lookups. The model test is in tests/model/. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "elfsyms/symbol_map.h"

static struct symbol_map *map_of(const char *text)
{
	struct symbol_map *map;
	struct elfsyms_error err;

	if (symbol_map_from_memory("text", text, strlen(text), &map, &err))
		fail_msg("%s", err.text);
	return map;
}

static const struct map_symbol *find(const struct symbol_map *map, const char *name,
				     const char *module)
{
	const struct map_symbol *found[4];

	assert_int_equal(symbol_map_by_name(map, name, strlen(name), module, 0, found, 4), 1);
	return found[0];
}

/* The name that covers address, "-" for none. */
static const char *name_at(const struct symbol_map *map, uint64_t address)
{
	const struct map_symbol *symbol = symbol_map_by_address(map, address);

	return symbol ? symbol->name : "-";
}

static void test_lines(void **state)
{
	static const char text[] = "ffffffff81000000 T _text\n"
				   "ffffffff81000100 t local\r\n"
				   "\n"
				   "ffffffffc0000000 t mod_init\t[ext2]\r\n"
				   "ffffffffc0000040 d mod_data [ext2]\n"
				   "not a line\n"
				   "                 U undefined\n"
				   "ffffffff8100020 T fifteen_digits\n"
				   "ffffffff810002000 T seventeen_digits\n"
				   "ffffffff81000200 TT two_letters\n"
				   "ffffffff81000200 T\n"
				   "ffffffff81000200 T two names\n"
				   "ffffffff81000200 T name\t[open\n"
				   "ffffffff81000200 T name\t[]\n"
				   "ffffffff81000200 T name\t[a b]\n"
				   "ffffffff81000200 ? odd_type\n"
				   "ffffffff81000300 B last";
	struct symbol_map *map = map_of(text);
	struct symbol_map_facts facts;

	(void)state;
	symbol_map_facts(map, &facts);
	assert_int_equal(facts.symbol_count, 6);
	assert_int_equal(facts.module_symbol_count, 2);
	assert_int_equal(facts.skipped_line_count, 10);
	assert_false(facts.is_32bit);
	assert_int_equal(symbol_map_count(map), 6);
	assert_string_equal(symbol_map_at(map, 0)->name, "_text");
	assert_int_equal(symbol_map_at(map, 0)->address, 0xffffffff81000000);
	assert_int_equal(symbol_map_at(map, 0)->type, 'T');
	assert_null(symbol_map_at(map, 0)->module);
	assert_string_equal(symbol_map_at(map, 1)->name, "local");
	assert_string_equal(symbol_map_at(map, 3)->name, "last");
	assert_string_equal(symbol_map_at(map, 4)->module, "ext2");
	assert_string_equal(symbol_map_at(map, 5)->module, "ext2");
	assert_int_equal(symbol_map_at(map, 4)->order, 2);
	assert_null(symbol_map_at(map, 6));
	symbol_map_free(map);
}

static void test_32bit(void **state)
{
	struct symbol_map *map = map_of("c1000000 T _text\nc1000020 T f\n");
	struct symbol_map_facts facts;

	(void)state;
	symbol_map_facts(map, &facts);
	assert_true(facts.is_32bit);
	assert_string_equal(name_at(map, 0xc100001f), "_text");
	symbol_map_free(map);
}

static void test_nul_bytes(void **state)
{
	static const char text[] = "ffffffff81000000 T a\0b\nffffffff81000010 T c\n\0\0";
	struct symbol_map *map;
	struct symbol_map_facts facts;
	struct elfsyms_error err;

	(void)state;
	assert_int_equal(symbol_map_from_memory("text", text, sizeof(text), &map, &err), 0);
	symbol_map_facts(map, &facts);
	assert_int_equal(facts.symbol_count, 1);
	assert_int_equal(facts.skipped_line_count, 2);
	assert_string_equal(symbol_map_at(map, 0)->name, "c");
	symbol_map_free(map);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text;
		enum elfsyms_code code;
	} cases[] = {
		{"", ELFSYMS_FORMAT},
		{"\n\n", ELFSYMS_FORMAT},
		{"hello world\n", ELFSYMS_FORMAT},
		{"0000000000000000 T _text\n0000000000000000 t f\t[ext2]\n", ELFSYMS_RESTRICTED},
		{"00000000 T _text\n", ELFSYMS_RESTRICTED},
		{"ffffffffffffffff B The real System.map is in the "
		 "linux-image-6.1.0-18-amd64-dbg package\n",
		 ELFSYMS_STUB},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct symbol_map *map = NULL;
		struct elfsyms_error err;

		assert_int_equal(symbol_map_from_memory("the map", cases[i].text,
							strlen(cases[i].text), &map, &err),
				 cases[i].code);
		assert_int_equal(err.code, cases[i].code);
		assert_ptr_equal(strstr(err.text, "the map: "), err.text);
		assert_null(map);
	}
}

static void test_files(void **state)
{
	char path[] = "/tmp/test_symbol_map.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	struct symbol_map *map;
	struct elfsyms_error err;

	(void)state;
	assert_non_null(file);
	/* Longer than the first buffer of a pipe. */
	for (unsigned int i = 0; i < 70000; i++)
		fprintf(file, "%016x T function_%u\n", 0x1000 + 16 * i, i);
	fclose(file);
	assert_int_equal(symbol_map_from_text(path, &map, &err), 0);
	assert_int_equal(symbol_map_count(map), 70000);
	assert_string_equal(name_at(map, 0x1000 + 16 * 69999), "function_69999");
	symbol_map_free(map);
	unlink(path);
	assert_int_equal(symbol_map_from_text(path, &map, &err), ELFSYMS_IO);
	assert_ptr_equal(strstr(err.text, path), err.text);
	assert_int_equal(symbol_map_from_text("/", &map, &err), ELFSYMS_IO);
	assert_int_equal(symbol_map_from_text("/dev/zero", &map, &err), ELFSYMS_FORMAT);
	assert_non_null(strstr(err.text, "larger than"));
}

static void test_pipe(void **state)
{
	char path[64];
	struct symbol_map *map;
	struct elfsyms_error err;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "00001000 T f\n", 13), 13);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(symbol_map_from_text(path, &map, &err), 0);
	assert_int_equal(symbol_map_count(map), 1);
	symbol_map_free(map);
	close(ends[0]);
}

static void test_extents(void **state)
{
	struct symbol_map *map =
		map_of("0000000000001000 T f\n"
		       "0000000000001000 T f_alias\n"
		       "0000000000001010 t $x\n"
		       "0000000000001018 t .L12\n"
		       "0000000000001020 d datum\n"
		       "0000000000001030 T __pfx_g\n"
		       "0000000000001040 T g\n"
		       "0000000000001100 T _end\n"
		       /* m and n interleaved, in the disorder of a symbol table */
		       "0000000000009080 t m_last\t[m]\n"
		       "0000000000009000 t m_first\t[m]\n"
		       "0000000000009040 t n_first\t[n]\n"
		       "0000000000009200 d m_data\t[m]\n"
		       "0000000000009300 d m_more\t[m]\n"
		       "0000000000009240 t n_last\t[n]\n"
		       "000000000000a000 t bpf_prog_1\t[bpf]\n"
		       "000000000000a100 t bpf_prog_2\t[bpf]\n"
		       "000000000000b000 t ftrace_trampoline\t[__builtin__ftrace]\n"
		       "000000000000b100 t ftrace_trampoline2\t[__builtin__ftrace]\n");
	static const struct {
		const char *name, *module;
		uint64_t extent;
	} expected[] = {
		{"f", NULL, 0x20},
		{"f_alias", NULL, 0x20},
		{"datum", NULL, 0x10},
		{"__pfx_g", NULL, 0x10},
		{"g", NULL, 0xc0},
		{"_end", NULL, 0},
		{"m_first", "m", 0x80},
		{"n_first", "n", 0x200},
		{"m_last", "m", 0}, /* the kernel measures to the end of m's text */
		{"m_data", "m", 0x100},
		{"m_more", "m", 0},
		{"n_last", "n", 0},
		{"bpf_prog_1", "bpf", 0},
		{"ftrace_trampoline", "__builtin__ftrace", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct map_symbol *symbol = find(map, expected[i].name, expected[i].module);

		if (symbol->extent != expected[i].extent)
			fail_msg("%s: extent 0x%" PRIx64, symbol->name, symbol->extent);
	}
	assert_int_equal(symbol_map_by_name(map, "$x", 2, NULL, 0, NULL, 0), 0);
	assert_int_equal(symbol_map_by_name(map, ".L12", 4, NULL, 0, NULL, 0), 0);
	symbol_map_free(map);
}

static void test_by_address(void **state)
{
	struct symbol_map *map = map_of("0000000000000000 A percpu_first\n"
					"0000000000020000 A percpu_last\n"
					"ffffffff81000000 T _text\n"
					"ffffffff81000100 T f\n"
					"ffffffff81000180 T __pfx_g\n"
					"ffffffff81000190 T g\n"
					"ffffffff81000200 D _end\n"
					"ffffffffc0001f00 t m_first\t[m]\n"
					"ffffffffc0001f80 t m_last\t[m]\n"
					"ffffffffc0004000 d m_data\t[m]\n");
	static const struct {
		uint64_t address;
		const char *name;
	} expected[] = {
		{0x1ffff, "percpu_first"},
		{0x20000, "percpu_last"},
		{0x4020000, "-"}, /* the hole below the kernel */
		{0x7fffffffffff, "-"},
		{0xffffffff81000000, "_text"},
		{0xffffffff810000ff, "_text"},
		{0xffffffff81000100, "f"},
		{0xffffffff8100017f, "f"},
		{0xffffffff81000180, "-"}, /* padding is nobody's */
		{0xffffffff8100018f, "-"},
		{0xffffffff81000190, "g"},
		{0xffffffff81000200, "_end"},
		{0xffffffff81000201, "-"},
		{0xffffffffc0001f7f, "m_first"},
		{0xffffffffc0001fff, "m_last"},
		{0xffffffffc0002000, "-"}, /* init text that is gone, as likely */
		{0xffffffffc0004000, "m_data"},
		{UINT64_MAX, "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		if (strcmp(name_at(map, expected[i].address), expected[i].name) != 0)
			fail_msg("0x%" PRIx64 ": %s", expected[i].address,
				 name_at(map, expected[i].address));
	}
	symbol_map_free(map);
	map = map_of("0000000000001000 T f\n");
	assert_string_equal(name_at(map, 0xfff), "-");
	symbol_map_free(map);
}

static void test_preferred_alias(void **state)
{
	/* Best first; each map holds two neighbours, in both orders. */
	static const char *const best_first[] = {
		"T bb", "T bcd", "T bce", "W a",       "t a",
		"D bb", "V a",	 "d a",	  "T __pfx_b", "t __pfx_b",
	};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(best_first) / sizeof(best_first[0]); i++) {
		for (size_t swap = 0; swap < 2; swap++) {
			char text[128];
			struct symbol_map *map;

			snprintf(text, sizeof(text), "00001000 %s\n00001000 %s\n00001010 T z\n",
				 best_first[i + swap], best_first[i + 1 - swap]);
			map = map_of(text);
			assert_string_equal(symbol_map_at(map, 0)->name, best_first[i] + 2);
			assert_int_equal(symbol_map_at(map, 0)->type, best_first[i][0]);
			symbol_map_free(map);
		}
	}
}

static void test_by_name(void **state)
{
	struct symbol_map *map = map_of("0000000000001000 t init\n"
					"0000000000001020 t init\n"
					"0000000000001060 t initial\n"
					"0000000000001080 t init\n"
					"00000000000010a0 T _end\n"
					"0000000000009000 t init\t[m]\n");
	const struct map_symbol *found[8] = {NULL};

	(void)state;
	assert_int_equal(symbol_map_by_name(map, "init", 4, NULL, 0, found, 8), 3);
	assert_int_equal(found[0]->address, 0x1000);
	assert_int_equal(found[1]->address, 0x1020);
	assert_int_equal(found[2]->address, 0x1080);
	assert_int_equal(symbol_map_by_name(map, "init", 4, NULL, 0x20, found, 1), 2);
	assert_int_equal(found[0]->address, 0x1000);
	assert_int_equal(symbol_map_by_name(map, "init", 4, NULL, 0x40, found, 8), 1);
	assert_int_equal(found[0]->address, 0x1020);
	assert_int_equal(symbol_map_by_name(map, "init", 4, NULL, 0x30, found, 8), 0);
	/* The name need not end: a call site's text does not. */
	assert_int_equal(symbol_map_by_name(map, "initial+0x10", 7, NULL, 0x20, found, 8), 1);
	assert_int_equal(symbol_map_by_name(map, "ini", 3, NULL, 0, found, 8), 0);
	assert_int_equal(symbol_map_by_name(map, "", 0, NULL, 0, found, 8), 0);
	assert_int_equal(symbol_map_by_name(map, "init", 4, "m", 0, found, 8), 1);
	assert_int_equal(found[0]->address, 0x9000);
	assert_string_equal(found[0]->module, "m");
	assert_int_equal(symbol_map_by_name(map, "init", 4, "n", 0, found, 8), 0);
	/* Nothing is known of the last one's extent: it contradicts none. */
	assert_int_equal(symbol_map_by_name(map, "init", 4, "m", 0x123, found, 8), 1);
	symbol_map_free(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),		cmocka_unit_test(test_32bit),
		cmocka_unit_test(test_nul_bytes),	cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_files),		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_extents),		cmocka_unit_test(test_by_address),
		cmocka_unit_test(test_preferred_alias), cmocka_unit_test(test_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
