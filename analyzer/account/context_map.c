/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/context_map.h"

#include <stdbool.h>
#include <stdlib.h>

#define CONTEXTS_FIRST 1024u

void context_map_init(struct context_map *map, const struct pointer_hash_key *key)
{
	*map = (struct context_map){.key = *key};
}

void context_map_release(struct context_map *map)
{
	free(map->contexts);
	free(map->slots);
	*map = (struct context_map){0};
}

static uint32_t home_of(const struct context_map *map, const struct account_context *context)
{
	uint64_t pair = (uint64_t)context->site << 32 | context->stack;

	return (uint32_t)(pointer_hash(&map->key, pair) >> 32) & map->mask;
}

static bool map_grow(struct context_map *map)
{
	uint32_t capacity = map->capacity ? map->capacity * 2 : CONTEXTS_FIRST;
	struct account_context *contexts;
	uint32_t *slots;

	if (capacity > UINT32_MAX / 4) {
		return false;
	}
	contexts = realloc(map->contexts, capacity * sizeof(*contexts));
	if (!contexts) {
		return false;
	}
	map->contexts = contexts;
	slots = calloc((size_t)capacity * 2, sizeof(*slots));
	if (!slots) {
		return false;
	}
	free(map->slots);
	map->slots = slots;
	map->capacity = capacity;
	map->mask = capacity * 2 - 1;
	for (uint32_t id = 0; id < map->count; id++) {
		uint32_t slot = home_of(map, &map->contexts[id]);

		while (slots[slot]) {
			slot = (slot + 1) & map->mask;
		}
		slots[slot] = id + 1;
	}
	return true;
}

uint32_t context_map_get(struct context_map *map, uint32_t site, uint32_t stack)
{
	const struct account_context wanted = {site, stack};
	uint32_t slot;

	if (map->count == map->capacity && !map_grow(map)) {
		return CONTEXT_NONE;
	}
	for (slot = home_of(map, &wanted); map->slots[slot]; slot = (slot + 1) & map->mask) {
		const struct account_context *known = &map->contexts[map->slots[slot] - 1];

		if (known->site == site && known->stack == stack) {
			return map->slots[slot] - 1;
		}
	}
	map->contexts[map->count] = wanted;
	map->slots[slot] = ++map->count;
	return map->count - 1;
}
