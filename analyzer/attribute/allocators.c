/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/allocators.h"

#include <stddef.h>
#include <string.h>

/* _noprof: the functions behind the macros of memory allocation profiling. */
#define PROFILED_SUFFIX "_noprof"

struct allocator_row {
	const char *name;
	enum allocator_role role;
	const char *kernels; /* that have it as a function of its own */
};

static const struct allocator_row rows[] = {
	/* kmalloc family, event kmalloc (kmalloc_node up to 6.0) */
	{"__kmalloc", ALLOCATOR_ENTRY, "all"},
	{"__kmalloc_node", ALLOCATOR_ENTRY, "NUMA, all; 6.10: _noprof"},
	{"kmalloc_trace", ALLOCATOR_ENTRY, "6.1 to 6.9"},
	{"kmalloc_node_trace", ALLOCATOR_ENTRY, "6.1 to 6.9"},
	{"__kmalloc_cache", ALLOCATOR_ENTRY, "6.10, _noprof"},
	{"__kmalloc_cache_node", ALLOCATOR_ENTRY, "6.10, _noprof"},
	{"__kmalloc_large", ALLOCATOR_ENTRY, "6.10, _noprof"},
	{"__kmalloc_large_node", ALLOCATOR_ENTRY, "6.10, _noprof"},
	{"kmalloc_large", ALLOCATOR_ENTRY, "3.12 SLUB; 6.1 to 6.9"},
	{"kmalloc_large_node", ALLOCATOR_ENTRY, "6.0 to 6.9"},
	{"kmalloc_order", ALLOCATOR_ENTRY, "3.10 to 5.19"},
	{"kmalloc_order_trace", ALLOCATOR_ENTRY, "2.6.37 to 5.19"},
	{"kmem_cache_alloc_trace", ALLOCATOR_ENTRY, "2.6.37 to 6.0"},
	{"kmem_cache_alloc_node_trace", ALLOCATOR_ENTRY, "2.6.37 to 6.0"},
	{"kmem_cache_alloc_notrace", ALLOCATOR_ENTRY, "2.6.31 to 2.6.36"},
	{"kmem_cache_alloc_node_notrace", ALLOCATOR_ENTRY, "2.6.31 to 2.6.36"},
	{"kmalloc_nolock", ALLOCATOR_ENTRY, "6.18, _noprof"},
	{"kvmalloc_node", ALLOCATOR_ENTRY, "4.12; jumps to __kmalloc_node"},
	{"__kvmalloc_node", ALLOCATOR_ENTRY, "6.11, _noprof"},
	/* the headers' inline functions, where the compiler kept a copy */
	{"kmalloc", ALLOCATOR_ENTRY, "slab.h"},
	{"kmalloc_node", ALLOCATOR_ENTRY, "slab.h"},
	{"kzalloc", ALLOCATOR_ENTRY, "slab.h"},
	{"kzalloc_node", ALLOCATOR_ENTRY, "slab.h"},
	{"kmalloc_array", ALLOCATOR_ENTRY, "slab.h"},
	{"kmalloc_array_node", ALLOCATOR_ENTRY, "slab.h"},
	{"kcalloc", ALLOCATOR_ENTRY, "slab.h"},
	{"kcalloc_node", ALLOCATOR_ENTRY, "slab.h"},
	{"kvmalloc", ALLOCATOR_ENTRY, "slab.h, mm.h"},
	{"kvzalloc", ALLOCATOR_ENTRY, "slab.h, mm.h"},
	{"kvmalloc_array", ALLOCATOR_ENTRY, "slab.h, mm.h"},
	{"kvcalloc", ALLOCATOR_ENTRY, "slab.h, mm.h"},
	{"kmem_cache_zalloc", ALLOCATOR_ENTRY, "slab.h"},
	/* kmem_cache family, event kmem_cache_alloc (kmem_cache_alloc_node up to 6.0) */
	{"kmem_cache_alloc", ALLOCATOR_ENTRY, "all"},
	{"kmem_cache_alloc_node", ALLOCATOR_ENTRY, "NUMA, all"},
	{"kmem_cache_alloc_lru", ALLOCATOR_ENTRY, "5.18"},
	{"kmem_cache_alloc_from_sheaf", ALLOCATOR_ENTRY, "6.18, _noprof"},
	/* told whom to record */
	{"__kmalloc_track_caller", ALLOCATOR_TRACKED, "2.6.31 to 6.9"},
	{"__kmalloc_node_track_caller", ALLOCATOR_TRACKED, "NUMA, all; 6.10: _noprof"},
	{"kmalloc_node_track_caller", ALLOCATOR_TRACKED, "6.10, _noprof"},
};

/* The part of a symbol's name that the source has. */
static size_t source_length(const char *name)
{
	const char *dot = strchr(name, '.');
	size_t length = dot ? (size_t)(dot - name) : strlen(name);
	size_t suffix = strlen(PROFILED_SUFFIX);

	if (length > suffix && memcmp(name + length - suffix, PROFILED_SUFFIX, suffix) == 0) {
		length -= suffix;
	}
	return length;
}

enum allocator_role allocator_role(const char *name)
{
	size_t length;

	/* Most functions asked about are no allocators: all these begin with k or __k. */
	if (name[0] != 'k' && name[0] != '_') {
		return ALLOCATOR_NOT;
	}
	length = source_length(name);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strncmp(rows[i].name, name, length) == 0 && rows[i].name[length] == '\0') {
			return rows[i].role;
		}
	}
	return ALLOCATOR_NOT;
}
