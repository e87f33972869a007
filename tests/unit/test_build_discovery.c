/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which objects are part of a kernel: one small real build per way a kernel
 * version records it.
 */
#include "kernel_fixture.h"

/* "!<thin>\n" archives whose members are archives: GNU ar flattens those, other tools keep them. */
static void write_thin_archive(const struct fixture *fixture, const char *path,
			       const char *const *members)
{
	char names[2048] = "";
	char text[4096];
	size_t used = 0;

	for (size_t i = 0; members[i]; i++) {
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s/\n", members[i]);
	}
	if (used % 2) {
		(void)snprintf(names + used, sizeof(names) - used, "\n");
	}
	used = (size_t)snprintf(text, sizeof(text), "!<thin>\n%-48s%-10zu`\n%s", "//",
				strlen(names), names);
	for (size_t i = 0, offset = 0; members[i]; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "/%-15zu%-12s%-6s%-6s%-8s%-10d`\n", offset, "0", "0", "0",
					 "644", 100);
		offset += strlen(members[i]) + 2;
	}
	write_text(fixture, path, text);
}

/* 6.1 and newer: vmlinux.a says it all, and stray objects are not part of it. */
static void vmlinux_archive(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "arch/x86/kernel/head_64.o", "startup");
	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "init/version-timestamp.o", "version_timestamp");
	compile_function(fixture, "fs/stale.o", "left_over");
	compile_function(fixture, "scripts/mod/modpost.o", "host_tool");
	compile_function(fixture, ".vmlinux.export.o", "exports");
	compile_function(fixture, ".tmp_vmlinux.kallsyms1.o", "pass_one");
	compile_function(fixture, ".tmp_vmlinux.kallsyms2.o", "pass_two");
	run(fixture, "ar cDPrST vmlinux.a arch/x86/kernel/head_64.o init/main.o init/main.o");
	expect_build(fixture, "vmlinux.a", 0,
		     "arch/x86/kernel/head_64.o init/main.o init/version-timestamp.o "
		     ".vmlinux.export.o .tmp_vmlinux.kallsyms2.o");
}

/* A regular archive stores bare names: they are files beside it. */
static void regular_archive(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "main.o", "start_kernel");
	compile_function(fixture, "a_member_with_a_long_name.o", "long_name");
	run(fixture, "ar rcs vmlinux.a main.o a_member_with_a_long_name.o");
	expect_build(fixture, "vmlinux.a", 0, "main.o a_member_with_a_long_name.o");
}

/* built-in.a of built-in.a, one of them twice and one in a circle; odd spellings of paths. */
static void nested_archives(void **state)
{
	const struct fixture *fixture = *state;
	const char *const top[] = {"init/main.o", "fs/built-in.a", "./fs//built-in.a", NULL};
	const char *const fs[] = {"open.o", "../fs/ext4/../super.o", "ext4/built-in.a", NULL};
	const char *const ext4[] = {"inode.o", "../../built-in.a", "../open.o", NULL};

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "fs/open.o", "open_file");
	compile_function(fixture, "fs/super.o", "super");
	compile_function(fixture, "fs/ext4/inode.o", "ext4_inode");
	write_thin_archive(fixture, "built-in.a", top);
	write_thin_archive(fixture, "fs/built-in.a", fs);
	write_thin_archive(fixture, "fs/ext4/built-in.a", ext4);
	expect_build(fixture, "built-in.a", 0, "init/main.o fs/open.o fs/super.o fs/ext4/inode.o");
}

/* Missing members and members outside the build are counted; absolute names inside it are fine. */
static void members_elsewhere(void **state)
{
	const struct fixture *fixture = *state;
	char absolute[256];
	const char *const top[] = {"init/main.o", "init/gone.o", "../../etc/passwd.o",
				   "/bin/sh.o",	  absolute,	 NULL};

	(void)snprintf(absolute, sizeof(absolute), "%s/lib/bitmap.o", fixture->root);
	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "lib/bitmap.o", "bitmap");
	write_thin_archive(fixture, "vmlinux.a", top);
	expect_build(fixture, "vmlinux.a", 3, "init/main.o lib/bitmap.o");
}

