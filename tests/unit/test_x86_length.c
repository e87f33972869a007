/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lengths of x86 instructions: one of each kind of encoding, as GNU objdump reads them, and
 * the libraries of this machine where they are x86.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elfsyms/x86_length.h"

struct row {
	const char *text;
	const char *bytes;
	unsigned int length32, length64; /* 0: not an instruction there */
	unsigned int opcode;		 /* on 64 bits */
};

static const struct row rows[] = {
	{"nop", "\x90", 1, 1, 0},
	{"add %al,%al", "\x00\xc0", 2, 2, 0},
	{"add $1,%al", "\x04\x01", 2, 2, 0},
	{"add $1,%eax", "\x05\x01\0\0\0", 5, 5, 0},
	{"add $1,%ax", "\x66\x05\x01\0", 4, 4, 1},
	{"inc %eax; REX", "\x40\x90", 1, 2, 1},
	{"movabs $1,%rax", "\x48\xb8\x01\0\0\0\0\0\0\0", 1, 10, 1},
	{"mov $1,%eax", "\xb8\x01\0\0\0", 5, 5, 0},
	{"mov 1,%al", "\xa0\x01\0\0\0\0\0\0\0", 5, 9, 0},
	{"mov 1,%al, short", "\x67\xa0\x01\0\0\0", 4, 6, 1},
	{"mov (%rsp),%eax", "\x8b\x04\x24", 3, 3, 0},
	{"mov 8(%rsp),%eax", "\x8b\x44\x24\x08", 4, 4, 0},
	{"mov 0(,%rax,8),%eax", "\x8b\x04\xc5\0\0\0\0", 7, 7, 0},
	{"mov 0(%rip),%eax", "\x8b\x05\0\0\0\0", 6, 6, 0},
	{"mov 4(%bx)", "\x67\x8b\x47\x04", 4, 4, 1},
	{"mov (0x1234)", "\x67\x8b\x06\x34\x12", 5, 3, 1},
	{"test $1,(%rax)", "\xf6\x00\x01", 3, 3, 0},
	{"not (%rax)", "\xf6\x10", 2, 2, 0},
	{"testl $1,%eax", "\xf7\xc0\x01\0\0\0", 6, 6, 0},
	{"testw $1,%ax", "\x66\xf7\xc0\x01\0", 5, 5, 1},
	{"neg %eax", "\xf7\xd8", 2, 2, 0},
	{"imul $1,%eax", "\x69\xc0\x01\0\0\0", 6, 6, 0},
	{"enter", "\xc8\x10\0\x01", 4, 4, 0},
	{"ret $8", "\xc2\x08\0", 3, 3, 0},
	{"jmp", "\xe9\0\0\0\0", 5, 5, 0},
	{"bnd jmp", "\xf2\xe9\0\0\0\0", 6, 6, 1},
	{"jmp short", "\xeb\0", 2, 2, 0},
	{"jne", "\x0f\x85\0\0\0\0", 6, 6, 0},
	{"syscall", "\x0f\x05", 2, 2, 0},
	{"ud2", "\x0f\x0b", 2, 2, 0},
	{"endbr64", "\xf3\x0f\x1e\xfa", 4, 4, 1},
	{"nopw 0(%rax,%rax,1)", "\x66\x0f\x1f\x84\0\0\0\0\0", 9, 9, 1},
	{"bt $1,%eax", "\x0f\xba\xe0\x01", 4, 4, 0},
	{"bswap", "\x0f\xc8", 2, 2, 0},
	{"pshufb", "\x0f\x38\x00\xc1", 4, 4, 0},
	{"palignr $1", "\x0f\x3a\x0f\xc1\x01", 5, 5, 0},
	{"vzeroupper", "\xc5\xf8\x77", 3, 3, 0},
	{"vpxor", "\xc5\xf1\xef\xc1", 4, 4, 0},
	{"vpshufd $1", "\xc5\xf9\x70\xc1\x01", 5, 5, 0},
	{"vpshufb", "\xc4\xe2\x71\x00\xc1", 5, 5, 0},
	{"vpalignr $1", "\xc4\xe3\x71\x0f\xc1\x01", 6, 6, 0},
	{"vpxord zmm", "\x62\xf1\x75\x48\xef\xc1", 6, 6, 0},
	{"lds (%eax)", "\xc5\x00\xc0\xc0\xc0", 2, 4, 0},
	{"lock cmpxchg", "\xf0\x48\x0f\xb1\x0f", 2, 5, 2},
	{"cut off", "\xe9\0\0\0", 0, 0, 0},
	{"nothing but prefixes", "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66",
	 0, 0, 15},
};

