/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contexts: a call site together with the stack above it, as one small integer.
 *
 * With stacks kept, figures are added up per context; without, a context is its
 * site. Each match_group has a map of its own (no locks); they are merged by
 * (site, stack) at the end. Memory: bounded by the distinct pairs.
 */
#ifndef ANALYZER_ACCOUNT_CONTEXT_MAP_H
#define ANALYZER_ACCOUNT_CONTEXT_MAP_H

#include <stdint.h>

#include "analyzer/base/pointer_hash.h"

#define CONTEXT_NONE UINT32_MAX

struct account_context {
	uint32_t site;
	uint32_t stack; /* STACK_NONE: no stack was recorded with the allocation */
};

struct context_map {
	struct pointer_hash_key key;
	struct account_context *contexts; /* by id */
	uint32_t count;
	uint32_t capacity;
	uint32_t *slots; /* id + 1, 0 free; a power of two, at most half full */
	uint32_t mask;
};

void context_map_init(struct context_map *map, const struct pointer_hash_key *key);
void context_map_release(struct context_map *map);

/* The id of (site, stack), given if new: 0, 1, 2, ... CONTEXT_NONE: no memory. */
uint32_t context_map_get(struct context_map *map, uint32_t site, uint32_t stack);

#endif
