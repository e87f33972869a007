/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The readers of .cmd, .mod and modules.order: lines as kernels from 2.6 to 6.14 write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/attribute/build_cmd.h"

struct words {
	char text[4096];
	int stop_after; /* returns 7 at this word; 0: never */
	int count;
};

static int collect(const char *word, size_t length, void *context)
{
	struct words *words = context;
	size_t used;

	assert_int_equal(strlen(word), length);
	used = strlen(words->text);
	assert_in_range(snprintf(words->text + used, sizeof(words->text) - used, "%s%s",
				 used ? " " : "", word),
			1, sizeof(words->text) - used - 1);
	words->count++;
	return words->count == words->stop_after ? 7 : 0;
}

struct cmd_case {
	const char *why;
	const char *text;
	bool is_link;
	const char *inputs;
};

static const struct cmd_case cmd_cases[] = {
	{"composite, 4.x",
	 "cmd_fs/ext2/ext2.o := ld -m elf_x86_64 -r -o fs/ext2/ext2.o fs/ext2/balloc.o "
	 "fs/ext2/dir.o \n\ndeps",
	 true, "fs/ext2/balloc.o fs/ext2/dir.o"},
	{"composite with response file, 6.0+; objtool after it",
	 "savedcmd_fs/pstore/ramoops.o := ld -m elf_x86_64 -z noexecstack   -r -o "
	 "fs/pstore/ramoops.o "
	 "@fs/pstore/ramoops.mod  ; ./tools/objtool/objtool --link  --module fs/pstore/ramoops.o\n",
	 true, "@fs/pstore/ramoops.mod"},
	{"module, 3.x: no trailing command",
	 "cmd_crypto/ccm.ko := ld -r -m elf_i386 -T ./scripts/module-common.lds   -o crypto/ccm.ko "
	 "crypto/ccm.o crypto/ccm.mod.o",
	 true, "crypto/ccm.o crypto/ccm.mod.o"},
	{"module, 5.x: '; true' without a blank before it",
	 "cmd_net/sctp/sctp.ko := ld -r -m elf_x86_64 --build-id  -T ./scripts/module-common.lds "
	 "-o "
	 "net/sctp/sctp.ko net/sctp/sctp.o net/sctp/sctp.mod.o;  true\n",
	 true, "net/sctp/sctp.o net/sctp/sctp.mod.o"},
	{"module, 6.13: the common object of all modules",
	 "savedcmd_fs/gfs2/gfs2.ko := ld -r -EL  -maarch64elf -z noexecstack "
	 "--no-warn-rwx-segments "
	 "--build-id=sha1  -T scripts/module.lds -o fs/gfs2/gfs2.ko fs/gfs2/gfs2.o "
	 "fs/gfs2/gfs2.mod.o "
	 ".module-common.o\n",
	 true, "fs/gfs2/gfs2.o fs/gfs2/gfs2.mod.o .module-common.o"},
	{"built-in.o before thin archives",
	 "cmd_fs/built-in.o :=  ld -m elf_x86_64   -r -o fs/built-in.o fs/open.o "
	 "fs/ext2/built-in.o ",
	 true, "fs/open.o fs/ext2/built-in.o"},
	{"a compilation is no link",
	 "cmd_fs/open.o := gcc -Wp,-MD,fs/.open.o.d -nostdinc -c -o fs/open.o fs/open.c\n", false,
	 ""},
	{"thin archive",
	 "cmd_fs/built-in.a := rm -f fs/built-in.a;  ar cDPrST fs/built-in.a fs/open.o\n", false,
	 ""},
	{"link after a first command",
	 "cmd_a/b.o := rm -f a/b.o && ld -r -o a/b.o a/c.o | cat a/x.o\n", true, "a/c.o"},
	{"quotes and backslashes", "cmd_a/b.o := ld -r -o 'a/b.o' \"a/c d.o\" a/e\\#f.o\n", true,
	 "a/c d.o a/e#f.o"},
	{"quoted separators separate nothing", "cmd_a/b.o := ld -r --why='a;b' -o a/b.o a/c.o\n",
	 true, "a/c.o"},
	{"archives are inputs, options are not",
	 "cmd_a/b.o := ld -r -T x.lds -o a/b.o lib.a a/c.o -lc\n", true, "lib.a a/c.o"},
	{"CRLF", "cmd_a/b.o := ld -r -o a/b.o a/c.o\r\n", true, "a/c.o"},
	{"only the first line counts", "deps := x\ncmd_a/b.o := ld -r -o a/b.o a/c.o\n", false, ""},
	{"no assignment", "cmd_a/b.o ld -r -o a/b.o a/c.o\n", false, ""},
	{"unterminated quote", "cmd_a/b.o := ld -r -o a/b.o 'a/c.o", true, "a/c.o"},
	{"a lone backslash at the end", "cmd_a/b.o := ld -r -o a/b.o a/c.o \\", true, "a/c.o"},
	{"empty", "", false, ""},
	{"just the name", "cmd_", false, ""},
};

