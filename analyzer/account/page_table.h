/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live blocks of pages: first page frame number -> order and owner.
 *
 * A block may be freed in parts (a kernel splits one it allocated as a whole): what is
 * left of it goes on living as smaller blocks, as in the buddy allocator, so one free never
 * adds more than one block per order. Open addressing, backward-shift deletion,
 * at most half full: 16 to 64 bytes per live block.
 */
#ifndef ANALYZER_ACCOUNT_PAGE_TABLE_H
#define ANALYZER_ACCOUNT_PAGE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/pointer_hash.h"

struct page_block {
	uint64_t pfn; /* 0: a free slot */
	uint32_t owner;
	uint32_t order;
};

struct page_table {
	struct pointer_hash_key key;
	struct page_block *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void page_table_init(struct page_table *table, const struct pointer_hash_key *key);
void page_table_release(struct page_table *table);

/* The block that begins at pfn, NULL if there is none; valid until the next change. */
struct page_block *page_table_find(const struct page_table *table, uint64_t pfn);

/* Adds a block; pfn (not 0) begins none yet. False: no memory. */
bool page_table_add(struct page_table *table, struct page_block block);

/*
 * Takes the 2^order pages from pfn on out of the block they are in, and returns its owner
 * in *ret: 1; 0 if no block holds all of them; -1 for want of memory.
 */
int page_table_take(struct page_table *table, uint64_t pfn, unsigned int order, uint32_t *ret);

#endif
