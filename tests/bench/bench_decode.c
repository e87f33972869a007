/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding and matching alone, on one thread, with a chosen fast path: what
 * tests/bench/instructions.sh counts the instructions of.
 *
 *   bench_decode KIND LOG     KIND: one of text_fast_names; prints the events
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/match.h"
#include "analyzer/input/text_decoder.h"
#include "analyzer/input/trace_input.h"

struct bench {
	struct trace_input input;
	struct trace_chunk chunk;
	struct site_table sites;
	struct text_decoder decoder;
	struct slab_batch batch;
	struct match_group group;
	struct match_deltas deltas;
	struct match_peak peak;
};

static int bench_init(struct bench *b, enum text_fast_kind kind, const char *path,
		      struct error *err)
{
	/* fixed keys: the same instructions in every run */
	const struct pointer_hash_key key = {0x9e3779b97f4a7c15u, 0xd1b54a32d192ed03u};
	const uint32_t capacity = TEXT_EVENTS_IN(TRACE_CHUNK_SIZE + TRACE_LINE_MAX + 4096u);

	match_group_init(&b->group, &key, 0, ALLOCATIONS_ALL);
	if (trace_input_open(path, &b->input, err) < 0) {
		return -1;
	}
	if (site_table_init(&b->sites, &key, site_text_valid) < 0 ||
	    text_decoder_init(&b->decoder, &b->sites, &key, kind) < 0 ||
	    !trace_chunk_init(&b->chunk) || !slab_batch_init(&b->batch, 1, capacity)) {
		return error_no_memory(err);
	}
	return 0;
}

/* A function of its own: callgrind counts what happens inside it, not the start of the program. */
__attribute__((noinline)) static int bench_run(struct bench *b, uint64_t *ret_events,
					       struct error *err)
{
	int result;

	while ((result = trace_input_claim(&b->input, &b->chunk, err)) > 0) {
		slab_batch_reset(&b->batch);
		if (trace_input_fill(&b->input, &b->chunk, err) < 0) {
			return -1;
		}
		if (!text_decoder_run(&b->decoder, b->chunk.text, b->chunk.length, b->chunk.offset,
				      &b->batch, NULL) ||
		    !match_deltas_reserve(&b->deltas, b->batch.event_count) ||
		    !match_group_run(&b->group, &b->batch, 0, NULL, &b->deltas)) {
			return error_no_memory(err);
		}
		match_peak_run(&b->peak, &b->deltas, b->batch.event_count);
		*ret_events += b->batch.event_count;
	}
	return result;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct error err;
	uint64_t events = 0;
	int kind = 0;

	while (argc == 3 && kind < TEXT_FAST_COUNT && strcmp(text_fast_names[kind], argv[1]) != 0) {
		kind++;
	}
	if (argc != 3 || kind == TEXT_FAST_COUNT ||
	    !text_fast_available((enum text_fast_kind)kind)) {
		fprintf(stderr, "usage: bench_decode KIND LOG (a KIND this machine has)\n");
		return EXIT_FAILURE;
	}
	if (bench_init(&bench, (enum text_fast_kind)kind, argv[2], &err) < 0 ||
	    bench_run(&bench, &events, &err) < 0) {
		fprintf(stderr, "bench_decode: %s\n", err.text);
		return EXIT_FAILURE;
	}
	printf("%llu events, peak %llu bytes\n", (unsigned long long)events,
	       (unsigned long long)bench.peak.peak_bytes);
	return EXIT_SUCCESS;
}