/* A damaged vmlinux.a is reported, and the next evidence is used. */
static void damaged_archive(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	write_text(fixture, "vmlinux.a", "!<thin>\ngarbage");
	run(fixture, "ar cDPrST built-in.a init/main.o");
	expect_build(fixture, "built-in.a", 1, "init/main.o");
}

/* 4.17 to 6.0: an archive per folder, head objects by name, lib.a on demand. */
static void archive_per_folder(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "arch/x86/kernel/head_64.o", "startup");
	compile_function(fixture, "arch/x86/kernel/not_linked.o", "unknown_head");
	compile_function(fixture, "arch/x86/kernel/setup.o", "setup_arch");
	compile_function(fixture, "arch/x86/boot/main.o", "boot_main");
	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "lib/used.o", "lib_used");
	compile_function(fixture, "lib/unused.o", "lib_unused");
	run(fixture, "ar cDPrST arch/x86/kernel/built-in.a arch/x86/kernel/setup.o && "
		     "ar cDPrST arch/x86/boot/built-in.a arch/x86/boot/main.o && "
		     "ar cDPrST init/built-in.a init/main.o && "
		     "ar cDPrsT lib/lib.a lib/used.o lib/unused.o");
	link_vmlinux(fixture, "arch/x86/kernel/head_64.o arch/x86/kernel/setup.o init/main.o "
			      "lib/used.o");
	expect_build(fixture, "built-in.a", 0,
		     "arch/x86/kernel/setup.o init/main.o arch/x86/kernel/head_64.o lib/used.o");
}

/* Without a vmlinux to ask, what may be linked counts as linked. */
static void archive_per_folder_without_vmlinux(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "arch/x86/kernel/head_64.o", "startup");
	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "lib/used.o", "lib_used");
	run(fixture, "ar cDPrST init/built-in.a init/main.o && ar cDPrsT lib/lib.a lib/used.o");
	write_text(fixture, "init/built-in.o", "stale, of a kernel before 4.17");
	expect_build(fixture, "built-in.a", 0, "init/main.o arch/x86/kernel/head_64.o lib/used.o");
}

/* Before 4.13: built-in.o and composites are relocatable links, named by .cmd files. */
static void relocatable_builtins(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "fs/open.o", "open_file");
	compile_function(fixture, "fs/parts_a.o", "part_a");
	compile_function(fixture, "fs/parts_b.o", "part_b");
	run(fixture,
	    "ld -r -o fs/parts.o fs/parts_a.o fs/parts_b.o && "
	    "ld -r -o fs/built-in.o fs/open.o fs/parts.o && cp init/main.o init/built-in.o && "
	    "mkdir net && ar rcs net/built-in.o");
	write_text(fixture, "fs/.parts.o.cmd",
		   "cmd_fs/parts.o := ld -r -o fs/parts.o fs/parts_a.o fs/parts_b.o\n");
	write_text(fixture, "fs/.open.o.cmd", "cmd_fs/open.o := gcc -c -o fs/open.o fs/open.c\n");
	write_text(fixture, "fs/.built-in.o.cmd",
		   "cmd_fs/built-in.o :=  ld -r -o fs/built-in.o fs/open.o fs/parts.o\n");
	write_text(fixture, "init/.built-in.o.cmd",
		   "cmd_init/built-in.o :=  ld -r -o init/built-in.o init/main.o\n");
	expect_build(fixture, "built-in.o", 0, "fs/open.o fs/parts_a.o fs/parts_b.o init/main.o");
}

/* 4.13 to 4.16: built-in.o and composites are thin archives under a .o name. */
static void thin_builtins(void **state)
{
	const struct fixture *fixture = *state;
	const char *const fs[] = {"open.o", "parts.o", NULL};
	const char *const parts[] = {"parts_a.o", "parts_b.o", NULL};

	compile_function(fixture, "fs/open.o", "open_file");
	compile_function(fixture, "fs/parts_a.o", "part_a");
	compile_function(fixture, "fs/parts_b.o", "part_b");
	write_thin_archive(fixture, "fs/built-in.o", fs);
	write_thin_archive(fixture, "fs/parts.o", parts);
	write_text(fixture, "System.map", "");
	expect_build(fixture, "built-in.o", 0, "fs/open.o fs/parts_a.o fs/parts_b.o");
}

