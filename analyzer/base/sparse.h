/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers that are larger than what is ever used of them.
 *
 * Room for the worst case costs nothing where untouched pages do not exist. On the heap,
 * which is on huge pages (analyzer/cli/heap.h), they would, 2 MiB at a time; these lie
 * elsewhere, each on small pages of its own.
 */
#ifndef ANALYZER_BASE_SPARSE_H
#define ANALYZER_BASE_SPARSE_H

#include <stddef.h>

/* size bytes (not 0) of any content; NULL: no memory. */
void *sparse_alloc(size_t size);

/* Gives back a block of that size; NULL is nothing. */
void sparse_free(void *block, size_t size);

#endif
