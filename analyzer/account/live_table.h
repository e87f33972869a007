/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live table: which objects are allocated right now, by pointer.
 *
 * Entries. 24 bytes each: the pointer, its call site, both sizes. Pointer 0 marks
 * a free slot (NULL is never live). Sizes beyond 32 bits stand in a side array.
 *
 * Layout. A table is LIVE_SUBTABLES small ones, chosen by the hash's upper bits,
 * so that growth moves 1/LIVE_SUBTABLES of the objects at a time: no stall, and no
 * moment at which twice the memory is needed. Within a subtable the slot is the
 * hash scaled to the capacity (fastrange), so capacities need not be powers of two
 * and growth is by half; probing is linear. Between 4/9 and 2/3 full: 36 to 54 bytes
 * per object.
 *
 * Deletion moves the following entries of the run back (Knuth 6.4, algorithm R):
 * no tombstones, a table that saw a billion frees is as fast as a new one.
 *
 * Hostile pointers. The hash is keyed per run (base/pointer_hash.h): expected
 * probes are constant whatever pointers the trace holds.
 *
 * Not thread-safe; the matcher gives each group of pointers a table of its own.
 */
#ifndef ANALYZER_ACCOUNT_LIVE_TABLE_H
#define ANALYZER_ACCOUNT_LIVE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/pointer_hash.h"

#define LIVE_SUBTABLES 64u

struct live_entry {
	uint64_t pointer;
	uint32_t bytes_req; /* or LIVE_WIDE, then bytes_alloc indexes the side array */
	uint32_t bytes_alloc;
	uint32_t site;
	uint32_t reserved;
};

#define LIVE_WIDE UINT32_MAX

/* An object as it goes in and comes out. */
struct live_object {
	uint64_t bytes_req;
	uint64_t bytes_alloc;
	uint32_t site;
};

struct live_subtable {
	struct live_entry *slots;
	uint32_t capacity;
	uint32_t count;
};

struct live_wide {
	uint64_t bytes_req; /* of a free element: the next free one */
	uint64_t bytes_alloc;
};

struct live_table {
	struct pointer_hash_key key;
	/* The hash's upper `skip` bits chose this table among others: not used again here. */
	unsigned int skip;
	struct live_subtable subtables[LIVE_SUBTABLES];
	uint64_t count;
	struct live_wide *wide;
	uint32_t wide_capacity;
	uint32_t wide_free; /* index + 1 of the first free element, 0 if none */
};

void live_table_init(struct live_table *table, const struct pointer_hash_key *key,
		     unsigned int skip);
void live_table_release(struct live_table *table);

enum live_result {
	LIVE_NO_MEMORY = -1,
	LIVE_NEW = 0,	/* put: the pointer was not live; take: it is not live */
	LIVE_FOUND = 1, /* put: *ret_old was live there and is retired; take: *ret was live */
};

/* The hash of a pointer, which the calls below want. */
static inline uint64_t live_table_hash(const struct live_table *table, uint64_t pointer)
{
	return pointer_hash(&table->key, pointer) << table->skip;
}

/* Makes pointer (not 0) live. An object that was live there is replaced and returned. */
enum live_result live_table_put(struct live_table *table, uint64_t hash, uint64_t pointer,
				const struct live_object *object, struct live_object *ret_old);

/* Ends the life of pointer, if it is live. */
enum live_result live_table_take(struct live_table *table, uint64_t hash, uint64_t pointer,
				 struct live_object *ret);

/* Brings the slot of a hash into the cache. */
void live_table_prefetch(const struct live_table *table, uint64_t hash);

/* Calls visit for every live object, in no order. */
void live_table_visit(const struct live_table *table,
		      void (*visit)(uint64_t pointer, const struct live_object *object,
				    void *context),
		      void *context);

/* Bytes the table holds, for the memory report and the tests. */
size_t live_table_bytes(const struct live_table *table);

#endif
