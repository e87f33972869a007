/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/site_table.h"

#include <stdbool.h>
#include <stdlib.h>

#define SITE_INDEX_FIRST 1024u

static int index_init(struct site_index *index)
{
	index->slots = calloc(SITE_INDEX_FIRST, sizeof(*index->slots));
	index->mask = SITE_INDEX_FIRST - 1;
	index->count = 0;
	return index->slots ? 0 : -1;
}

static void index_place(struct site_index *index, const struct site_entry *entry)
{
	size_t i = entry->hash & index->mask;

	while (index->slots[i].text) {
		i = (i + 1) & index->mask;
	}
	index->slots[i] = *entry;
}

static int index_add(struct site_index *index, const struct site_entry *entry)
{
	if (index->count * 2 > index->mask) {
		struct site_index larger = {.mask = index->mask * 2 + 1, .count = index->count};

		larger.slots = calloc(larger.mask + 1, sizeof(*larger.slots));
		if (!larger.slots) {
			return -1;
		}
		for (size_t i = 0; i <= index->mask; i++) {
			if (index->slots[i].text) {
				index_place(&larger, &index->slots[i]);
			}
		}
		free(index->slots);
		*index = larger;
	}
	index_place(index, entry);
	index->count++;
	return 0;
}

static const struct site_entry *index_find(const struct site_index *index, const char *text,
					   size_t length, uint64_t hash)
{
	for (size_t i = hash & index->mask; index->slots[i].text; i = (i + 1) & index->mask) {
		const struct site_entry *entry = &index->slots[i];

		if (entry->hash == hash && entry->length == length &&
		    memcmp(entry->text, text, length) == 0) {
			return entry;
		}
	}
	return NULL;
}

int site_table_init(struct site_table *table, const struct pointer_hash_key *key,
		    int (*valid)(const char *text, size_t length))
{
	*table = (struct site_table){.key = *key, .valid = valid};
	arena_init(&table->arena);
	pthread_mutex_init(&table->lock, NULL);
	return index_init(&table->index);
}

void site_table_release(struct site_table *table)
{
	pthread_mutex_destroy(&table->lock);
	free(table->index.slots);
	free(table->texts);
	free(table->lengths);
	arena_release(&table->arena);
	*table = (struct site_table){0};
}

int site_cache_init(struct site_cache *cache, struct site_table *table)
{
	*cache = (struct site_cache){.table = table};
	return index_init(&cache->index);
}

void site_cache_release(struct site_cache *cache)
{
	free(cache->index.slots);
	*cache = (struct site_cache){0};
}

/* Room for one more text; the lock is held. */
static int table_reserve(struct site_table *table)
{
	uint32_t capacity = table->capacity ? table->capacity * 2 : SITE_INDEX_FIRST;
	const char **texts;
	uint32_t *lengths;

	if (table->count < table->capacity) {
		return 0;
	}
	if (table->count >= SITE_NONE / 2) {
		return -1;
	}
	texts = realloc(table->texts, capacity * sizeof(*texts));
	if (!texts) {
		return -1;
	}
	table->texts = texts;
	lengths = realloc(table->lengths, capacity * sizeof(*lengths));
	if (!lengths) {
		return -1;
	}
	table->lengths = lengths;
	table->capacity = capacity;
	return 0;
}

/* Adds a new text to the table; the lock is held. */
static int table_add(struct site_table *table, const char *text, size_t length, uint64_t hash,
		     struct site_entry *ret)
{
	struct site_entry entry = {.hash = hash, .length = (uint32_t)length, .id = table->count};
	char *copy;

	if (table_reserve(table) < 0) {
		return -1;
	}
	copy = arena_calloc(&table->arena, length + 1 + SITE_TEXT_SLACK);
	if (copy) {
		memcpy(copy, text, length);
	}
	entry.text = copy;
	if (!copy || index_add(&table->index, &entry) < 0) {
		return -1;
	}
	table->texts[table->count] = copy;
	table->lengths[table->count++] = entry.length;
	*ret = entry;
	return 0;
}

uint32_t site_cache_add(struct site_cache *cache, const char *text, size_t length, uint64_t hash)
{
	struct site_table *table = cache->table;
	const struct site_entry *known;
	struct site_entry entry;
	int result = 0;

	if (!table->valid(text, length)) {
		return SITE_NONE;
	}
	pthread_mutex_lock(&table->lock);
	known = index_find(&table->index, text, length, hash);
	if (known) {
		entry = *known;
	} else {
		result = table_add(table, text, length, hash, &entry);
	}
	pthread_mutex_unlock(&table->lock);
	if (result < 0 || index_add(&cache->index, &entry) < 0) {
		cache->out_of_memory = 1;
		return SITE_NONE;
	}
	return entry.id;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Length of the 1 to 16 hexadecimal digits at text[at..length), 0 if there are none or more. */
static size_t hex_run(const char *text, size_t at, size_t length)
{
	size_t n = 0;

	while (at + n < length && is_hex(text[at + n])) {
		n++;
	}
	return n <= 16 ? n : 0;
}

static bool has_0x(const char *text, size_t at, size_t length)
{
	return at + 2 < length && text[at] == '0' && text[at + 1] == 'x';
}

/* "+0xOFF", "+0xOFF/0xSIZE", then nothing or " [module]". */
static bool offset_valid(const char *text, size_t at, size_t length)
{
	size_t digits;

	if (!has_0x(text, at + 1, length) || (digits = hex_run(text, at + 3, length)) == 0) {
		return false;
	}
	at += 3 + digits;
	if (at < length && text[at] == '/') {
		if (!has_0x(text, at + 1, length) ||
		    (digits = hex_run(text, at + 3, length)) == 0) {
			return false;
		}
		at += 3 + digits;
	}
	if (at == length) {
		return true;
	}
	return length - at >= 4 && text[at] == ' ' && text[at + 1] == '[' &&
	       text[length - 1] == ']';
}

int site_text_valid(const char *text, size_t length)
{
	const char *plus;

	if (length == 0 || length > SITE_TEXT_MAX) {
		return 0;
	}
	if (hex_run(text, 0, length) == length) {
		return 1;
	}
	if (has_0x(text, 0, length)) {
		return hex_run(text, 2, length) == length - 2;
	}
	plus = memchr(text, '+', length);
	if (!plus || plus == text) {
		return 0;
	}
	for (const char *c = text; c < plus; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '=') {
			return 0;
		}
	}
	return offset_valid(text, (size_t)(plus - text), length);
}