static void cmd_files_of_all_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cmd_cases) / sizeof(cmd_cases[0]); i++) {
		const struct cmd_case *row = &cmd_cases[i];
		struct words words = {0};
		bool is_link = !row->is_link;
		int result =
			build_cmd_inputs(row->text, strlen(row->text), &is_link, collect, &words);

		if (result != 0 || is_link != row->is_link ||
		    strcmp(words.text, row->inputs) != 0) {
			fail_msg("%s: %d %d \"%s\"", row->why, result, is_link, words.text);
		}
	}
}

struct mod_case {
	const char *why;
	const char *text;
	const char *members;
};

static const struct mod_case mod_cases[] = {
	{"5.19+: one a line", "fs/ext2/balloc.o\nfs/ext2/dir.o\n",
	 "fs/ext2/balloc.o fs/ext2/dir.o"},
	{"5.4 to 5.18: one line, an empty one after it", "fs/ext2/balloc.o fs/ext2/dir.o\n\n",
	 "fs/ext2/balloc.o fs/ext2/dir.o"},
	{"undefined symbols on the second line", "a/b.o a/c.o\nprintk kfree __stack_chk_fail\n",
	 "a/b.o a/c.o"},
	{".tmp_versions: the module comes first",
	 "fs/ext2/ext2.ko\nfs/ext2/balloc.o fs/ext2/dir.o\n", "fs/ext2/balloc.o fs/ext2/dir.o"},
	{"members elsewhere", "drivers/gpu/drm/amd/amdgpu/../acp/acp_hw.o\n",
	 "drivers/gpu/drm/amd/amdgpu/../acp/acp_hw.o"},
	{"no newline at the end", "a/b.o", "a/b.o"},
	{"blank lines and tabs", "\n\n\ta/b.o \t\n", "a/b.o"},
	{"a suffix alone is no name", ".o .a a.o\n", "a.o"},
	{"empty", "", ""},
};

static void mod_files_of_all_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mod_cases) / sizeof(mod_cases[0]); i++) {
		const struct mod_case *row = &mod_cases[i];
		struct words words = {0};

		assert_int_equal(build_mod_members(row->text, strlen(row->text), collect, &words),
				 0);
		if (strcmp(words.text, row->members) != 0) {
			fail_msg("%s: \"%s\"", row->why, words.text);
		}
	}
}

static void modules_order_of_all_kernels(void **state)
{
	static const char text[] =
		"kernel/fs/ext2/ext2.ko\nfs/fat/vfat.ko\nnet/9p/9pnet.o\nfs/x\n.ko\n";
	struct words words = {0};

	(void)state;
	assert_int_equal(build_order_modules(text, sizeof(text) - 1, collect, &words), 0);
	assert_string_equal(words.text, "kernel/fs/ext2/ext2 fs/fat/vfat net/9p/9pnet");
}

/* Longer than any path: left out, and what follows is still read. */
static void overlong_words_are_left_out(void **state)
{
	static char text[20000];
	struct words words = {0};
	int length = snprintf(text, sizeof(text), "%09000d.o a/b.o %08000d c.o\n", 1, 2);

	(void)state;
	assert_int_equal(build_mod_members(text, (size_t)length, collect, &words), 0);
	assert_string_equal(words.text, "a/b.o c.o");
}

static void a_visit_can_stop(void **state)
{
	struct words words = {.stop_after = 1};
	bool is_link;
	const char *cmd = "cmd_a := ld -r -o a b.o c.o";

	(void)state;
	assert_int_equal(build_cmd_inputs(cmd, strlen(cmd), &is_link, collect, &words), 7);
	words.count = 0;
	assert_int_equal(build_mod_members("a.o b.o", 7, collect, &words), 7);
	words.count = 0;
	assert_int_equal(build_order_modules("a.ko\nb.ko", 9, collect, &words), 7);
	assert_string_equal(words.text, "b.o a.o a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cmd_files_of_all_kernels),
		cmocka_unit_test(mod_files_of_all_kernels),
		cmocka_unit_test(modules_order_of_all_kernels),
		cmocka_unit_test(overlong_words_are_left_out),
		cmocka_unit_test(a_visit_can_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
