/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The live table by hand; model_live_table.c drives it at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/account/live_table.h"

static const struct pointer_hash_key key = {42, 0xd1b54a32d192ed03u};

static enum live_result put(struct live_table *table, uint64_t pointer, uint64_t req,
			    uint64_t alloc, uint32_t site, struct live_object *old)
{
	const struct live_object object = {req, alloc, site};

	return live_table_put(table, live_table_hash(table, pointer), pointer, &object, old);
}

static enum live_result take(struct live_table *table, uint64_t pointer, struct live_object *ret)
{
	return live_table_take(table, live_table_hash(table, pointer), pointer, ret);
}

static void expect(const struct live_object *object, uint64_t req, uint64_t alloc, uint32_t site)
{
	assert_true(object->bytes_req == req);
	assert_true(object->bytes_alloc == alloc);
	assert_int_equal(object->site, site);
}

static void test_empty(void **state)
{
	struct live_table table;
	struct live_object object;

	(void)state;
	live_table_init(&table, &key, 0);
	assert_int_equal(take(&table, 1, &object), LIVE_NEW);
	live_table_prefetch(&table, live_table_hash(&table, 1));
	assert_int_equal(live_table_bytes(&table), 0);
	live_table_release(&table);
}

static void test_life(void **state)
{
	static const uint64_t pointers[] = {1, 0x10, 0xffff96cafdec2288, UINT64_MAX, 0x80000000};
	struct live_table table;
	struct live_object object;

	(void)state;
	live_table_init(&table, &key, 0);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(put(&table, pointers[i], 10 + i, 16 + i, i, &object), LIVE_NEW);
	}
	assert_int_equal(table.count, 5);
	/* a pointer that comes back while live: its free was lost */
	assert_int_equal(put(&table, pointers[2], 1, 2, 99, &object), LIVE_FOUND);
	expect(&object, 12, 18, 2);
	assert_int_equal(table.count, 5);
	assert_int_equal(take(&table, pointers[2], &object), LIVE_FOUND);
	expect(&object, 1, 2, 99);
	assert_int_equal(take(&table, pointers[2], &object), LIVE_NEW); /* double free */
	assert_int_equal(table.count, 4);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(take(&table, pointers[i], &object),
				 i == 2 ? LIVE_NEW : LIVE_FOUND);
	}
	assert_int_equal(table.count, 0);
	live_table_release(&table);
}

/* Sizes at the border between 32 and 64 bits, in both fields. */
static void test_wide(void **state)
{
	static const uint64_t sizes[] = {0,
					 1,
					 UINT32_MAX - 1ull,
					 UINT32_MAX,
					 UINT32_MAX + 1ull,
					 0x1ffffffffull,
					 1ull << 63,
					 UINT64_MAX};
	enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
	struct live_table table;
	struct live_object object;
	size_t bytes = 0;

	(void)state;
	live_table_init(&table, &key, 0);
	for (unsigned int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < COUNT * COUNT; i++) {
			assert_int_equal(put(&table, 0x1000 + i, sizes[i / COUNT], sizes[i % COUNT],
					     i, &object),
					 LIVE_NEW);
		}
		/* the side array's elements are used again, it does not grow */
		assert_true(round == 0 || live_table_bytes(&table) == bytes);
		bytes = live_table_bytes(&table);
		for (uint32_t i = 0; i < COUNT * COUNT; i++) {
			/* replaced by itself first: one element goes, another comes */
			assert_int_equal(put(&table, 0x1000 + i, sizes[i % COUNT], sizes[i / COUNT],
					     i, &object),
					 LIVE_FOUND);
			expect(&object, sizes[i / COUNT], sizes[i % COUNT], i);
			assert_int_equal(take(&table, 0x1000 + i, &object), LIVE_FOUND);
			expect(&object, sizes[i % COUNT], sizes[i / COUNT], i);
		}
	}
	live_table_release(&table);
}

static void add_up(uint64_t pointer, const struct live_object *object, void *context)
{
	uint64_t *sums = context;

	sums[0] += pointer;
	sums[1] += object->bytes_alloc;
	sums[2]++;
}

/* What DESIGN promises: at most 64 bytes per live object, at any size worth the name. */
static void test_memory_per_object(void **state)
{
	struct live_table table;
	struct live_object object;
	uint64_t sums[3] = {0};
	uint64_t total = 0;

	(void)state;
	live_table_init(&table, &key, 2);
	for (uint64_t i = 1; i <= 300000; i++) {
		uint64_t pointer = i << 5;

		/* two bits of the hash chose this table: only every fourth pointer comes here */
		if (pointer_hash(&key, pointer) >> 62 == 3) {
			assert_int_equal(put(&table, pointer, 1, 8, 0, &object), LIVE_NEW);
			total += pointer;
		}
		if (table.count > 20000) {
			assert_true(live_table_bytes(&table) <= 64 * table.count);
		}
	}
	assert_in_range(table.count, 70000, 80000);
	live_table_visit(&table, add_up, sums);
	assert_true(sums[0] == total && sums[1] == 8 * table.count && sums[2] == table.count);
	live_table_release(&table);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_empty),
	cmocka_unit_test(test_life),
	cmocka_unit_test(test_wide),
	cmocka_unit_test(test_memory_per_object),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
