/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The objects of modules, as every kernel version records them, and by content where none does. */
#include "kernel_fixture.h"

/* A module "fs/foo/foo" of two members, linked as kbuild does, beside one built-in object. */
static void make_module(const struct fixture *fixture)
{
	compile_function(fixture, "init/main.o", "start_kernel");
	compile(fixture, "fs/foo/a.o",
		"static int shared(int a) { return a; } int foo_a(int a); int foo_a(int a) { "
		"return "
		"shared(a) + 1; } int foo_table[20] = {1};");
	compile(fixture, "fs/foo/b.o",
		"static int shared(int a) { return a; } int foo_b(int a); int foo_b(int a) { "
		"return "
		"shared(a) + 1; } static int buffer[100]; int *foo_buffer(void); int "
		"*foo_buffer(void) { return buffer; }");
	compile(fixture, "fs/foo/foo.mod.o", "char this_module[64] = \"foo\";");
	run(fixture, "ar cDPrST vmlinux.a init/main.o && "
		     "ld -r -o fs/foo/foo.o fs/foo/a.o fs/foo/b.o && "
		     "ld -r -o fs/foo/foo.ko fs/foo/foo.o fs/foo/foo.mod.o");
}

#define MEMBERS_OF_FOO "fs/foo/a.o:foo fs/foo/b.o:foo"

static void expect_foo(const struct fixture *fixture, const char *objects)
{
	expect_build(fixture, "vmlinux.a", 0, objects);
}

static void members_from_mod_file(void **state)
{
	const struct fixture *fixture = *state;
	static const char *const texts[] = {
		"fs/foo/a.o\nfs/foo/b.o\n",				/* 5.19 */
		"fs/foo/a.o fs/foo/b.o\n\n",				/* 5.4 */
		"fs/foo/foo.ko\nfs/foo/a.o fs/foo/b.o\nprintk kfree\n", /* 5.3 */
		"fs/foo/../foo/a.o ./fs/foo/b.o fs/foo/a.o",
	};

	make_module(fixture);
	write_text(fixture, "modules.order", "fs/foo/foo.ko\n");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text(fixture, "fs/foo/foo.mod", texts[i]);
		expect_foo(fixture, "init/main.o " MEMBERS_OF_FOO " fs/foo/foo.mod.o:foo");
	}
}

static void members_from_link_commands(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	write_text(fixture, "modules.order", "fs/foo/foo.o\n");
	write_text(fixture, "fs/foo/.foo.o.cmd",
		   "cmd_fs/foo/foo.o := ld -r -o fs/foo/foo.o fs/foo/a.o fs/foo/b.o ; objtool "
		   "fs/foo/foo.o\n");
	expect_foo(fixture, "init/main.o " MEMBERS_OF_FOO " fs/foo/foo.mod.o:foo");
	write_text(fixture, "fs/foo/members", "fs/foo/a.o\nfs/foo/b.o\n");
	write_text(fixture, "fs/foo/.foo.o.cmd",
		   "savedcmd_fs/foo/foo.o := ld -r -o fs/foo/foo.o @fs/foo/members\n");
	expect_foo(fixture, "init/main.o " MEMBERS_OF_FOO " fs/foo/foo.mod.o:foo");
}

/* 6.13: the last link names an object all modules share; the first module has it. */
static void shared_object_counts_once(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	compile_function(fixture, "fs/bar-two.o", "bar");
	compile_function(fixture, ".module-common.o", "common");
	write_text(fixture, "modules.order", "fs/foo/foo.o\nfs/bar-two.o\nfs/foo/foo.o\n");
	write_text(fixture, "fs/foo/foo.mod", "fs/foo/a.o\nfs/foo/b.o\n");
	write_text(fixture, "fs/bar-two.mod", "fs/bar-two.o\n");
	write_text(fixture, "fs/foo/.foo.ko.cmd",
		   "savedcmd_fs/foo/foo.ko := ld -r -T scripts/module.lds -o fs/foo/foo.ko "
		   "fs/foo/foo.o fs/foo/foo.mod.o .module-common.o\n");
	write_text(fixture, "fs/.bar-two.ko.cmd",
		   "savedcmd_fs/bar-two.ko := ld -r -T scripts/module.lds -o fs/bar-two.ko "
		   "fs/bar-two.o .module-common.o\n");
	expect_foo(fixture, "init/main.o fs/bar-two.o:bar_two " MEMBERS_OF_FOO
			    " fs/foo/foo.mod.o:foo .module-common.o:foo");
}

