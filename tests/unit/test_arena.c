/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "analyzer/base/arena.h"

/* Old pointers keep their bytes through every growth; each is aligned for any object. */
static void test_pointers_stay_valid(void **state)
{
	enum { COUNT = 3000 };
	static unsigned char *blocks[COUNT];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT; i++) {
		size_t size = i % 500 + 1;

		blocks[i] = arena_alloc(&arena, size);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		memset(blocks[i], (int)(i & 0xff), size);
	}
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(blocks[i][0], i & 0xff);
		assert_int_equal(blocks[i][i % 500], i & 0xff);
	}
	assert_true(arena.bytes_reserved > (size_t)COUNT * 250);
	arena_release(&arena);
	assert_int_equal(arena.bytes_reserved, 0);
	assert_null(arena.blocks);
}

/* NULL means that memory ran out: a request for nothing, also the first, is met. */
static void test_nothing(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_non_null(arena_alloc(&arena, 0));
	assert_non_null(arena_alloc(&arena, 0));
	arena_release(&arena);
}

/* A request over the largest block gets one of its own; small ones go on after it. */
static void test_large(void **state)
{
	struct arena arena = {0};
	unsigned char *large;
	unsigned char *small;

	(void)state;
	large = arena_calloc(&arena, 5u << 20);
	small = arena_alloc(&arena, 1);
	assert_non_null(large);
	assert_non_null(small);
	assert_int_equal(large[0] | large[(5u << 20) - 1], 0);
	memset(large, 1, 5u << 20);
	*small = 2;
	assert_int_equal(large[(5u << 20) - 1], 1);
	arena_release(&arena);
}

static void test_impossible_sizes(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_calloc(&arena, SIZE_MAX / 2 + 1));
	assert_non_null(arena_alloc(&arena, 16)); /* and it still works */
	arena_release(&arena);
}

static void test_text(void **state)
{
	struct arena arena = {0};
	char expected[8000];
	char *text;

	(void)state;
	text = arena_strndup(&arena, "kmalloc: x", 7);
	assert_string_equal(text, "kmalloc");
	assert_string_equal(arena_strndup(&arena, "kmalloc", 0), "");
	assert_string_equal(arena_strdup(&arena, "kfree"), "kfree");
	assert_string_equal(arena_printf(&arena, "%s+0x%x", "f", 31), "f+0x1f");
	memset(expected, 'x', sizeof(expected) - 1);
	expected[sizeof(expected) - 1] = '\0';
	assert_string_equal(arena_printf(&arena, "%s", expected), expected); /* over one block */
	assert_string_equal(text, "kmalloc");
	arena_release(&arena);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_pointers_stay_valid),
	cmocka_unit_test(test_nothing),
	cmocka_unit_test(test_large),
	cmocka_unit_test(test_impossible_sizes),
	cmocka_unit_test(test_text),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
