/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/build_verdict.h"

/* What a visit returns to stop: positive, so that it is none of elfsyms' codes. */
#define VISIT_NO_MEMORY 1

/* The (name, size) pairs of vmlinux, as 64-bit keys in open addressing; 0 is a free slot. */
struct proof {
	uint64_t *keys;
	size_t slot_count;
	size_t count;
};

static uint64_t proof_key(uint32_t hash, uint64_t size)
{
	uint64_t key = ((uint64_t)hash << 32) ^ (size * 0x9E3779B97F4A7C15u);

	return key ? key : 1;
}

static size_t proof_slot(const struct proof *proof, uint64_t key)
{
	size_t i = (key ^ key >> 32) & (proof->slot_count - 1);

	while (proof->keys[i] && proof->keys[i] != key) {
		i = (i + 1) & (proof->slot_count - 1);
	}
	return i;
}

static int proof_grow(struct proof *proof)
{
	struct proof larger = {.slot_count = proof->slot_count ? proof->slot_count * 2 : 1u << 16};

	larger.keys = calloc(larger.slot_count, sizeof(*larger.keys));
	if (!larger.keys) {
		return ERROR_NO_MEMORY;
	}
	for (size_t i = 0; i < proof->slot_count; i++) {
		if (proof->keys[i]) {
			larger.keys[proof_slot(&larger, proof->keys[i])] = proof->keys[i];
		}
	}
	larger.count = proof->count;
	free(proof->keys);
	*proof = larger;
	return 0;
}

static int take_symbol(const struct elf_symbol *symbol, void *context)
{
	struct proof *proof = context;
	uint64_t key;
	size_t slot;

	if (symbol->size == 0 || symbol->name[0] == '\0') {
		return 0;
	}
	if (proof->count * 2 >= proof->slot_count && proof_grow(proof) < 0) {
		return VISIT_NO_MEMORY;
	}
	key = proof_key(text_hash(symbol->name), symbol->size);
	slot = proof_slot(proof, key);
	proof->count += proof->keys[slot] == 0;
	proof->keys[slot] = key;
	return 0;
}

enum proof_result {
	PROOF_NONE, /* nothing to compare */
	PROOF_LINKED,
	PROOF_NOT_LINKED,
};

static enum proof_result proof_check(const struct proof *proof, const struct loaded_object *object)
{
	size_t wanted[2] = {0};
	size_t found[2] = {0};
	size_t kind;

	if (proof->count == 0) {
		return PROOF_NONE;
	}
	for (size_t i = 0; i < object->symbol_count; i++) {
		const struct tree_symbol *symbol = &object->symbols[i];
		uint64_t key = proof_key(object->hashes[i], symbol->size);

		kind = symbol->is_global && !symbol->is_weak ? 0 : 1;
		if (kind == 1 && !symbol->is_function) {
			continue;
		}
		wanted[kind]++;
		found[kind] += proof->keys[proof_slot(proof, key)] == key;
	}
	kind = wanted[0] > 0 ? 0 : 1;
	if (wanted[kind] == 0) {
		return PROOF_NONE;
	}
	return found[kind] * 2 >= wanted[kind] ? PROOF_LINKED : PROOF_NOT_LINKED;
}

static bool same_identity(const struct elf_identity *a, const struct elf_identity *b)
{
	return a->machine == b->machine && a->is_64bit == b->is_64bit &&
	       a->is_big_endian == b->is_big_endian;
}

/* The identity most objects have; of equally common ones the first. */
static bool common_identity(const struct build_list *list, const struct object_loader *loader,
			    struct elf_identity *ret)
{
	struct {
		struct elf_identity identity;
		size_t count;
	} seen[8];
	size_t seen_count = 0;
	size_t best = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct loaded_object *object = &loader->objects[i];
		size_t k = 0;