/* Before 5.3: one folder for all modules; the first line tells which one a file is about. */
static void members_from_tmp_versions(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	write_text(fixture, "modules.order", "kernel/fs/foo/foo.ko\n");
	write_text(fixture, ".tmp_versions/foo.mod", "fs/foo/foo.ko\nfs/foo/a.o fs/foo/b.o\n");
	expect_foo(fixture, "init/main.o " MEMBERS_OF_FOO " fs/foo/foo.mod.o:foo");
}

/* A module below kernel/ is not one with the old "kernel/" prefix. */
static void the_kernel_folder_is_real(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "kernel/torture.o", "torture");
	compile_function(fixture, "kernel/fs/odd.o", "odd");
	compile_function(fixture, "fs/odd.o", "other");
	write_text(fixture, "modules.order", "kernel/torture.ko\nkernel/fs/odd.ko\n");
	compile_function(fixture, "init/main.o", "start_kernel");
	run(fixture, "ar cDPrST vmlinux.a init/main.o");
	expect_foo(fixture, "init/main.o kernel/fs/odd.o:odd kernel/torture.o:torture");
}

/* Nothing recorded: foo.o is told from its members by what it defines. */
static void composite_by_content(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	compile_function(fixture, "fs/foo/stale.o", "left_over");
	write_text(fixture, "modules.order", "fs/foo/foo.ko\n");
	expect_foo(fixture, "init/main.o fs/foo/foo.mod.o:foo " MEMBERS_OF_FOO);
	run(fixture,
	    "strip --strip-debug --remove-section=.comment fs/foo/foo.o && rm modules.order");
	expect_foo(fixture, "init/main.o fs/foo/foo.mod.o:foo " MEMBERS_OF_FOO);
}

/* A member that is gone leaves the composite unexplained: it counts itself, its members do not. */
static void composite_explained_in_part(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	run(fixture, "rm fs/foo/b.o");
	expect_foo(fixture, "init/main.o fs/foo/foo.o:foo fs/foo/foo.mod.o:foo");
}

/* All symbols there, but not all bytes: a member without symbols must not get lost. */
static void composite_with_nameless_bytes(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	compile(fixture, "fs/foo/c.o", "__asm__(\".text\\n.skip 4096\\n\");");
	run(fixture, "ld -r -o fs/foo/foo.o fs/foo/a.o fs/foo/b.o fs/foo/c.o");
	expect_foo(fixture, "init/main.o fs/foo/foo.o:foo fs/foo/foo.mod.o:foo");
}

/* A weak function that a strong one replaced is missing from the composite. */
static void composite_with_replaced_weak(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile(fixture, "fs/foo/a.o",
		"int hook(int a); __attribute__((weak)) int hook(int a) { return a * 3 + 1; } "
		"int foo_a(int a); int foo_a(int a) { return hook(a); }");
	compile(fixture, "fs/foo/b.o", "int hook(int a); int hook(int a) { return a; }");
	run(fixture,
	    "ar cDPrST vmlinux.a init/main.o && "
	    "ld -r -o fs/foo/foo.o fs/foo/a.o fs/foo/b.o && cp fs/foo/foo.o fs/foo/foo.ko");
	expect_foo(fixture, "init/main.o " MEMBERS_OF_FOO);
}

