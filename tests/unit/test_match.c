/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of event does to the figures: DESIGN.md's words, one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/account/match.h"

static const struct pointer_hash_key key = {42, 0xd1b54a32d192ed03u};

enum { CACHE = SLAB_EVENT_CACHE, FREED = SLAB_EVENT_FREE, UNHASHABLE = SLAB_EVENT_UNHASHABLE };

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): rows read in this order */
struct step {
	unsigned int flags;
	uint64_t pointer;
	uint64_t bytes_req;
	uint64_t bytes_alloc;
	uint32_t site;
};

struct outcome {
	struct match_group group;
	struct match_peak peak;
	int64_t bytes[32];
	int8_t objects[32];
};

static void run(const struct step *steps, uint32_t count, enum allocation_filter filter,
		struct outcome *ret)
{
	struct slab_batch batch;
	struct match_deltas deltas = {0};

	*ret = (struct outcome){0};
	assert_true(slab_batch_init(&batch, 1, count));
	slab_batch_reset(&batch);
	for (uint32_t i = 0; i < count; i++) {
		struct slab_event event = {
			.pointer = steps[i].pointer,
			.bytes_req = (uint32_t)steps[i].bytes_req,
			.bytes_alloc = (uint32_t)steps[i].bytes_alloc,
			.site = steps[i].site,
			.sequence_flags = i << 8 | steps[i].flags,
		};

		if ((steps[i].bytes_req | steps[i].bytes_alloc) > UINT32_MAX) {
			assert_true(slab_batch_add_wide(&batch, steps[i].bytes_req,
							steps[i].bytes_alloc, &event));
		}
		batch.groups[0].events[i] = event;
	}
	batch.groups[0].count = batch.event_count = count;
	match_group_init(&ret->group, &key, 0, filter);
	assert_true(match_deltas_reserve(&deltas, count));
	assert_true(match_group_run(&ret->group, &batch, 0, NULL, &deltas));
	match_peak_run(&ret->peak, &deltas, count);
	for (uint32_t i = 0; i < count; i++) {
		ret->bytes[i] = deltas.bytes[i];
		ret->objects[i] = deltas.objects[i];
	}
	match_deltas_release(&deltas);
	slab_batch_release(&batch);
}

static void test_alloc_and_free(void **state)
{
	static const struct step steps[] = {
		{0, 0xa0, 29, 32, 3},
		{CACHE, 0xb0, 60, 64, 3},
		{FREED, 0xa0, 0, 0, 0}, /* freed by anyone: it counts where it was allocated */
	};
	struct outcome o;

	(void)state;
	run(steps, 3, ALLOCATIONS_ALL, &o);
	assert_int_equal(o.group.totals.alloc_count, 2);
	assert_int_equal(o.group.totals.free_count, 1);
	assert_int_equal(o.group.sites[3].alloc_count, 2);
	assert_int_equal(o.group.sites[3].free_count, 1);
	assert_int_equal(o.group.sites[3].total_dynamic, 96);
	assert_int_equal(o.group.sites[3].total_requested, 89);
	assert_int_equal(o.group.sites[3].current_dynamic, 64);
	assert_int_equal(o.group.sites[3].current_requested, 60);
	assert_int_equal(o.peak.peak_bytes, 96);
	assert_int_equal(o.peak.peak_objects, 2);
	assert_int_equal(o.peak.bytes, 64);
	assert_int_equal(o.bytes[2], -32);
	assert_int_equal(o.objects[2], -1);
	match_group_release(&o.group);
}

static void test_null(void **state)
{
	static const struct step steps[] = {
		{FREED, 0, 0, 0, 0},   /* a free of NULL is nothing */
		{0, 0, 4000, 4096, 1}, /* a failed allocation is counted, never live */
	};
	struct outcome o;

	(void)state;
	run(steps, 2, ALLOCATIONS_ALL, &o);
	assert_int_equal(o.group.totals.null_free_count, 1);
	assert_int_equal(o.group.totals.free_count, 0);
	assert_int_equal(o.group.totals.alloc_count, 0);
	assert_int_equal(o.group.totals.failed_count, 1);
	assert_int_equal(o.group.totals.failed_bytes_requested, 4000);
	assert_int_equal(o.group.site_capacity, 0);
	assert_int_equal(o.peak.peak_bytes, 0);
	match_group_release(&o.group);
}

static void test_unmatched_and_lost(void **state)
{
	static const struct step steps[] = {
		{FREED, 0xa0, 0, 0, 0}, /* allocated before the trace began */
		{0, 0xb0, 29, 32, 1},
		{0, 0xb0, 100, 128, 2}, /* allocated again while live: its free was lost */
		{FREED, 0xb0, 0, 0, 0},
		{FREED, 0xb0, 0, 0, 0}, /* a double free is unmatched */
	};
	struct outcome o;

	(void)state;
	run(steps, 5, ALLOCATIONS_ALL, &o);
	assert_int_equal(o.group.totals.unmatched_free_count, 2);
	assert_int_equal(o.group.totals.free_count, 3);
	assert_int_equal(o.group.totals.lost_free_count, 1);
	assert_int_equal(o.group.totals.lost_free_bytes, 32);
	assert_int_equal(o.group.sites[1].lost_free_count, 1);
	assert_int_equal(o.group.sites[1].free_count, 0);
	assert_int_equal(o.group.sites[1].current_dynamic, 0);
	assert_int_equal(o.group.sites[2].free_count, 1);
	assert_int_equal(o.bytes[2], 96);
	assert_int_equal(o.objects[2], 0);
	assert_int_equal(o.peak.peak_bytes, 128);
	assert_int_equal(o.peak.peak_objects, 1);
	match_group_release(&o.group);
}

