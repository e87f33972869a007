/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call sites interned by their text: a trace of millions of events names a few
 * hundred of them, so the text is hashed, compared and forgotten, and a small
 * integer goes on.
 *
 * Two levels. The site_table is shared by all decoding threads behind a lock: it
 * owns the texts and gives the ids 0, 1, 2, ... in order of first sight. Which
 * thread comes first is a race, so ids differ between runs with several threads;
 * no result may depend on them (reports sort by text). Each thread asks its own
 * site_cache, which needs no lock and goes to the table only for a text it meets
 * for the first time.
 *
 * Memory: bounded by the distinct call sites, about 100 bytes each per thread.
 */
#ifndef ANALYZER_INPUT_SITE_TABLE_H
#define ANALYZER_INPUT_SITE_TABLE_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/pointer_hash.h"

#define SITE_NONE UINT32_MAX

/* Longest text of a call site; a kernel symbol has at most 512 bytes (KSYM_NAME_LEN, 6.1). */
#define SITE_TEXT_MAX 1024u

struct site_entry {
	uint64_t hash;
	const char
		*text; /* NULL: free slot; NUL-terminated, SITE_TEXT_SLACK readable bytes behind */
	uint32_t length;
	uint32_t id;
};

/* Open addressing, linear probing, a power of two, at most half full; never deletes. */
struct site_index {
	struct site_entry *slots;
	size_t mask;
	size_t count;
};

struct site_table {
	pthread_mutex_t lock;
	struct pointer_hash_key key;
	int (*valid)(const char *text, size_t length); /* what may be interned */
	struct site_index index;
	struct arena arena;
	const char **texts; /* by id */
	uint32_t *lengths;  /* by id */
	uint32_t count;
	uint32_t capacity;
};

struct site_cache {
	struct site_table *table;
	struct site_index index;
	int out_of_memory; /* set by site_cache_add: the run must fail */
};

/* valid: which texts are taken; site_text_valid for call sites. */
int site_table_init(struct site_table *table, const struct pointer_hash_key *key,
		    int (*valid)(const char *text, size_t length));
/* Also for a table that is all zero, or whose init failed. */
void site_table_release(struct site_table *table);

int site_cache_init(struct site_cache *cache, struct site_table *table);
void site_cache_release(struct site_cache *cache);

/*
 * The slow path of site_cache_get: checks that text is valid for the table,
 * interns it in the table and the cache. SITE_NONE when the text is not valid, or
 * when there is no memory (then cache->out_of_memory is set).
 */
uint32_t site_cache_add(struct site_cache *cache, const char *text, size_t length, uint64_t hash);

/*
 * Is text a call site as any kernel prints one? Hexadecimal digits, with or without
 * 0x; name+0xOFF[/0xSIZE]; the last also with " [module]". See FORMATS 1.4.
 */
int site_text_valid(const char *text, size_t length);

/* Readable bytes that must follow any text handed to site_cache_get. */
#define SITE_TEXT_SLACK 32u

static inline uint64_t site_word(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	return word;
}

/* The first n (1 to 7) bytes of text, the rest zero; reads eight. */
static inline uint64_t site_word_part(const char *text, size_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return site_word(text) & (~0ull >> (64 - 8 * n));
#else
	return site_word(text) & (~0ull << (64 - 8 * n));
#endif
}

/*
 * Keyed hash of all bytes of text[0..length), sixteen at a time through one product, so that a
 * hostile trace cannot choose call sites that collide. May read SITE_TEXT_SLACK bytes past the end.
 */
static inline uint64_t site_text_hash(const struct pointer_hash_key *key, const char *text,
				      size_t length)
{
	uint64_t hash = key->mask + length;
	size_t left = length;

	while (left >= 16) {
		hash = pointer_hash_fold(site_word(text) ^ key->multiplier,
					 site_word(text + 8) ^ hash);
		text += 16;
		left -= 16;
	}
	if (left > 8) {
		hash = pointer_hash_fold(site_word(text) ^ key->multiplier,
					 site_word_part(text + 8, left - 8) ^ hash);
	} else if (left == 8) {
		hash = pointer_hash_fold(site_word(text) ^ key->multiplier, hash);
	} else if (left > 0) {
		hash = pointer_hash_fold(site_word_part(text, left) ^ key->multiplier, hash);
	}
	return hash;
}

static inline int site_text_equal(const char *a, const char *b, size_t length)
{
	uint64_t difference = 0;
	size_t i = 0;

	for (; i + 8 <= length; i += 8) {
		difference |= site_word(a + i) ^ site_word(b + i);
	}
	if (i < length) {
		difference |= site_word_part(a + i, length - i) ^ site_word_part(b + i, length - i);
	}
	return difference == 0;
}

/* The id of text[0..length), or SITE_NONE. text must be followed by SITE_TEXT_SLACK bytes. */
static inline uint32_t site_cache_get(struct site_cache *cache, const char *text, size_t length)
{
	uint64_t hash = site_text_hash(&cache->table->key, text, length);
	size_t i = hash & cache->index.mask;

	for (;; i = (i + 1) & cache->index.mask) {
		const struct site_entry *entry = &cache->index.slots[i];

		if (entry->hash == hash && entry->length == length && entry->text &&
		    site_text_equal(entry->text, text, length)) {
			return entry->id;
		}
		if (!entry->text) {
			return site_cache_add(cache, text, length, hash);
		}
	}
}

#endif