/* A built-in object never becomes a member, however alike it is. */
static void built_in_twin_stays_built_in(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	run(fixture, "ar cDPrST vmlinux.a init/main.o && cp init/main.o init/copy.o && "
		     "cp init/main.o init/copy.ko");
	expect_foo(fixture, "init/main.o init/copy.o:copy");
}

/* A single object, compiled for a module as its .cmd says, is never searched for members. */
static void compiled_module(void **state)
{
	const struct fixture *fixture = *state;

	compile_function(fixture, "init/main.o", "start_kernel");
	compile_function(fixture, "drivers/dummy.o", "dummy");
	run(fixture, "ar cDPrST vmlinux.a init/main.o && cp drivers/dummy.o drivers/dummy_copy.o");
	write_text(fixture, "modules.order", "drivers/dummy.ko\n");
	write_text(fixture, "drivers/.dummy.o.cmd",
		   "cmd_drivers/dummy.o := gcc -c -o drivers/dummy.o drivers/dummy.c\n");
	expect_foo(fixture, "init/main.o drivers/dummy.o:dummy");
}

static void only_the_module_file(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	run(fixture, "rm fs/foo/*.o");
	write_text(fixture, "modules.order", "fs/foo/foo.ko\n");
	expect_foo(fixture, "init/main.o fs/foo/foo.ko:foo");
	run(fixture, "mv fs/foo/foo.ko fs/foo/foo.ko.xz");
	expect_build(fixture, "vmlinux.a", 1, "init/main.o");
	run(fixture, "rm fs/foo/foo.ko.xz");
	expect_build(fixture, "vmlinux.a", 1, "init/main.o");
}

/* Clang's LTO: foo.o is bitcode, the machine code of the module is in foo.prelink.o or foo.ko. */
static void bitcode_module(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	write_text(fixture, "modules.order", "fs/foo/foo.ko\n");
	run(fixture,
	    "cp fs/foo/foo.o fs/foo/foo.prelink.o && printf 'BC\\300\\336rest' > fs/foo/a.o && "
	    "cp fs/foo/a.o fs/foo/b.o && cp fs/foo/a.o fs/foo/foo.o");
	write_text(fixture, "fs/foo/foo.mod", "fs/foo/a.o\nfs/foo/b.o\n");
	expect_foo(fixture, "init/main.o fs/foo/foo.ko:foo");
	write_text(fixture, "fs/foo/.foo.ko.cmd",
		   "savedcmd_fs/foo/foo.ko := ld.lld -r -o fs/foo/foo.ko fs/foo/foo.prelink.o "
		   "fs/foo/foo.mod.o\n");
	expect_foo(fixture, "init/main.o fs/foo/foo.prelink.o:foo fs/foo/foo.mod.o:foo");
}

/* Names a build must not be made to read. */
static void members_outside_the_build(void **state)
{
	const struct fixture *fixture = *state;

	make_module(fixture);
	write_text(fixture, "modules.order", "fs/foo/foo.ko\n../../etc/evil.ko\n");
	write_text(fixture, "fs/foo/foo.mod", "fs/foo/a.o\n../outside.o\nfs/foo/gone.o\n");
	expect_build(fixture, "vmlinux.a", 3, "init/main.o fs/foo/a.o:foo fs/foo/foo.mod.o:foo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		kernel_test(members_from_mod_file),
		kernel_test(members_from_link_commands),
		kernel_test(shared_object_counts_once),
		kernel_test(members_from_tmp_versions),
		kernel_test(the_kernel_folder_is_real),
		kernel_test(composite_by_content),
		kernel_test(composite_explained_in_part),
		kernel_test(composite_with_nameless_bytes),
		kernel_test(composite_with_replaced_weak),
		kernel_test(built_in_twin_stays_built_in),
		kernel_test(compiled_module),
		kernel_test(only_the_module_file),
		kernel_test(bitcode_module),
		kernel_test(members_outside_the_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
