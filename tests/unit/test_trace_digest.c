/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digest of a trace does not depend on how its bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/trace_digest.h"

#define SIZE (3 * TRACE_DIGEST_BLOCK + 1000)

static char *bytes_new(void)
{
	char *bytes = malloc(SIZE);

	assert_non_null(bytes);
	for (size_t i = 0; i < SIZE; i++) {
		bytes[i] = (char)(i * 2654435761u >> 13);
	}
	return bytes;
}

/* By blocks, last one first. */
static void digest_blocks(const char *bytes, size_t size, char ret[TRACE_DIGEST_SIZE])
{
	struct trace_digest digest;
	size_t count = (size + TRACE_DIGEST_BLOCK - 1) / TRACE_DIGEST_BLOCK;

	assert_true(trace_digest_init(&digest));
	for (size_t place = count; place-- > 0;) {
		size_t begin = place * TRACE_DIGEST_BLOCK;
		size_t left = size - begin;

		trace_digest_block(&digest, place, bytes + begin,
				   left < TRACE_DIGEST_BLOCK ? left : TRACE_DIGEST_BLOCK);
	}
	trace_digest_text(&digest, ret);
	trace_digest_release(&digest);
}

static void digest_stream(const char *bytes, size_t size, size_t step, char ret[TRACE_DIGEST_SIZE])
{
	struct trace_digest digest;

	assert_true(trace_digest_init(&digest));
	for (size_t at = 0; at < size; at += step) {
		trace_digest_append(&digest, bytes + at, size - at < step ? size - at : step);
	}
	trace_digest_text(&digest, ret);
	trace_digest_release(&digest);
}

static void test_same(void **state)
{
	static const size_t sizes[] = {0,
				       1,
				       TRACE_DIGEST_BLOCK - 1,
				       TRACE_DIGEST_BLOCK,
				       TRACE_DIGEST_BLOCK + 1,
				       2 * TRACE_DIGEST_BLOCK,
				       SIZE};
	static const size_t steps[] = {997, 4096, TRACE_DIGEST_BLOCK, SIZE};
	char *bytes = bytes_new();

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char blocks[TRACE_DIGEST_SIZE];

		digest_blocks(bytes, sizes[i], blocks);
		assert_int_equal(strspn(blocks, "0123456789abcdef"), TRACE_DIGEST_SIZE - 1);
		for (size_t j = 0; j < sizeof(steps) / sizeof(steps[0]); j++) {
			char stream[TRACE_DIGEST_SIZE];

			digest_stream(bytes, sizes[i], steps[j], stream);
			assert_string_equal(stream, blocks);
		}
	}
	free(bytes);
}

/* It is part of the format of saved analyses: it stays what it is. */
static void test_known(void **state)
{
	char *bytes = bytes_new();
	char text[TRACE_DIGEST_SIZE];

	(void)state;
	digest_stream(bytes, SIZE, SIZE, text);
	assert_string_equal(text, "d7fcef9d994e5d4017cfe6aa8193f461");
	free(bytes);
}

static void test_different(void **state)
{
	char *bytes = bytes_new();
	char block[TRACE_DIGEST_BLOCK];
	char before[TRACE_DIGEST_SIZE];
	char after[TRACE_DIGEST_SIZE];

	(void)state;
	digest_stream(bytes, SIZE, SIZE, before);
	bytes[SIZE - 1] ^= 1;
	digest_stream(bytes, SIZE, SIZE, after);
	assert_string_not_equal(before, after);
	bytes[SIZE - 1] ^= 1;
	memcpy(block, bytes, sizeof(block)); /* two blocks in each other's place */
	memcpy(bytes, bytes + sizeof(block), sizeof(block));
	memcpy(bytes + sizeof(block), block, sizeof(block));
	digest_stream(bytes, SIZE, SIZE, after);
	assert_string_not_equal(before, after);
	digest_stream(bytes, SIZE - 1, SIZE, before);
	assert_string_not_equal(before, after);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_different),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
