/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/build_verdict.h"

/* A name that more objects than this define with one size says nothing about any of them. */
#define CHAIN_LIMIT 256

/*
 * How far the bytes of the members may be from those of their composite: alignment
 * between sections (.rodata is aligned to 64) and property notes that ld keeps once.
 */
#define SLACK_PER_MEMBER 256

/* A symbol of an object that may be a member. */
struct index_entry {
	const struct tree_symbol *symbol;
	uint32_t hash; /* of name and size */
	uint32_t object;
	uint32_t next; /* entry + 1 with the same bucket, 0: last */
};

struct symbol_index {
	uint32_t *buckets; /* entry + 1 */
	struct index_entry *entries;
	size_t bucket_count;
	size_t count;
};

struct resolver {
	struct build_list *list;
	const struct object_loader *loader;
	struct symbol_index index;
	uint32_t *stamps;     /* head + 1 that gathered the object last */
	uint32_t *candidates; /* of the head at work */
	size_t candidate_count;
};

struct bag_slot {
	const struct tree_symbol *symbol; /* NULL: free */
	uint32_t hash;
	uint32_t count; /* how often no member has explained it yet */
};

/* The symbols of one composite, in open addressing. */
struct symbol_bag {
	struct bag_slot *slots;
	size_t slot_count;
	size_t left;
};

static uint32_t mix(uint32_t hash, uint64_t size)
{
	return hash ^ (uint32_t)(size * 2654435761u);
}

static bool same_symbol(const struct tree_symbol *a, const struct tree_symbol *b)
{
	return a->size == b->size && strcmp(a->name, b->name) == 0;
}

static size_t power_of_two_above(size_t count)
{
	size_t result = 16;

	while (result < count) {
		result *= 2;
	}
	return result;
}

static bool can_be_member(const struct resolver *resolver, size_t object)
{
	const struct build_object *listed = &resolver->list->objects[object];

	return listed->certainty != LINK_CERTAIN && !listed->module &&
	       resolver->loader->objects[object].status == LOAD_OK;
}

static void index_release(struct symbol_index *index)
{
	free(index->buckets);
	free(index->entries);
}

static int index_allocate(struct symbol_index *index, size_t count)
{
	index->bucket_count = power_of_two_above(count);
	index->buckets = calloc(index->bucket_count, sizeof(*index->buckets));
	index->entries = calloc(count + 1, sizeof(*index->entries));
	return index->buckets && index->entries ? 0 : ERROR_NO_MEMORY;
}

static void index_add(struct symbol_index *index, size_t object, const struct loaded_object *from,
		      size_t symbol)
{
	uint32_t hash = mix(from->hashes[symbol], from->symbols[symbol].size);
	uint32_t *bucket = &index->buckets[hash & (index->bucket_count - 1)];

	index->entries[index->count] = (struct index_entry){.symbol = &from->symbols[symbol],
							    .hash = hash,
							    .object = (uint32_t)object,
							    .next = *bucket};
	*bucket = (uint32_t)++index->count;
}

static int index_build(struct resolver *resolver)
{
	size_t count = 0;

	for (size_t i = 0; i < resolver->list->count; i++) {
		count += can_be_member(resolver, i) ? resolver->loader->objects[i].symbol_count : 0;
	}
	if (index_allocate(&resolver->index, count) < 0) {
		return ERROR_NO_MEMORY;
	}
	for (size_t i = 0; i < resolver->list->count; i++) {
		const struct loaded_object *object = &resolver->loader->objects[i];

		for (size_t k = 0; can_be_member(resolver, i) && k < object->symbol_count; k++) {
			index_add(&resolver->index, i, object, k);
		}
	}
	return 0;
}

/* Objects that define the head's k-th symbol too become candidates. */
static void gather_symbol(struct resolver *resolver, size_t head, size_t k)
{
	const struct symbol_index *index = &resolver->index;
	const struct loaded_object *loaded = &resolver->loader->objects[head];
	uint32_t hash = mix(loaded->hashes[k], loaded->symbols[k].size);
	uint32_t next = index->buckets[hash & (index->bucket_count - 1)];

	for (size_t steps = 0; next && steps < CHAIN_LIMIT; steps++) {
		const struct index_entry *entry = &index->entries[next - 1];
		uint32_t object = entry->object;

		if (entry->hash == hash && object != head && resolver->stamps[object] != head + 1 &&
		    can_be_member(resolver, object) &&
		    resolver->loader->objects[object].symbol_count <= loaded->symbol_count &&
		    same_symbol(entry->symbol, &loaded->symbols[k])) {
			resolver->stamps[object] = (uint32_t)head + 1;
			resolver->candidates[resolver->candidate_count++] = object;
		}
		next = entry->next;
	}
}

