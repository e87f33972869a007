/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects by size: sums, bounds, and that order and grouping of what is added do not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/size_table.h"

static struct size_row object(uint32_t owner, uint64_t bytes_req, uint64_t bytes_alloc)
{
	return (struct size_row){
		.owner = owner,
		.bytes_req = bytes_req,
		.bytes_alloc = bytes_alloc,
		.count = 1,
		.current_dynamic = bytes_alloc,
		.current_requested = bytes_req,
	};
}

struct rows {
	struct size_row *rows;
	size_t count;
};

/* The rows of the objects, from which one in `parts` goes into a table of its own first. */
static struct rows rows_of(const struct size_row *objects, size_t count, size_t parts, bool back)
{
	struct size_table whole;
	struct rows ret;

	size_table_init(&whole);
	for (size_t part = 0; part < parts; part++) {
		struct size_table table;
		struct rows rows;

		size_table_init(&table);
		for (size_t i = part; i < count; i += parts) {
			assert_true(size_table_add(&table, &objects[back ? count - 1 - i : i]));
		}
		assert_true(size_table_take(&table, &rows.rows, &rows.count));
		size_table_release(&table);
		for (size_t i = 0; i < rows.count; i++) {
			assert_true(size_table_add(&whole, &rows.rows[i]));
		}
		free(rows.rows);
	}
	assert_true(size_table_take(&whole, &ret.rows, &ret.count));
	size_table_release(&whole);
	return ret;
}

static void assert_same(struct rows a, struct rows b)
{
	assert_int_equal(a.count, b.count);
	for (size_t i = 0; i < a.count; i++) {
		const struct size_row *x = &a.rows[i];
		const struct size_row *y = &b.rows[i];

		assert_true(x->owner == y->owner && x->precision == y->precision &&
			    x->bytes_req == y->bytes_req && x->bytes_alloc == y->bytes_alloc &&
			    x->count == y->count && x->current_dynamic == y->current_dynamic &&
			    x->current_requested == y->current_requested);
	}
	free(b.rows);
}

static void test_empty(void **state)
{
	struct rows rows = rows_of(NULL, 0, 1, false);

	(void)state;
	assert_int_equal(rows.count, 0);
	free(rows.rows);
}

static void test_sorted(void **state)
{
	const struct size_row objects[] = {object(9, 8, 8), object(1, 20, 32), object(1, 5, 8),
					   object(1, 20, 32), object(1, 0, UINT64_MAX)};
	struct rows rows = rows_of(objects, 5, 1, false);

	(void)state;
	assert_int_equal(rows.count, 4);
	assert_int_equal(rows.rows[0].bytes_req, 0);
	assert_int_equal(rows.rows[1].bytes_req, 5);
	assert_int_equal(rows.rows[2].count, 2);
	assert_int_equal(rows.rows[2].current_dynamic, 64);
	assert_int_equal(rows.rows[2].current_requested, 40);
	assert_int_equal(rows.rows[3].owner, 9);
	free(rows.rows);
}

/* Owner 0 has few sizes, 1 exactly the limit, 2 many requested, 3 many of both. */
static struct size_row many(size_t i)
{
	static const uint32_t limits[] = {3, SIZES_MAX, SIZES_MAX + 1, UINT32_MAX};
	uint32_t owner = (uint32_t)(i % 4);
	uint64_t size = (i * 2654435761u >> 7) % limits[owner];

	return object(owner, size, owner == 3 ? size : (size + 64) / 64 * 64);
}

#define MANY 20000

static void test_bounds(void **state)
{
	struct size_row *objects = calloc(MANY, sizeof(*objects));
	struct rows rows;
	size_t counts[4] = {0};
	uint64_t live = 0;

	(void)state;
	assert_non_null(objects);
	for (size_t i = 0; i < MANY; i++) {
		objects[i] = many(i);
	}
	rows = rows_of(objects, MANY, 1, false);
	for (size_t i = 0; i < rows.count; i++) {
		static const enum size_precision precisions[] = {SIZE_EXACT, SIZE_EXACT,
								 SIZE_ALLOCATED, SIZE_ANY};

		counts[rows.rows[i].owner]++;
		live += rows.rows[i].count;
		assert_int_equal(rows.rows[i].precision, precisions[rows.rows[i].owner]);
	}
	assert_int_equal(live, MANY);
	assert_int_equal(counts[0], 3);
	assert_int_equal(counts[1], SIZES_MAX);
	assert_int_equal(counts[2], 5);
	assert_int_equal(counts[3], 1);
	for (size_t parts = 1; parts < 40; parts = parts * 3) {
		assert_same(rows, rows_of(objects, MANY, parts, false));
		assert_same(rows, rows_of(objects, MANY, parts, true));
	}
	free(rows.rows);
	free(objects);
}

static void test_regroup(void **state)
{
	const struct size_row objects[] = {object(0, 8, 8), object(1, 8, 8), object(2, 9, 16)};
	const uint32_t owners[] = {4, 4, 3};
	struct rows rows = rows_of(objects, 3, 1, false);
	struct rows other;

	(void)state;
	assert_true(size_rows_regroup(rows.rows, rows.count, owners, &other.rows, &other.count));
	assert_int_equal(other.count, 2);
	assert_int_equal(other.rows[0].owner, 3);
	assert_int_equal(other.rows[1].count, 2);
	free(rows.rows);
	free(other.rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_regroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
