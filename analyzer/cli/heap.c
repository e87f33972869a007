/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/base/sanitizer.h"

/*
 * The heap is asked for in one piece: what is added to it later would not be advised. The
 * largest analysis of a kernel tree stays below; what goes beyond has small pages.
 */
#define HEAP_RESERVE (256 << 20)

/* More than the C library's start leaves over, so that asking for it makes the heap grow. */
#define HEAP_FIRST (192u << 10)

/* glibc's own step, for what comes behind the reserve, or for all if there was no room for it. */
#define HEAP_STEP (128 << 10)

#define HUGE_PAGE ((uintptr_t)2 << 20)

void heap_prepare(void)
{
#if defined(__GLIBC__) && !WITH_ADDRESS_SANITIZER
	uintptr_t begin;
	uintptr_t end;
	char *filler;

	/* one arena: those of threads lie elsewhere, on small pages; no thread allocates per event
	 */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TOP_PAD, HEAP_RESERVE);
	mallopt(M_TRIM_THRESHOLD, 2 * HEAP_RESERVE); /* it stays, whatever is freed at its end */
	filler = malloc(HEAP_FIRST);
	mallopt(M_TOP_PAD, HEAP_STEP);
	begin = ((uintptr_t)filler + HEAP_FIRST + HUGE_PAGE) & ~(HUGE_PAGE - 1);
	end = (uintptr_t)sbrk(0) & ~(HUGE_PAGE - 1);
	if (!filler || begin >= end || end - begin > HEAP_RESERVE) {
		free(filler);
		return;
	}
	madvise((void *)begin, end - begin, MADV_HUGEPAGE);
	/* what lies below the first huge page stays taken, up to the next block's header */
	filler = realloc(filler, begin - (uintptr_t)filler - sizeof(size_t));
	(void)filler;
#endif
}
