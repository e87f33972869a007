/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hash of a pointer, keyed per run.
 *
 * Both halves of a 64x64->128 bit product are folded together, with two random
 * keys drawn at the start of each run: pointers of a hostile trace cannot be
 * chosen to collide. No result depends on the keys, only the time does.
 */
#ifndef ANALYZER_BASE_POINTER_HASH_H
#define ANALYZER_BASE_POINTER_HASH_H

#include <stdint.h>

struct pointer_hash_key {
	uint64_t mask;
	uint64_t multiplier; /* odd */
};

/* Draws keys from the system; falls back on fixed ones where it has no entropy to give. */
void pointer_hash_key_init(struct pointer_hash_key *key);

/* Both halves of a * b, folded. */
static inline uint64_t pointer_hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)(product >> 64) ^ (uint64_t)product;
#else /* 32-bit hosts: the same product from four */
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t cross = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t other = (a & UINT32_MAX) * (b >> 32) + (cross & UINT32_MAX);

	return ((a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32)) ^
	       (other << 32 | (low & UINT32_MAX));
#endif
}

static inline uint64_t pointer_hash(const struct pointer_hash_key *key, uint64_t pointer)
{
	return pointer_hash_fold(pointer ^ key->mask, key->multiplier);
}

#endif
