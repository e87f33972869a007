/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Call sites by text: which texts are one, that equal texts share an id, also between threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/site_table.h"

enum { SITES = 20000, THREADS = 4 };

static const struct pointer_hash_key key = {12345, 0xd1b54a32d192ed03u};

static void test_valid(void **state)
{
	static const struct {
		const char *text;
		int valid;
	} rows[] = {
		{"c10b86a3", 1},
		{"ffffffff851d0cb0", 1},
		{"0", 1}, /* old SLAB without debug */
		{"0xffffffffa8e52c66", 1},
		{"0x0", 1},
		{"alloc_inode+0x4f/0xb0", 1},
		{"getname_flags.part.0+0x2b", 1},
		{"radix_tree_node_alloc.constprop.0.isra.0+0x83/0xc0", 1},
		{"brd_submit_bio+0x133/0x17a [brd]", 1},
		{"f+0x1 [brd]", 1},
		{".__alloc_skb+0x54/0x230", 1}, /* ppc64 ELFv1 */
		{"odd$name+0x1/0x2", 1},
		{"", 0},
		{"0x", 0},
		{"0xg", 0},
		{"c10b86a3c10b86a3c", 0}, /* 17 digits */
		{"0xc10b86a3c10b86a3c", 0},
		{"alloc_inode", 0},
		{"+0x1/0x2", 0},
		{"f+", 0},
		{"f+1/2", 0},
		{"f+0x/0x2", 0},
		{"f+0x1/", 0},
		{"f+0x1/0x", 0},
		{"f+0x1/0x2z", 0},
		{"f+0x1/0x2 ", 0},
		{"f+0x1/0x2 []", 0},
		{"f+0x1/0x2 [brd", 0},
		{"f+0x1/0x2 brd]", 0},
		{"f g+0x1/0x2", 0},
		{"f=g+0x1/0x2", 0},
		{"f\ng+0x1/0x2", 0},
		{"f+0x11111111111111111/0x2", 0},
	};
	char longest[SITE_TEXT_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* without its terminator: nothing may be read behind the end */
		char *copy = malloc(strlen(rows[i].text) + (rows[i].text[0] == '\0'));

		assert_non_null(copy);
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
		memcpy(copy, rows[i].text, strlen(rows[i].text));
		if (site_text_valid(copy, strlen(rows[i].text)) != rows[i].valid) {
			fail_msg("'%s' is %svalid", rows[i].text, rows[i].valid ? "not " : "");
		}
		free(copy);
	}
	memset(longest, 'f', sizeof(longest));
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(longest + SITE_TEXT_MAX - 4, "+0x11", 5);
	assert_int_equal(site_text_valid(longest, SITE_TEXT_MAX), 1);
	assert_int_equal(site_text_valid(longest, SITE_TEXT_MAX + 1), 0);
}

/* The text of site i, with the slack the cache may read; lengths of 5 to about 60. */
static size_t site_name(unsigned int i, char *text, size_t size)
{
	memset(text, 0, size);
	return (size_t)snprintf(text, size - SITE_TEXT_SLACK, "f%.*s%u+0x%x", (int)(i % 50),
				"_______________________________________________________", i,
				i % 7);
}

static void test_ids(void **state)
{
	struct site_table table;
	struct site_cache caches[2];
	char text[160];

	(void)state;
	assert_int_equal(site_table_init(&table, &key, site_text_valid), 0);
	assert_int_equal(site_cache_init(&caches[0], &table), 0);
	assert_int_equal(site_cache_init(&caches[1], &table), 0);
	for (unsigned int i = 0; i < SITES; i++) {
		size_t length = site_name(i, text, sizeof(text));

		assert_int_equal(site_cache_get(&caches[i & 1], text, length), i);
	}
	for (unsigned int i = 0; i < SITES; i++) {
		size_t length = site_name(i, text, sizeof(text));

		/* the other cache, and other bytes behind the text */
		text[length] = 'z';
		assert_int_equal(site_cache_get(&caches[~i & 1], text, length), i);
		assert_int_equal(table.lengths[i], length);
		assert_memory_equal(table.texts[i], text, length);
		assert_int_equal(table.texts[i][length], '\0');
	}
	assert_int_equal(table.count, SITES);
	memset(text, 0, sizeof(text));
	strcpy(text, "no site");
	assert_int_equal(site_cache_get(&caches[0], text, 7), SITE_NONE);
	assert_int_equal(caches[0].out_of_memory, 0);
	assert_int_equal(table.count, SITES);
	site_cache_release(&caches[0]);
	site_cache_release(&caches[1]);
	site_table_release(&table);
}

/* Every byte of a text counts for its hash, and the length does. */
static void test_hash(void **state)
{
	char text[128];

	(void)state;
	for (size_t length = 1; length <= 70; length++) {
		uint64_t hash;

		memset(text, 'a', sizeof(text));
		hash = site_text_hash(&key, text, length);
		text[length] = 'b'; /* behind the text: no matter */
		assert_true(site_text_hash(&key, text, length) == hash);
		assert_true(site_text_hash(&key, text, length + 1) != hash);
		for (size_t i = 0; i < length; i++) {
			char other[128];

			memcpy(other, text, sizeof(text));
			other[i] ^= 1;
			assert_true(site_text_hash(&key, other, length) != hash);
			assert_int_equal(site_text_equal(text, other, length), 0);
		}
		assert_int_equal(site_text_equal(text, text, length), 1);
	}
}

struct worker {
	pthread_t thread;
	struct site_table *table;
	uint32_t *ids;
	unsigned int first;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct site_cache cache;
	char text[160];

	if (site_cache_init(&cache, worker->table) < 0) {
		return NULL;
	}
	for (unsigned int i = 0; i < SITES; i++) {
		unsigned int site = (i + worker->first) % SITES;
		size_t length = site_name(site, text, sizeof(text));

		worker->ids[site] = site_cache_get(&cache, text, length);
	}
	site_cache_release(&cache);
	return worker;
}

static void test_threads_agree(void **state)
{
	static uint32_t ids[THREADS][SITES];
	struct worker workers[THREADS];
	struct site_table table;
	char text[160];

	(void)state;
	assert_int_equal(site_table_init(&table, &key, site_text_valid), 0);
	for (unsigned int t = 0; t < THREADS; t++) {
		workers[t] = (struct worker){
			.table = &table, .ids = ids[t], .first = t * SITES / THREADS};
		assert_int_equal(pthread_create(&workers[t].thread, NULL, work, &workers[t]), 0);
	}
	for (unsigned int t = 0; t < THREADS; t++) {
		void *result;

		assert_int_equal(pthread_join(workers[t].thread, &result), 0);
		assert_non_null(result);
	}
	assert_int_equal(table.count, SITES);
	for (unsigned int i = 0; i < SITES; i++) {
		site_name(i, text, sizeof(text));
		for (unsigned int t = 1; t < THREADS; t++) {
			assert_int_equal(ids[t][i], ids[0][i]);
		}
		assert_string_equal(table.texts[ids[0][i]], text);
	}
	site_table_release(&table);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_valid),
	cmocka_unit_test(test_ids),
	cmocka_unit_test(test_hash),
	cmocka_unit_test(test_threads_agree),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
