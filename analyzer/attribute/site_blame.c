/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_blame.h"

#include <string.h>

struct wrapper {
	const char *file;
	const char *function; /* NULL: everything the file declares */
};

static const struct wrapper wrappers[] = {
	/* kmalloc, kzalloc, kcalloc, kmem_cache_zalloc, kvmalloc (5.16 and newer), ... */
	{"include/linux/slab.h", NULL},
	/* kmalloc of each allocator, which slab.h included up to 6.5. */
	{"include/linux/slab_def.h", NULL},
	{"include/linux/slub_def.h", NULL},
	{"include/linux/slob_def.h", NULL},
	/* kmemtrace's and kmem_trace's wrappers around the allocator, up to 3.x. */
	{"include/linux/kmemtrace.h", NULL},
	/* alloc_pages and __get_free_pages: what large kmallocs were inlined to. */
	{"include/linux/gfp.h", NULL},
	/* Hooks of the sanitizers and of kmemleak inside the inlined allocation. */
	{"include/linux/kasan.h", NULL},
	{"include/linux/kmemleak.h", NULL},
	{"include/linux/kmsan.h", NULL},
	/* alloc_hooks() of memory allocation profiling, 6.10 and newer. */
	{"include/linux/alloc_tag.h", NULL},
	/* Inlined from mm.h up to 5.15; the rest of mm.h is not about allocating objects. */
	{"include/linux/mm.h", "kvmalloc"},
	{"include/linux/mm.h", "kvzalloc"},
	{"include/linux/mm.h", "kvzalloc_node"},
	{"include/linux/mm.h", "kvmalloc_array"},
	{"include/linux/mm.h", "kvcalloc"},
	/* kmem_cache_alloc_lru with the superblock's list: each file system's inodes. */
	{"include/linux/fs.h", "alloc_inode_sb"},
	/* CONFIG_FORTIFY_SOURCE, 5.18 and newer, puts a check in front of the function. */
	{"include/linux/fortify-string.h", "kmemdup"},
	{"include/linux/fortify-string.h", "kmemdup_noprof"},
	/* kmalloc that a driver need not free; in device/devres.h from 6.15 on. */
	{"include/linux/device.h", "devm_kzalloc"},
	{"include/linux/device.h", "devm_kmalloc_array"},
	{"include/linux/device.h", "devm_kcalloc"},
	{"include/linux/device.h", "devm_krealloc_array"},
	{"include/linux/device/devres.h", "devm_kzalloc"},
	{"include/linux/device/devres.h", "devm_kmalloc_array"},
	{"include/linux/device/devres.h", "devm_kcalloc"},
	{"include/linux/device/devres.h", "devm_krealloc_array"},
	/* ACPICA's names for kmalloc, kzalloc and kmem_cache_zalloc. */
	{"include/acpi/platform/aclinuxex.h", "acpi_os_allocate"},
	{"include/acpi/platform/aclinuxex.h", "acpi_os_allocate_zeroed"},
	{"include/acpi/platform/aclinuxex.h", "acpi_os_acquire_object"},
};

/* Is path file, or a longer path that ends in it? */
static bool path_ends_in(const char *path, const char *file)
{
	size_t length = strlen(path);
	size_t tail = strlen(file);

	return length >= tail && strcmp(path + length - tail, file) == 0 &&
	       (length == tail || path[length - tail - 1] == '/');
}

bool function_is_wrapper(const char *function, const char *declared)
{
	if (!declared) {
		return false;
	}
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (path_ends_in(declared, wrappers[i].file) &&
		    (!wrappers[i].function ||
		     (function && strcmp(function, wrappers[i].function) == 0))) {
			return true;
		}
	}
	return false;
}

size_t frames_blame(const struct debug_frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!function_is_wrapper(frames[i].function, frames[i].declared)) {
			return i;
		}
	}
	return count ? count - 1 : 0;
}
