/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/page_table.h"

#include <stdlib.h>

#include "analyzer/input/text_page.h"

#define CAPACITY_FIRST 1024u

void page_table_init(struct page_table *table, const struct pointer_hash_key *key)
{
	*table = (struct page_table){.key = *key};
}

void page_table_release(struct page_table *table)
{
	free(table->slots);
	*table = (struct page_table){0};
}

static size_t home_of(const struct page_table *table, uint64_t pfn)
{
	return (size_t)pointer_hash(&table->key, pfn) & (table->capacity - 1);
}

/* The slot of pfn, or the free one where it would go. */
static size_t slot_of(const struct page_table *table, uint64_t pfn)
{
	size_t slot = home_of(table, pfn);

	while (table->slots[slot].pfn != 0 && table->slots[slot].pfn != pfn) {
		slot = (slot + 1) & (table->capacity - 1);
	}
	return slot;
}

static bool grow(struct page_table *table)
{
	struct page_table larger = *table;
	struct page_block *old;

	larger.capacity = table->capacity ? 2 * table->capacity : CAPACITY_FIRST;
	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots) {
		return false;
	}
	for (size_t i = 0; i < table->capacity; i++) {
		if (table->slots[i].pfn != 0) {
			larger.slots[slot_of(&larger, table->slots[i].pfn)] = table->slots[i];
		}
	}
	old = table->slots;
	table->slots = larger.slots;
	table->capacity = larger.capacity;
	free(old);
	return true;
}

struct page_block *page_table_find(const struct page_table *table, uint64_t pfn)
{
	size_t slot;

	if (table->count == 0 || pfn == 0) {
		return NULL;
	}
	slot = slot_of(table, pfn);
	return table->slots[slot].pfn == pfn ? &table->slots[slot] : NULL;
}

bool page_table_add(struct page_table *table, struct page_block block)
{
	if (2 * (table->count + 1) > table->capacity && !grow(table)) {
		return false;
	}
	table->slots[slot_of(table, block.pfn)] = block;
	table->count++;
	return true;
}

/* Closes the gap, so that every block is still found from its home on. */
static void remove_at(struct page_table *table, size_t gap)
{
	const size_t mask = table->capacity - 1;

	for (size_t next = (gap + 1) & mask; table->slots[next].pfn != 0;
	     next = (next + 1) & mask) {
		size_t home = home_of(table, table->slots[next].pfn);

		if (((next - home) & mask) >= ((next - gap) & mask)) {
			table->slots[gap] = table->slots[next];
			gap = next;
		}
	}
	table->slots[gap].pfn = 0;
	table->count--;
}

int page_table_take(struct page_table *table, uint64_t pfn, unsigned int order, uint32_t *ret)
{
	struct page_block *found = NULL;
	struct page_block block;

	for (unsigned int k = order; k <= TEXT_PAGE_ORDER_MAX && !found; k++) {
		found = page_table_find(table, pfn >> k << k);
		if (found && found->order < k) {
			found = NULL;
		}
	}
	if (!found) {
		return 0;
	}
	block = *found;
	*ret = block.owner;
	remove_at(table, (size_t)(found - table->slots));
	while (block.order > order) {
		struct page_block rest = block;

		/* the half without pfn stays */
		block.order--;
		rest.order = block.order;
		if (pfn - block.pfn >= (uint64_t)1 << block.order) {
			block.pfn += (uint64_t)1 << block.order;
		} else {
			rest.pfn += (uint64_t)1 << block.order;
		}
		if (!page_table_find(table, rest.pfn) && !page_table_add(table, rest)) {
			return -1;
		}
	}
	return 1;
}
