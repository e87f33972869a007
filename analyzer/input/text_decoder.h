/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chunks of ftrace text to batches of slab events.
 *
 * A chunk is whole lines (the last one may lack its newline at the end of the
 * input), followed by TEXT_CHUNK_SLACK readable bytes whose first is '\n'. Each
 * thread has a decoder of its own; decoders share one site_table.
 *
 * Two implementations of one contract: text_line.h takes any line the careful
 * way; the fast path (text_fast.h, built for several instruction sets and chosen
 * at run time) takes the lines every current kernel prints and hands all others
 * to the first. Which one took a line can never be seen in the result.
 */
#ifndef ANALYZER_INPUT_TEXT_DECODER_H
#define ANALYZER_INPUT_TEXT_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/pointer_hash.h"
#include "analyzer/input/site_table.h"
#include "analyzer/input/slab_event.h"
#include "analyzer/input/stack_capture.h"

/* Readable bytes behind a chunk: vector loads may run over its end. */
#define TEXT_CHUNK_SLACK 256u

/* The shortest slab event line is 24 bytes ("kfree: call_site=0 ptr=0\n"). */
#define TEXT_EVENTS_IN(bytes) ((bytes) / 24u + 1u)

/* Instruction sets of the fast path; TEXT_FAST_NONE takes every line the careful way. */
enum text_fast_kind {
	TEXT_FAST_NONE,
	TEXT_FAST_PORTABLE,
	TEXT_FAST_SSE2,
	TEXT_FAST_AVX2,
	TEXT_FAST_AVX512,
	TEXT_FAST_NEON,
	TEXT_FAST_COUNT,
};

extern const char *const text_fast_names[TEXT_FAST_COUNT];

/* Is this one built in and can this CPU run it? */
bool text_fast_available(enum text_fast_kind kind);

/* The best one available. */
enum text_fast_kind text_fast_best(void);

/*
 * Fast path: the context of a line that was parsed, from the '-' before the PID to the event's
 * name, with every digit replaced by '0'. A line of the same shape needs no parsing.
 */
#define TEXT_SHAPE_MAX 64u
#define TEXT_SHAPES    8u

struct text_shape {
	char bytes[TEXT_SHAPE_MAX];
	unsigned int length; /* 0: none yet */
};

struct text_decoder {
	struct site_cache sites;
	struct pointer_hash_key hash_key;
	enum text_fast_kind fast;
	bool accept_bare;  /* see struct text_line_options */
	const char *chunk; /* being decoded; it stands at chunk_offset of the input */
	uint64_t chunk_offset;
	struct stack_capture *capture; /* NULL: stacks are counted, not kept; owned by the caller */
	struct text_shape shapes[TEXT_SHAPES]; /* by the number of the PID's digits */
};

int text_decoder_init(struct text_decoder *decoder, struct site_table *sites,
		      const struct pointer_hash_key *hash_key, enum text_fast_kind fast);
void text_decoder_release(struct text_decoder *decoder);

/*
 * Decodes text[0..length) into batch, which has been reset and has room for
 * TEXT_EVENTS_IN(length) events per group. offset: where in the input the chunk
 * begins, in bytes. With a capture, stacks receives the chunk's (NULL otherwise), and every
 * line goes the careful way. False only when memory ran out.
 */
bool text_decoder_run(struct text_decoder *decoder, const char *text, size_t length,
		      uint64_t offset, struct slab_batch *batch, struct stack_batch *stacks);

/*
 * Looks at the beginning of an input: does its first slab event stand without a
 * context, and no other event before it in one? True also when there is no event to tell by.
 */
bool text_decoder_is_bare(const char *text, size_t length);

#endif
