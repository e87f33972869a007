/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel of three files with debug info, compiled by gcc when the test runs: an O= build,
 * so that comp_dir is not the source. What allocates is inlined twice.
 */
#ifndef TESTS_UNIT_DEBUG_FIXTURE_H
#define TESTS_UNIT_DEBUG_FIXTURE_H

#include "kernel_fixture.h"

/* Lines are counted on: line 3 of slab.h returns from __kmalloc, line 7 from kmalloc. */
static const char debug_slab_h[] =
	"void *__kmalloc(unsigned long size);\n"
	"static inline __attribute__((always_inline)) void *kmalloc(unsigned long n)\n"
	"{ return __kmalloc(n); }\n"
	"static inline __attribute__((always_inline)) void *\n"
	"kzalloc(unsigned long n)\n"
	"{\n"
	"	return kmalloc(n);\n"
	"}\n";

/* helper calls in line 5, alloc_thing in line 9. */
static const char debug_thing_c[] =
	"#include <linux/slab.h>\n"
	"void *thing_kept; static int thing_count; int *thing_counter = &thing_count;\n"
	"static inline __attribute__((always_inline)) void *helper(unsigned long n)\n"
	"{\n"
	"	void *p = kzalloc(n);\n"
	"	return p;\n"
	"}\n"
	"__attribute__((noinline)) void alloc_thing(void) {\n"
	"	thing_kept = helper(40);\n"
	"	thing_count++;\n"
	"}\n";

static const char debug_main_c[] = "void alloc_thing(void);\n"
				   "void _start(void) { alloc_thing(); for (;;); }\n";

static const char debug_slab_c[] = "static char memory[64];\n"
				   "void *__kmalloc(unsigned long n) { return memory + n % 2; }\n";

static inline void source_write(const struct fixture *fixture, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", fixture->root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* root/src is the source, root/out the build with vmlinux and drivers/thing.ko. */
static inline void debug_kernel_build(const struct fixture *fixture, const char *flags)
{
	run(fixture, "mkdir -p src/init src/mm src/drivers src/include/linux out");
	source_write(fixture, "src/include/linux/slab.h", debug_slab_h);
	source_write(fixture, "src/init/main.c", debug_main_c);
	source_write(fixture, "src/mm/slab.c", debug_slab_c);
	source_write(fixture, "src/drivers/thing.c", debug_thing_c);
	run(fixture,
	    "cd out && mkdir -p init mm drivers && for f in init/main mm/slab drivers/thing; do "
	    "gcc -c -O2 -fno-pie -fno-ipa-icf -ffreestanding -fno-stack-protector "
	    "-fno-asynchronous-unwind-tables -fcf-protection=none %s -I../src/include "
	    "../src/$f.c -o $f.o || exit 1; done; "
	    "gcc -nostdlib -static -no-pie -Wl,--build-id -Wl,-e,_start -o vmlinux init/main.o "
	    "mm/slab.o drivers/thing.o && cp drivers/thing.o drivers/thing.ko",
	    flags);
}

#endif
