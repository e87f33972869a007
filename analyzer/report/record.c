/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/record.h"

const char *allocation_filter_text(enum allocation_filter filter)
{
	switch (filter) {
	case ALLOCATIONS_KMALLOC:
		return "kmalloc family only (--malloc)";
	case ALLOCATIONS_CACHE:
		return "kmem_cache_alloc family only (--cache)";
	default:
		return NULL;
	}
}
