/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/trace_digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

bool trace_digest_init(struct trace_digest *digest)
{
	*digest = (struct trace_digest){.stream = XXH3_createState()};
	return digest->stream != NULL;
}

void trace_digest_release(struct trace_digest *digest)
{
	XXH3_freeState(digest->stream);
	*digest = (struct trace_digest){0};
}

static void add(struct trace_digest *digest, XXH128_hash_t hash, size_t size)
{
	atomic_fetch_add_explicit(&digest->low, hash.low64, memory_order_relaxed);
	atomic_fetch_add_explicit(&digest->high, hash.high64, memory_order_relaxed);
	atomic_fetch_add_explicit(&digest->length, size, memory_order_relaxed);
}

void trace_digest_block(struct trace_digest *digest, uint64_t place, const char *bytes, size_t size)
{
	if (size > 0) {
		add(digest, XXH3_128bits_withSeed(bytes, size, place), size);
	}
}

/* Ends the block that was begun, if there is one. */
static void block_end(struct trace_digest *digest)
{
	if (digest->filled > 0) {
		add(digest, XXH3_128bits_digest(digest->stream), digest->filled);
		digest->begun++;
		digest->filled = 0;
	}
}

void trace_digest_append(struct trace_digest *digest, const char *bytes, size_t size)
{
	while (size > 0) {
		size_t room = TRACE_DIGEST_BLOCK - digest->filled;
		size_t part = size < room ? size : room;

		if (digest->filled == 0) {
			XXH3_128bits_reset_withSeed(digest->stream, digest->begun);
		}
		XXH3_128bits_update(digest->stream, bytes, part);
		digest->filled += (uint32_t)part;
		bytes += part;
		size -= part;
		if (digest->filled == TRACE_DIGEST_BLOCK) {
			block_end(digest);
		}
	}
}

void trace_digest_text(struct trace_digest *digest, char ret[TRACE_DIGEST_SIZE])
{
	/* in one byte order, whatever machine this is */
	uint64_t numbers[3];
	uint8_t bytes[sizeof(numbers)];
	XXH128_hash_t hash;

	block_end(digest);
	numbers[0] = atomic_load(&digest->length);
	numbers[1] = atomic_load(&digest->low);
	numbers[2] = atomic_load(&digest->high);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(numbers[i / 8] >> (i % 8 * 8));
	}
	hash = XXH3_128bits(bytes, sizeof(bytes));
	snprintf(ret, TRACE_DIGEST_SIZE, "%016" PRIx64 "%016" PRIx64, hash.high64, hash.low64);
}
