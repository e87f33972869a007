/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_blame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_wrappers(void **state)
{
	static const struct {
		const char *function, *declared;
		bool is_wrapper;
	} rows[] = {
		{"kzalloc", "include/linux/slab.h", true},
		/* An O= build or a module: absolute names end alike. */
		{"kzalloc", "/usr/src/linux-headers-6.1.0-9-common/include/linux/slab.h", true},
		/* Whole components count. */
		{"kzalloc", "my_include/linux/slab.h", false},
		{"kzalloc", "xinclude/linux/slab.h", false},
		{"kmalloc", "include/linux/slub_def.h", true},
		{"alloc_pages", "include/linux/gfp.h", true},
		/* fs.h is about file systems: only the one function is a wrapper. */
		{"alloc_inode_sb", "include/linux/fs.h", true},
		{"alloc_something", "include/linux/fs.h", false},
		/* A function of that name elsewhere is somebody's own. */
		{"kzalloc", "drivers/staging/compat.c", false},
		{"kvmalloc", "include/linux/mm.h", true},
		/* Seen in front of 37 call sites of Debian's 6.1 for 32-bit ARM. */
		{"kmemdup", "include/linux/fortify-string.h", true},
		{"memcpy", "include/linux/fortify-string.h", false},
		{"devm_kzalloc", "include/linux/device.h", true},
		{"devm_add_action_or_reset", "include/linux/device.h", false},
		{"acpi_os_allocate_zeroed", "include/acpi/platform/aclinuxex.h", true},
		{NULL, "include/linux/mm.h", false},
		{NULL, "include/linux/slab.h", true},
		{"kzalloc", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(function_is_wrapper(rows[i].function, rows[i].declared),
				 rows[i].is_wrapper);
	}
}

static void test_blame(void **state)
{
	static const struct debug_frame frames[] = {
		{"kmalloc", "include/linux/slab.h", "include/linux/slab.h", 563},
		{"kzalloc", "include/linux/slab.h", "include/linux/slab.h", 699},
		{"device_private_init", "drivers/base/core.c", "drivers/base/core.c", 3542},
		{"device_add", "drivers/base/core.c", "drivers/base/core.c", 3592},
	};

	(void)state;
	assert_int_equal(frames_blame(frames, 4), 2);
	assert_int_equal(frames_blame(frames + 2, 2), 0);
	assert_int_equal(frames_blame(frames, 2), 1); /* all wrappers: the function itself */
	assert_int_equal(frames_blame(frames, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrappers),
		cmocka_unit_test(test_blame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