/*
 * Among built-in objects only a shared strong symbol is suspicious: the linker
 * would refuse two of them, so one is a copy. Equal static names are common.
 */
static void gather(struct resolver *resolver, size_t head)
{
	const struct loaded_object *loaded = &resolver->loader->objects[head];
	bool is_module = resolver->list->objects[head].module != NULL;

	resolver->candidate_count = 0;
	for (size_t k = 0; !is_module && k < loaded->symbol_count; k++) {
		if (loaded->symbols[k].is_global && !loaded->symbols[k].is_weak) {
			gather_symbol(resolver, head, k);
		}
	}
	if (!is_module && resolver->candidate_count == 0) {
		return;
	}
	for (size_t k = 0; k < loaded->symbol_count; k++) {
		gather_symbol(resolver, head, k);
	}
}

static void bag_release(struct symbol_bag *bag)
{
	free(bag->slots);
}

static struct bag_slot *bag_slot(const struct symbol_bag *bag, const struct tree_symbol *symbol,
				 uint32_t hash)
{
	size_t i = hash & (bag->slot_count - 1);

	while (bag->slots[i].symbol &&
	       !(bag->slots[i].hash == hash && same_symbol(bag->slots[i].symbol, symbol))) {
		i = (i + 1) & (bag->slot_count - 1);
	}
	return &bag->slots[i];
}

static int bag_fill(struct symbol_bag *bag, const struct loaded_object *head)
{
	*bag = (struct symbol_bag){.slot_count =
					   power_of_two_above((size_t)head->symbol_count * 2 + 1)};
	bag->slots = calloc(bag->slot_count, sizeof(*bag->slots));
	if (!bag->slots) {
		return ERROR_NO_MEMORY;
	}
	for (size_t k = 0; k < head->symbol_count; k++) {
		uint32_t hash = mix(head->hashes[k], head->symbols[k].size);
		struct bag_slot *slot = bag_slot(bag, &head->symbols[k], hash);

		slot->symbol = &head->symbols[k];
		slot->hash = hash;
		slot->count++;
		bag->left++;
	}
	return 0;
}

/* Takes the first `count` symbols of a member out of the bag, or (back) puts them in again. */
static size_t bag_move(struct symbol_bag *bag, const struct loaded_object *member, size_t count,
		       bool back)
{
	for (size_t k = 0; k < count; k++) {
		const struct tree_symbol *symbol = &member->symbols[k];
		struct bag_slot *slot = bag_slot(bag, symbol, mix(member->hashes[k], symbol->size));

		if (symbol->is_weak && !slot->symbol) {
			/* A strong definition elsewhere replaced it: nothing of it remains. */
			continue;
		}
		if (back) {
			slot->count++;
			bag->left++;
		} else if (slot->symbol && slot->count > 0) {
			slot->count--;
			bag->left--;
		} else {
			return k;
		}
	}
	return count;
}

static bool bag_claim(struct symbol_bag *bag, const struct loaded_object *member)
{
	size_t taken = bag_move(bag, member, member->symbol_count, false);

	if (taken == member->symbol_count) {
		return true;
	}
	(void)bag_move(bag, member, taken, true);
	return false;
}

static uint64_t all_bytes(const struct loaded_object *object)
{
	return object->sizes.text + object->sizes.data + object->sizes.bss;
}

/* Sorts candidates: below the composite's folder first, then large ones, then by path. */
struct candidate_key {
	const char *path;
	uint32_t object;
	uint32_t symbol_count;
	bool is_near;
};