		if (object->status != LOAD_OK || list->objects[i].certainty == LINK_POOL) {
			continue;
		}
		while (k < seen_count && !same_identity(&seen[k].identity, &object->identity)) {
			k++;
		}
		if (k == sizeof(seen) / sizeof(seen[0])) {
			continue;
		}
		if (k == seen_count) {
			seen[seen_count].identity = object->identity;
			seen[seen_count++].count = 0;
		}
		seen[k].count++;
		best = seen[k].count > seen[best].count ? k : best;
	}
	if (seen_count > 0) {
		*ret = seen[best].identity;
	}
	return seen_count > 0;
}

static void drop_foreign(struct build_plan *plan, const struct object_loader *loader,
			 const struct elf_identity *identity)
{
	for (size_t i = 0; i < plan->list.count; i++) {
		struct build_object *object = &plan->list.objects[i];

		if (object->certainty == LINK_POOL || loader->objects[i].status != LOAD_OK ||
		    same_identity(&loader->objects[i].identity, identity)) {
			continue;
		}
		if (object->certainty == LINK_CERTAIN) {
			build_problem(&plan->problems,
				      "%s: made for another machine than the rest of the kernel",
				      object->path);
		}
		object->certainty = LINK_POOL;
	}
}

static bool is_undecided(const struct build_object *object)
{
	return object->certainty == LINK_LIKELY || object->certainty == LINK_DOUBTFUL;
}

static void decide(struct build_list *list, const struct object_loader *loader,
		   const struct proof *proof)
{
	for (size_t i = 0; i < list->count; i++) {
		struct build_object *object = &list->objects[i];
		enum proof_result result = PROOF_NONE;

		if (!is_undecided(object)) {
			continue;
		}
		if (loader->objects[i].status == LOAD_OK && !object->module) {
			result = proof_check(proof, &loader->objects[i]);
		}
		if (result == PROOF_NONE) {
			result = object->certainty == LINK_LIKELY ? PROOF_LINKED : PROOF_NOT_LINKED;
		}
		object->certainty = result == PROOF_LINKED ? LINK_CERTAIN : LINK_POOL;
	}
}

/* vmlinux, if it can be read; an unreadable one is reported and does without. */
static int open_vmlinux(struct build_plan *plan, struct elf_object **ret)
{
	struct elfsyms_error error = {0};
	char path[BUILD_PATH_MAX];

	*ret = NULL;
	if (!plan->has_vmlinux || !build_path_full(&plan->root, "vmlinux", path) ||
	    elf_object_open(path, ret, &error) == 0) {
		return 0;
	}
	if (error.code == ELFSYMS_NO_MEMORY) {
		return ERROR_NO_MEMORY;
	}
	build_problem(&plan->problems, "%s", error.text);
	return 0;
}

static int read_proof(struct build_plan *plan, struct elf_object *vmlinux, struct proof *proof)
{
	struct elfsyms_error error = {0};
	bool needed = false;
	int result;

	for (size_t i = 0; i < plan->list.count && !needed; i++) {
		needed = is_undecided(&plan->list.objects[i]);
	}
	if (!needed || !vmlinux) {
		return 0;
	}
	result = elf_object_symbols(vmlinux, take_symbol, proof, &error);
	if (result == VISIT_NO_MEMORY || result == ELFSYMS_NO_MEMORY) {
		return ERROR_NO_MEMORY;
	}
	if (result != 0) {
		build_problem(&plan->problems, "%s", error.text);
	}
	return 0;
}

int build_apply_proof(struct build_plan *plan, const struct object_loader *loader)
{
	struct elf_object *vmlinux;
	struct elf_identity identity;
	struct proof proof = {0};
	int result = open_vmlinux(plan, &vmlinux);

	if (result < 0) {
		return result;
	}
	if (vmlinux) {
		drop_foreign(plan, loader, elf_object_identity(vmlinux));
	} else if (common_identity(&plan->list, loader, &identity)) {
		drop_foreign(plan, loader, &identity);
	}
	result = read_proof(plan, vmlinux, &proof);
	if (result == 0) {
		decide(&plan->list, loader, &proof);
	}
	free(proof.keys);
	elf_object_close(vmlinux);
	return result;
}
