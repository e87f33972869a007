/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/live_table.h"

#include <stdlib.h>
#include <string.h>

#define SUBTABLE_FIRST 24u

void live_table_init(struct live_table *table, const struct pointer_hash_key *key,
		     unsigned int skip)
{
	*table = (struct live_table){.key = *key, .skip = skip};
}

void live_table_release(struct live_table *table)
{
	for (unsigned int i = 0; i < LIVE_SUBTABLES; i++) {
		free(table->subtables[i].slots);
	}
	free(table->wide);
	*table = (struct live_table){0};
}

static inline unsigned int subtable_of(uint64_t hash)
{
	return (unsigned int)(hash >> 58); /* LIVE_SUBTABLES is 64 */
}

/* The home slot: 32 bits of the hash scaled to the capacity; monotonic in the hash. */
static inline uint32_t home_slot(uint64_t hash, uint32_t capacity)
{
	return (uint32_t)(((hash << 6) >> 32) * capacity >> 32);
}

static inline uint32_t next_slot(const struct live_subtable *subtable, uint32_t slot)
{
	return slot + 1 == subtable->capacity ? 0 : slot + 1;
}

void live_table_prefetch(const struct live_table *table, uint64_t hash)
{
	const struct live_subtable *subtable = &table->subtables[subtable_of(hash)];

	if (subtable->slots) {
		__builtin_prefetch(&subtable->slots[home_slot(hash, subtable->capacity)], 1);
	}
}

/* The slot that holds pointer, or the free one where it belongs. */
static inline uint32_t find_slot(const struct live_subtable *subtable, uint64_t hash,
				 uint64_t pointer)
{
	uint32_t slot = home_slot(hash, subtable->capacity);

	while (subtable->slots[slot].pointer != pointer && subtable->slots[slot].pointer != 0) {
		slot = next_slot(subtable, slot);
	}
	return slot;
}

static bool subtable_grow(const struct live_table *table, struct live_subtable *subtable)
{
	struct live_subtable larger = {.count = subtable->count};
	uint64_t capacity = subtable->capacity
				    ? subtable->capacity + (uint64_t)subtable->capacity / 2
				    : SUBTABLE_FIRST;

	if (capacity > UINT32_MAX) {
		return false;
	}
	larger.capacity = (uint32_t)capacity;
	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots) {
		return false;
	}
	for (uint32_t i = 0; i < subtable->capacity; i++) {
		const struct live_entry *entry = &subtable->slots[i];

		if (entry->pointer) {
			uint64_t hash = live_table_hash(table, entry->pointer);

			larger.slots[find_slot(&larger, hash, entry->pointer)] = *entry;
		}
	}
	free(subtable->slots);
	*subtable = larger;
	return true;
}

/* Stores sizes beyond 32 bits at *ret_index; false: no memory. */
static bool wide_put(struct live_table *table, const struct live_object *object,
		     uint32_t *ret_index)
{
	if (!table->wide_free) {
		uint32_t capacity = table->wide_capacity ? table->wide_capacity * 2 : 16;
		struct live_wide *wide;

		if (capacity < table->wide_capacity) {
			return false;
		}
		wide = realloc(table->wide, capacity * sizeof(*wide));
		if (!wide) {
			return false;
		}
		for (uint32_t i = table->wide_capacity; i < capacity; i++) {
			wide[i].bytes_req = i + 1 < capacity ? i + 2 : 0;
		}
		table->wide = wide;
		table->wide_free = table->wide_capacity + 1;
		table->wide_capacity = capacity;
	}
	*ret_index = table->wide_free - 1;
	table->wide_free = (uint32_t)table->wide[*ret_index].bytes_req;
	table->wide[*ret_index] = (struct live_wide){object->bytes_req, object->bytes_alloc};
	return true;
}

static void entry_get(const struct live_table *table, const struct live_entry *entry,
		      struct live_object *ret)
{
	ret->site = entry->site;
	if (entry->bytes_req == LIVE_WIDE) {
		ret->bytes_req = table->wide[entry->bytes_alloc].bytes_req;
		ret->bytes_alloc = table->wide[entry->bytes_alloc].bytes_alloc;
	} else {
		ret->bytes_req = entry->bytes_req;
		ret->bytes_alloc = entry->bytes_alloc;
	}
}