/* No record at all: every object that is neither another program's nor made of others. */
static void plain_walk(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "fs/parts_a.o", "part_a");
	compile_function(fixture, "fs/parts_b.o", "part_b");
	compile_function(fixture, "fs/known_a.o", "known_a");
	compile_function(fixture, "arch/x86/entry/vdso/vma.o", "map_vdso");
	compile_function(fixture, "arch/x86/entry/vdso/vclock_gettime.o", "vdso_gettime");
	compile_function(fixture, "arch/x86/boot/a20.o", "enable_a20");
	compile_function(fixture, "arch/x86/purgatory/sha256.o", "purgatory_sha256");
	compile_function(fixture, "tools/objtool/check.o", "objtool_check");
	compile_function(fixture, "fs/.tmp_open.o", "temporary");
	run(fixture, "ld -r -o fs/parts.o fs/parts_a.o fs/parts_b.o && "
		     "ld -r -o fs/known.o fs/known_a.o && "
		     "ld -r -o vmlinux.o init/main.o fs/parts.o && cp vmlinux.o init/built-in.o");
	write_text(fixture, "fs/.known.o.cmd",
		   "cmd_fs/known.o := ld -r -o fs/known.o fs/known_a.o\n");
	expect_build(
		fixture, "directory walk", 0,
		"arch/x86/entry/vdso/vma.o fs/known_a.o fs/parts_a.o fs/parts_b.o init/main.o");
}

/* The same with a vmlinux: its symbols decide, also over folders that are doubtful. */
static void walk_decided_by_vmlinux(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "fs/stale.o", "left_over");
	compile_function(fixture, "drivers/firmware/efi/libstub/gop.stub.o", "efi_gop");
	compile_function(fixture, "drivers/firmware/efi/libstub/file.o", "efi_file");
	compile(fixture, "kernel/labels.o", "__asm__(\"nop\");");
	link_vmlinux(fixture,
		     "init/main.o drivers/firmware/efi/libstub/gop.stub.o kernel/labels.o");
	expect_build(fixture, "directory walk", 0,
		     "drivers/firmware/efi/libstub/gop.stub.o init/main.o kernel/labels.o");
}

/* Objects of another class (real-mode code, host tools) are never part of it. */
static void foreign_machines(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "kernel/fork.o", "kernel_clone");
	write_text(fixture, "kernel/real.s", ".globl real\nreal: nop\n.size real, 1\n");
	run(fixture, "as --32 -o kernel/real.o kernel/real.s");
	expect_build(fixture, "directory walk", 0, "init/main.o kernel/fork.o");
	link_vmlinux(fixture, "init/main.o kernel/fork.o");
	run(fixture, "ar cDPrST vmlinux.a init/main.o kernel/fork.o kernel/real.o");
	expect_build(fixture, "vmlinux.a", 1, "init/main.o kernel/fork.o");
}

/* Loops of links, pipes and folders named like objects neither hang nor count. */
static void odd_files(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	run(fixture, "ln -s .. init/loop && ln -s . source && ln -s self.o self.o && "
		     "mkdir fs net && mkfifo fs/pipe.o && mkdir net/folder.o && "
		     "ln -s ../init/main.o fs/linked.o && mkfifo init/built-in.a");
	run(fixture, "rm fs/linked.o");
	expect_build(fixture, "directory walk", 0, "init/main.o");
	write_thin_archive(fixture, "vmlinux.a",
			   (const char *const[]){"init/main.o", "fs/pipe.o", "self.o", NULL});
	expect_build(fixture, "vmlinux.a", 2, "init/main.o");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		kernel_test(vmlinux_archive),
		kernel_test(regular_archive),
		kernel_test(nested_archives),
		kernel_test(members_elsewhere),
		kernel_test(damaged_archive),
		kernel_test(archive_per_folder),
		kernel_test(archive_per_folder_without_vmlinux),
		kernel_test(relocatable_builtins),
		kernel_test(thin_builtins),
		kernel_test(plain_walk),
		kernel_test(walk_decided_by_vmlinux),
		kernel_test(foreign_machines),
		kernel_test(odd_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
