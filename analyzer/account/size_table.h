/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects by size: how many there are of each (bytes_req, bytes_alloc) that an owner has, a
 * call site for instance.
 *
 * Bounded: an owner with more than SIZES_MAX pairs is counted by bytes_alloc alone, which for
 * slab objects are few; one with more than SIZES_MAX of these is one row. What is kept
 * depends on what was added, not on the order, so tables of parts can be added up to that of
 * the whole in any order and grouping.
 */
#ifndef ANALYZER_ACCOUNT_SIZE_TABLE_H
#define ANALYZER_ACCOUNT_SIZE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIZES_MAX 256u

enum size_precision {
	SIZE_EXACT,
	SIZE_ALLOCATED, /* bytes_req are of several sizes: 0 */
	SIZE_ANY,	/* both are: 0 */
};

struct size_row {
	uint32_t owner;
	enum size_precision precision;
	uint64_t bytes_req; /* of one object */
	uint64_t bytes_alloc;
	uint64_t count;
	uint64_t current_dynamic; /* of all of them */
	uint64_t current_requested;
};

struct size_owner {
	enum size_precision precision;
	uint32_t distinct; /* rows of that precision */
};

struct size_table {
	struct size_row *rows; /* in the order of their first object */
	size_t count, capacity;
	uint32_t *slots; /* row + 1, 0 free; a power of two, at most half full */
	size_t slot_count;
	struct size_owner *owners;
	size_t owner_capacity;
	uint64_t seed; /* drawn per run: sizes of a hostile trace cannot be chosen to collide */
};

void size_table_init(struct size_table *table);
void size_table_release(struct size_table *table);

/* Adds the objects of row. False: no memory. */
bool size_table_add(struct size_table *table, const struct size_row *row);

/*
 * The rows by owner, then exact ones first, then by bytes_req and bytes_alloc; the caller frees
 * them. The table is empty then. False: no memory.
 */
bool size_table_take(struct size_table *table, struct size_row **ret, size_t *ret_count);

/*
 * Rows of other owners: owners[row.owner] has what row.owner had. Sorted as above; the caller
 * frees them. False: no memory.
 */
bool size_rows_regroup(const struct size_row *rows, size_t count, const uint32_t *owners,
		       struct size_row **ret, size_t *ret_count);

#endif