/* entry_get for an entry that goes away. */
static void entry_retire(struct live_table *table, const struct live_entry *entry,
			 struct live_object *ret)
{
	entry_get(table, entry, ret);
	if (entry->bytes_req == LIVE_WIDE) {
		table->wide[entry->bytes_alloc].bytes_req = table->wide_free;
		table->wide_free = entry->bytes_alloc + 1;
	}
}

static bool is_wide(const struct live_object *object)
{
	return (object->bytes_req | object->bytes_alloc) > UINT32_MAX ||
	       object->bytes_req == LIVE_WIDE;
}

enum live_result live_table_put(struct live_table *table, uint64_t hash, uint64_t pointer,
				const struct live_object *object, struct live_object *ret_old)
{
	struct live_subtable *subtable = &table->subtables[subtable_of(hash)];
	uint32_t bytes_req = (uint32_t)object->bytes_req;
	uint32_t bytes_alloc = (uint32_t)object->bytes_alloc;
	enum live_result result = LIVE_NEW;
	struct live_entry *slot;

	if (subtable->count >= subtable->capacity / 3 * 2 && !subtable_grow(table, subtable)) {
		return LIVE_NO_MEMORY;
	}
	if (is_wide(object)) {
		uint32_t index;

		if (!wide_put(table, object, &index)) {
			return LIVE_NO_MEMORY;
		}
		bytes_req = LIVE_WIDE;
		bytes_alloc = index;
	}
	slot = &subtable->slots[find_slot(subtable, hash, pointer)];
	if (slot->pointer) {
		entry_retire(table, slot, ret_old);
		result = LIVE_FOUND;
	} else {
		subtable->count++;
		table->count++;
	}
	/* field by field: a copy of what was just built waits for its parts to be stored */
	slot->pointer = pointer;
	slot->bytes_req = bytes_req;
	slot->bytes_alloc = bytes_alloc;
	slot->site = object->site;
	return result;
}

/* Closes the gap at slot: moves back every entry of the run that may stand there. */
static void subtable_close(const struct live_table *table, struct live_subtable *subtable,
			   uint32_t gap)
{
	uint32_t slot = gap;

	for (;;) {
		uint32_t home;

		slot = next_slot(subtable, slot);
		if (!subtable->slots[slot].pointer) {
			break;
		}
		home = home_slot(live_table_hash(table, subtable->slots[slot].pointer),
				 subtable->capacity);
		/* stays where it is if its home lies cyclically in (gap, slot] */
		if (gap <= slot ? (gap < home && home <= slot) : (gap < home || home <= slot)) {
			continue;
		}
		subtable->slots[gap] = subtable->slots[slot];
		gap = slot;
	}
	subtable->slots[gap].pointer = 0;
}

enum live_result live_table_take(struct live_table *table, uint64_t hash, uint64_t pointer,
				 struct live_object *ret)
{
	struct live_subtable *subtable = &table->subtables[subtable_of(hash)];
	uint32_t slot;

	if (!subtable->slots) {
		return LIVE_NEW;
	}
	slot = find_slot(subtable, hash, pointer);
	if (!subtable->slots[slot].pointer) {
		return LIVE_NEW;
	}
	entry_retire(table, &subtable->slots[slot], ret);
	subtable->count--;
	table->count--;
	subtable_close(table, subtable, slot);
	return LIVE_FOUND;
}

void live_table_visit(const struct live_table *table,
		      void (*visit)(uint64_t pointer, const struct live_object *object,
				    void *context),
		      void *context)
{
	for (unsigned int i = 0; i < LIVE_SUBTABLES; i++) {
		const struct live_subtable *subtable = &table->subtables[i];

		for (uint32_t slot = 0; slot < subtable->capacity; slot++) {
			struct live_object object;

			if (subtable->slots[slot].pointer) {
				entry_get(table, &subtable->slots[slot], &object);
				visit(subtable->slots[slot].pointer, &object, context);
			}
		}
	}
}

size_t live_table_bytes(const struct live_table *table)
{
	size_t bytes = table->wide_capacity * sizeof(*table->wide);

	for (unsigned int i = 0; i < LIVE_SUBTABLES; i++) {
		bytes += table->subtables[i].capacity * sizeof(struct live_entry);
	}
	return bytes;
}