static int compare_candidates(const void *a_pointer, const void *b_pointer)
{
	const struct candidate_key *a = a_pointer;
	const struct candidate_key *b = b_pointer;

	if (a->is_near != b->is_near) {
		return a->is_near ? -1 : 1;
	}
	if (a->symbol_count != b->symbol_count) {
		return a->symbol_count > b->symbol_count ? -1 : 1;
	}
	return strcmp(a->path, b->path);
}

static int sort_candidates(struct resolver *resolver, size_t head)
{
	const char *path = resolver->list->objects[head].path;
	size_t folder = (size_t)(build_path_basename(path) - path);
	size_t count = resolver->candidate_count;
	struct candidate_key *keys = calloc(count + 1, sizeof(*keys));

	if (!keys) {
		return ERROR_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t object = resolver->candidates[i];
		const char *candidate = resolver->list->objects[object].path;

		keys[i] = (struct candidate_key){
			.path = candidate,
			.object = object,
			.symbol_count = resolver->loader->objects[object].symbol_count,
			.is_near = strncmp(candidate, path, folder) == 0};
	}
	qsort(keys, count, sizeof(*keys), compare_candidates);
	for (size_t i = 0; i < count; i++) {
		resolver->candidates[i] = keys[i].object;
	}
	free(keys);
	return 0;
}

/* Keeps the candidates that are members; true when they explain the head completely. */
static bool choose_members(struct resolver *resolver, size_t head, struct symbol_bag *bag)
{
	uint64_t wanted = all_bytes(&resolver->loader->objects[head]);
	uint64_t bytes = 0;
	size_t members = 0;

	for (size_t i = 0; i < resolver->candidate_count; i++) {
		uint32_t object = resolver->candidates[i];

		if (bag_claim(bag, &resolver->loader->objects[object])) {
			bytes += all_bytes(&resolver->loader->objects[object]);
			resolver->candidates[members++] = object;
		}
	}
	resolver->candidate_count = members;
	return members > 0 && bag->left == 0 &&
	       (bytes > wanted ? bytes - wanted : wanted - bytes) <= members * SLACK_PER_MEMBER;
}

static int resolve(struct resolver *resolver, size_t head)
{
	struct build_object *listed = &resolver->list->objects[head];
	struct symbol_bag bag;

	gather(resolver, head);
	if (resolver->candidate_count == 0) {
		return 0;
	}
	if (sort_candidates(resolver, head) < 0 ||
	    bag_fill(&bag, &resolver->loader->objects[head]) < 0) {
		return ERROR_NO_MEMORY;
	}
	if (choose_members(resolver, head, &bag)) {
		for (size_t i = 0; i < resolver->candidate_count; i++) {
			struct build_object *member =
				&resolver->list->objects[resolver->candidates[i]];

			if (listed->certainty > member->certainty) {
				member->certainty = listed->certainty;
			}
			member->module = listed->module;
			/* Settled: it is a part, so it is not looked at as a whole. */
			member->maybe_composite = false;
		}
		listed->certainty = LINK_POOL;
		listed->maybe_composite = false;
	}
	bag_release(&bag);
	return 0;
}

static int resolve_all(struct resolver *resolver)
{
	int result = index_build(resolver);

	/* Modules first: what belongs to one is no built-in composite's part. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; result == 0 && i < resolver->list->count; i++) {
			const struct build_object *object = &resolver->list->objects[i];

			if (object->maybe_composite && (object->module != NULL) == (pass == 0) &&
			    object->certainty != LINK_POOL &&
			    resolver->loader->objects[i].status == LOAD_OK) {
				result = resolve(resolver, i);
			}
		}
	}
	return result;
}

int build_resolve_composites(struct build_list *list, const struct object_loader *loader)
{
	struct resolver resolver = {.list = list, .loader = loader};
	bool needed = false;
	int result = ERROR_NO_MEMORY;

	for (size_t i = 0; i < list->count && !needed; i++) {
		needed = list->objects[i].maybe_composite;
	}
	if (!needed) {
		return 0;
	}
	resolver.stamps = calloc(list->count + 1, sizeof(*resolver.stamps));
	resolver.candidates = calloc(list->count + 1, sizeof(*resolver.candidates));
	if (resolver.stamps && resolver.candidates) {
		result = resolve_all(&resolver);
	}
	index_release(&resolver.index);
	free(resolver.stamps);
	free(resolver.candidates);
	return result;
}
