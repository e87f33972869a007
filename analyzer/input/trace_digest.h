/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A digest of the bytes of a trace, so that one trace is recognised wherever it comes from:
 * packed or plain, file or pipe, whole or in part, read by any number of threads.
 *
 * The unpacked bytes are cut into blocks of TRACE_DIGEST_BLOCK; the digest is XXH3-128
 * over their number of bytes and the sum of the blocks' own XXH3-128, each seeded with the
 * block's place. A sum has no order, so the threads that read a file's chunks digest them
 * too, while they are in the cache. XXH3 is far faster than reading and not cryptographic: it
 * tells traces apart, it does not prove who made them.
 */
#ifndef ANALYZER_INPUT_TRACE_DIGEST_H
#define ANALYZER_INPUT_TRACE_DIGEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Part of the format of saved analyses: another number makes other digests. */
#define TRACE_DIGEST_BLOCK (256u * 1024u)

/* 128 bits in hexadecimal, and NUL. */
#define TRACE_DIGEST_SIZE 33u

struct trace_digest {
	_Atomic uint64_t low; /* sums over the blocks */
	_Atomic uint64_t high;
	_Atomic uint64_t length;
	void *stream;	 /* state of the block that trace_digest_append has begun */
	uint64_t begun;	 /* its place */
	uint32_t filled; /* bytes of it so far */
};

/* False: no memory. */
bool trace_digest_init(struct trace_digest *digest);
void trace_digest_release(struct trace_digest *digest);

/*
 * The block at place (0, 1, 2, ...), which is full but for the last. From any thread, in any
 * order. A trace is digested either so or with trace_digest_append.
 */
void trace_digest_block(struct trace_digest *digest, uint64_t place, const char *bytes,
			size_t size);

/* The next bytes, by one thread at a time. */
void trace_digest_append(struct trace_digest *digest, const char *bytes, size_t size);

/* What all bytes so far make. */
void trace_digest_text(struct trace_digest *digest, char ret[TRACE_DIGEST_SIZE]);

#endif