/* The bytes of a row: a string with a length that ends where the literal does. */
static size_t row_size(const struct row *row)
{
	size_t longest = row->length32 > row->length64 ? row->length32 : row->length64;

	return longest ? longest : strlen(row->bytes) > 4 ? 16 : 4;
}

static void every_kind_of_encoding(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int bits = 32; bits <= 64; bits += 32) {
			unsigned int expected = bits == 32 ? rows[i].length32 : rows[i].length64;
			struct x86_instruction found;
			bool is_whole =
				x86_instruction_measure((const unsigned char *)rows[i].bytes,
							row_size(&rows[i]), bits == 64, &found);

			if (is_whole != (expected > 0) || (is_whole && found.length != expected)) {
				fail_msg("%s on %d bits: %u, expected %u", rows[i].text, bits,
					 is_whole ? found.length : 0, expected);
			}
			if (bits == 64 && is_whole) {
				assert_int_equal(found.opcode, rows[i].opcode);
			}
		}
	}
}

/* No instruction reads beyond what it was given, and none is longer than 15 bytes. */
static void any_bytes_at_all(void **state)
{
	uint32_t random = 5;

	(void)state;
	for (size_t round = 0; round < 200000; round++) {
		size_t size = round % 17;
		unsigned char *bytes = malloc(size + 1);
		struct x86_instruction found;

		assert_non_null(bytes);
		for (size_t i = 0; i < size; i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (unsigned char)(random >> 16);
		}
		bytes = realloc(bytes, size ? size : 1); /* so that the sanitizer sees the end */
		assert_non_null(bytes);
		if (x86_instruction_measure(bytes, size, round & 1, &found)) {
			assert_in_range(found.length, 1, size < 15 ? size : 15);
			assert_true(found.opcode < found.length);
		}
		free(bytes);
	}
}

/* Bytes of one line of objdump -d -w; 0 if it shows no instruction. */
static size_t line_bytes(const char *line, unsigned char *bytes, size_t size)
{
	const char *at = strchr(line, ':');
	size_t count = 0;

	if (!at || at[1] != '\t' || strstr(line, "(bad)") || strstr(line, "\trex") ||
	    strstr(line, "finit")) { /* fwait and fninit, shown as one */
		return 0;
	}
	for (at += 2; count < size && *at && *at != '\t' && *at != '\n';) {
		char *end;

		bytes[count++] = (unsigned char)strtoul(at, &end, 16);
		for (at = end; *at == ' '; at++) {
		}
	}
	return count;
}

static void check_file(const char *path, bool is_64bit)
{
	char command[256];
	char line[1024];
	size_t count = 0;
	FILE *output;

	(void)snprintf(command, sizeof(command),
		       "test -r %s && objdump -f %s | grep -q %s && objdump -d -w %s 2>/dev/null",
		       path, path, is_64bit ? "elf64-x86-64" : "elf32-i386", path);
	output = popen(command, "r");
	assert_non_null(output);
	while (fgets(line, sizeof(line), output)) {
		unsigned char bytes[16] = {0};
		struct x86_instruction found;
		size_t size = line_bytes(line, bytes, sizeof(bytes));

		if (size == 0) {
			continue;
		}
		if (!x86_instruction_measure(bytes, size, is_64bit, &found) ||
		    found.length != size) {
			fail_msg("%s: %zu bytes, not %u: %s", path, size, found.length, line);
		}
		count++;
	}
	(void)pclose(output);
	print_message("%s: %zu instructions\n", path, count);
}

static void libraries_of_this_machine(void **state)
{
	(void)state;
	check_file("/lib/x86_64-linux-gnu/libc.so.6", true);
	check_file("/usr/lib32/libc.so.6", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_encoding),
		cmocka_unit_test(any_bytes_at_all),
		cmocka_unit_test(libraries_of_this_machine),
	};

	return cmocka_run_group_tests_name("x86_length", tests, NULL, NULL);
}
