/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/size_table.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyzer/base/pointer_hash.h"

void size_table_init(struct size_table *table)
{
	struct pointer_hash_key key;

	pointer_hash_key_init(&key);
	*table = (struct size_table){.seed = key.mask};
}

void size_table_release(struct size_table *table)
{
	free(table->rows);
	free(table->slots);
	free(table->owners);
	*table = (struct size_table){0};
}

static uint64_t hash_of(const struct size_table *table, const struct size_row *row)
{
	const uint64_t key[] = {(uint64_t)row->owner << 2 | row->precision, row->bytes_req,
				row->bytes_alloc};

	return XXH3_64bits_withSeed(key, sizeof(key), table->seed);
}

static bool is_same(const struct size_row *a, const struct size_row *b)
{
	return a->owner == b->owner && a->precision == b->precision &&
	       a->bytes_req == b->bytes_req && a->bytes_alloc == b->bytes_alloc;
}

/* The slot of row, or the free one where it belongs. */
static size_t find_slot(const struct size_table *table, const struct size_row *row)
{
	size_t mask = table->slot_count - 1;
	size_t slot = hash_of(table, row) & mask;

	while (table->slots[slot] && !is_same(&table->rows[table->slots[slot] - 1], row)) {
		slot = (slot + 1) & mask;
	}
	return slot;
}

static bool slots_grow(struct size_table *table)
{
	size_t count = table->slot_count ? table->slot_count * 2 : 1024;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots) {
		return false;
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = count;
	for (size_t i = 0; i < table->count; i++) {
		slots[find_slot(table, &table->rows[i])] = (uint32_t)i + 1;
	}
	return true;
}

static bool rows_grow(struct size_table *table)
{
	size_t capacity = table->capacity ? table->capacity * 2 : 512;
	struct size_row *rows;

	if (capacity > UINT32_MAX) {
		return false;
	}
	rows = realloc(table->rows, capacity * sizeof(*rows));
	if (!rows) {
		return false;
	}
	table->rows = rows;
	table->capacity = capacity;
	return true;
}

static bool owners_grow(struct size_table *table, uint32_t owner)
{
	size_t capacity = table->owner_capacity ? table->owner_capacity : 512;
	struct size_owner *owners;

	while (capacity <= owner) {
		capacity *= 2;
	}
	owners = realloc(table->owners, capacity * sizeof(*owners));
	if (!owners) {
		return false;
	}
	memset(owners + table->owner_capacity, 0,
	       (capacity - table->owner_capacity) * sizeof(*owners));
	table->owners = owners;
	table->owner_capacity = capacity;
	return true;
}

static void row_coarsen(struct size_row *row, enum size_precision precision)
{
	if (row->precision >= precision) {
		return;
	}
	row->precision = precision;
	row->bytes_req = 0;
	row->bytes_alloc = precision == SIZE_ANY ? 0 : row->bytes_alloc;
}

bool size_table_add(struct size_table *table, const struct size_row *added)
{
	struct size_row row = *added;
	struct size_owner *owner;
	size_t slot;

	if ((row.owner >= table->owner_capacity && !owners_grow(table, row.owner)) ||
	    (table->count >= table->slot_count / 2 && !slots_grow(table))) {
		return false;
	}
	owner = &table->owners[row.owner];
	if (row.precision > owner->precision) {
		*owner = (struct size_owner){row.precision, 0};
	}
	row_coarsen(&row, owner->precision);
	slot = find_slot(table, &row);
	if (table->slots[slot]) {
		struct size_row *found = &table->rows[table->slots[slot] - 1];

		found->count += row.count;
		found->current_dynamic += row.current_dynamic;
		found->current_requested += row.current_requested;
		return true;
	}
	if (owner->precision < SIZE_ANY && owner->distinct == SIZES_MAX) {
		/* the rows that are too fine now are added up in the end */
		*owner = (struct size_owner){owner->precision + 1, 0};
		return size_table_add(table, &row);
	}
	if (table->count == table->capacity && !rows_grow(table)) {
		return false;
	}
	owner->distinct++;
	table->rows[table->count++] = row;
	table->slots[slot] = (uint32_t)table->count;
	return true;
}

static bool is_settled(const struct size_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct size_row *row = &table->rows[i];

		if (row->precision < table->owners[row->owner].precision) {
			return false;
		}
	}
	return true;
}

/* Adds up the rows that became too fine. Their owners may become coarser once more. */
static bool settle(struct size_table *table)
{
	while (!is_settled(table)) {
		struct size_table coarser = {.seed = table->seed};
		bool good = true;

		for (size_t i = 0; good && i < table->count; i++) {
			struct size_row row = table->rows[i];

			row_coarsen(&row, table->owners[row.owner].precision);
			good = size_table_add(&coarser, &row);
		}
		if (!good) {
			size_table_release(&coarser);
			return false;
		}
		size_table_release(table);
		*table = coarser;
	}
	return true;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_rows(const void *a, const void *b)
{
	const struct size_row *x = a;
	const struct size_row *y = b;
	int order = compare_numbers(x->owner, y->owner);

	order = order ? order : compare_numbers(x->precision, y->precision);
	order = order ? order : compare_numbers(x->bytes_req, y->bytes_req);
	return order ? order : compare_numbers(x->bytes_alloc, y->bytes_alloc);
}

bool size_table_take(struct size_table *table, struct size_row **ret, size_t *ret_count)
{
	uint64_t seed = table->seed;

	if (!settle(table)) {
		return false;
	}
	if (table->count > 0) {
		qsort(table->rows, table->count, sizeof(*table->rows), compare_rows);
	}
	*ret = table->rows;
	*ret_count = table->count;
	table->rows = NULL;
	size_table_release(table);
	table->seed = seed;
	return true;
}

bool size_rows_regroup(const struct size_row *rows, size_t count, const uint32_t *owners,
		       struct size_row **ret, size_t *ret_count)
{
	struct size_table table;
	bool good = true;

	size_table_init(&table);
	for (size_t i = 0; good && i < count; i++) {
		struct size_row row = rows[i];

		row.owner = owners[row.owner];
		good = size_table_add(&table, &row);
	}
	good = good && size_table_take(&table, ret, ret_count);
	size_table_release(&table);
	return good;
}