static void test_unhashable(void **state)
{
	static const struct step steps[] = {
		{UNHASHABLE, 0, 29, 32, 1},
		{UNHASHABLE, 0, 29, 32, 1},
		{UNHASHABLE | FREED, 0, 0, 0, 0},
	};
	struct outcome o;

	(void)state;
	run(steps, 3, ALLOCATIONS_ALL, &o);
	assert_int_equal(o.group.totals.alloc_count, 2);
	assert_int_equal(o.group.totals.unhashable_alloc_count, 2);
	assert_int_equal(o.group.totals.unhashable_alloc_bytes, 64);
	assert_int_equal(o.group.totals.unhashable_free_count, 1);
	assert_int_equal(o.group.totals.unmatched_free_count, 1);
	assert_int_equal(o.group.totals.free_count, 1);
	assert_int_equal(o.group.sites[1].total_dynamic, 64);
	assert_int_equal(o.group.sites[1].current_dynamic, 0); /* never live */
	assert_int_equal(o.peak.peak_bytes, 0);
	match_group_release(&o.group);
}

/* The filter chooses allocations; any free event frees them. */
static void test_filter(void **state)
{
	static const struct step steps[] = {
		{0, 0xa0, 29, 32, 1},		{CACHE, 0xb0, 60, 64, 2},
		{CACHE, 0, 60, 64, 2},		/* failed */
		{FREED | CACHE, 0xa0, 0, 0, 0}, /* kmem_cache_free of kmalloc's object */
		{FREED, 0xb0, 0, 0, 0},		/* kfree of a cache's object */
	};
	static const struct {
		enum allocation_filter filter;
		unsigned int allocs, unmatched, failed;
	} rows[] = {{ALLOCATIONS_ALL, 2, 0, 1},
		    {ALLOCATIONS_KMALLOC, 1, 1, 0},
		    {ALLOCATIONS_CACHE, 1, 1, 1}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct outcome o;

		run(steps, 5, rows[i].filter, &o);
		assert_int_equal(o.group.totals.alloc_count, rows[i].allocs);
		assert_int_equal(o.group.totals.free_count, 2);
		assert_int_equal(o.group.totals.unmatched_free_count, rows[i].unmatched);
		assert_int_equal(o.group.totals.failed_count, rows[i].failed);
		assert_int_equal(o.group.live.count, 0);
		match_group_release(&o.group);
	}
}

/* Sizes no kernel prints wrap, as the headers say; they must not trap. */
static void test_hostile_sizes(void **state)
{
	static const struct step steps[] = {
		{0, 0xa0, 1, 1ull << 63, 1},	      {FREED, 0xa0, 0, 0, 0},
		{0, 0xa0, UINT64_MAX, UINT64_MAX, 1}, {0, 0xa0, 5, 8, 2},
		{0, 0xb0, UINT32_MAX, 4096, 3},	      {FREED, 0xb0, 0, 0, 0},
	};
	struct outcome o;

	(void)state;
	run(steps, 6, ALLOCATIONS_ALL, &o);
	assert_true(o.bytes[0] == INT64_MIN && o.bytes[1] == INT64_MIN);
	assert_true(o.group.sites[1].total_dynamic == (1ull << 63) - 1);
	assert_true(o.group.sites[1].current_dynamic == 0);
	assert_true(o.group.totals.lost_free_bytes == UINT64_MAX);
	assert_true(o.group.sites[3].total_requested == UINT32_MAX);
	assert_int_equal(o.group.sites[3].current_requested, 0);
	assert_int_equal(o.peak.bytes, 8);
	assert_int_equal(o.peak.objects, 1);
	match_group_release(&o.group);
}

/* Sites far apart, and more events than are prefetched ahead. */
static void test_many(void **state)
{
	static struct step steps[30];
	struct outcome o;
	struct match_totals totals = {0};
	struct site_account sum = {0};

	(void)state;
	for (uint32_t i = 0; i < 30; i++) {
		steps[i] = (struct step){0, 0x1000 + i, 8, 8, i * 1000};
	}
	run(steps, 30, ALLOCATIONS_ALL, &o);
	for (uint32_t i = 0; i < 30; i++) {
		assert_int_equal(o.group.sites[(size_t)i * 1000].alloc_count, 1);
		site_account_add(&sum, &o.group.sites[(size_t)i * 1000]);
	}
	match_group_add_totals(&o.group, &totals);
	assert_int_equal(totals.live_count, 30);
	assert_int_equal(totals.current_dynamic, 240);
	assert_int_equal(sum.current_dynamic, 240);
	assert_int_equal(sum.alloc_count, 30);
	match_group_release(&o.group);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_alloc_and_free),
	cmocka_unit_test(test_null),
	cmocka_unit_test(test_unmatched_and_lost),
	cmocka_unit_test(test_unhashable),
	cmocka_unit_test(test_filter),
	cmocka_unit_test(test_hostile_sizes),
	cmocka_unit_test(test_many),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
