/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/base/sparse.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "analyzer/base/sanitizer.h"

/* Less than this is not worth pages of its own: batches of recordings, which are filled. */
#define SPARSE_MIN (256u * 1024u)

static bool is_on_heap(size_t size)
{
	/* AddressSanitizer watches the ends of what malloc gave out */
	return WITH_ADDRESS_SANITIZER || size < SPARSE_MIN;
}

void *sparse_alloc(size_t size)
{
	void *block;

	if (is_on_heap(size)) {
		return malloc(size);
	}
	block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return block == MAP_FAILED ? NULL : block;
}

void sparse_free(void *block, size_t size)
{
	if (is_on_heap(size)) {
		free(block);
	} else if (block) {
		munmap(block, size);
	}
}
