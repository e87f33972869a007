/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of the text decoder: runs one text through one implementation, and
 * says where two results differ.
 *
 * The text stands in a buffer of exactly the size the decoder is promised, so that
 * a sanitizer sees any byte read beyond. Of the slack only the first byte is the
 * newline of the contract; the rest would make an event of a line that lacks its
 * end, should the decoder ever believe it.
 */
#ifndef TESTS_DECODER_FIXTURE_H
#define TESTS_DECODER_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/site_table.h"
#include "analyzer/input/slab_event.h"
#include "analyzer/input/text_decoder.h"

#define DECODER_GROUPS 4u

static const char decoder_bait[] =
	"\n ptr=00000000deadbeef bytes_req=64 bytes_alloc=64 gfp_flags=GFP_KERNEL node=-1\n"
	"            init-1       [000] .....     1.000000: kfree: call_site=bait+0x1/0x2 "
	"ptr=00000000deadbeef\n bait ptr=00000000deadbeef\n";

/* Pointers and sites hash alike in every run: a failure can be repeated. */
static const struct pointer_hash_key decoder_key = {0x9e3779b97f4a7c15u, 0xd1b54a32d192ed03u};

/* Are times asked for? The fast path has two copies of its loop. */
static bool decoder_wants_times;

static inline bool decoder_sites_init(struct site_table *sites)
{
	return site_table_init(sites, &decoder_key, site_text_valid) == 0;
}

/*
 * Decodes text[0..length) as the piece of an input that begins at offset. batch is
 * initialized here and released by the caller. False: no memory.
 */
static inline bool decoder_run(enum text_fast_kind kind, bool accept_bare, struct site_table *sites,
			       const char *text, size_t length, uint64_t offset,
			       struct slab_batch *batch)
{
	struct text_decoder decoder;
	char *copy = malloc(length + TEXT_CHUNK_SLACK);
	bool good;

	*batch = (struct slab_batch){0};
	if (!copy || !slab_batch_init(batch, DECODER_GROUPS, (uint32_t)TEXT_EVENTS_IN(length)) ||
	    (decoder_wants_times && !slab_batch_want_times(batch)) ||
	    text_decoder_init(&decoder, sites, &decoder_key, kind) < 0) {
		free(copy);
		return false;
	}
	decoder.accept_bare = accept_bare;
	if (length > 0) {
		memcpy(copy, text, length);
	}
	for (size_t i = 0; i < TEXT_CHUNK_SLACK; i++) {
		copy[length + i] = decoder_bait[i % (sizeof(decoder_bait) - 1)];
	}
	slab_batch_reset(batch);
	good = text_decoder_run(&decoder, copy, length, offset, batch, NULL);
	text_decoder_release(&decoder);
	free(copy);
	return good;
}

/* The first figure in which two facts differ, or NULL. */
static inline const char *facts_difference(const struct trace_facts *a, const struct trace_facts *b)
{
#define DIFFERS(field)                                                                             \
	do {                                                                                       \
		if (a->field != b->field)                                                          \
			return #field;                                                             \
	} while (0)
	DIFFERS(byte_count);
	DIFFERS(line_count);
	DIFFERS(slab_event_count);
	DIFFERS(page_event_count);
	DIFFERS(other_event_count);
	DIFFERS(stack_line_count);
	DIFFERS(stack_homeless_count);
	DIFFERS(comment_count);
	DIFFERS(foreign_count);
	DIFFERS(damaged_count);
	DIFFERS(overlong_count);
	DIFFERS(payload_free_count);
	DIFFERS(histogram_count);
	DIFFERS(binary_count);
	DIFFERS(first_damaged_line);
	DIFFERS(first_damaged_offset);
	DIFFERS(first_line_cut);
	DIFFERS(last_line_cut);
	DIFFERS(lost_event_count);
	DIFFERS(lost_notice_count);
	DIFFERS(entries_in_buffer);
	DIFFERS(entries_written);
	DIFFERS(has_entries);
	DIFFERS(cpu_count);
	DIFFERS(buffer_started_count);
	DIFFERS(pointer_hashed_count);
	DIFFERS(pointer_raw_count);
	DIFFERS(pointer_32bit_count);
	DIFFERS(pointer_unhashable_count);
	DIFFERS(site_symbolic_count);
	DIFFERS(site_hex_count);
	DIFFERS(console_prefix_count);
	DIFFERS(carriage_return_count);
	DIFFERS(empty_gfp_count);
#undef DIFFERS
	return NULL;
}

/* Stamps, losses and markers, before they are settled. */
static inline const char *times_difference(const struct slab_batch *a, const struct slab_batch *b)
{
	const struct event_times *x = &a->times;
	const struct event_times *y = &b->times;

	for (uint32_t i = 0; x->times && i < a->event_count; i++) {
		if (x->times[i] != y->times[i]) {
			return "time";
		}
	}
	if (x->seen != y->seen || memcmp(x->cpu_next, y->cpu_next, sizeof(x->cpu_next)) != 0) {
		return "CPU of a time";
	}
	if (x->loss_count != y->loss_count || x->marker_count != y->marker_count) {
		return "number of losses or markers";
	}
	for (size_t i = 0; i < x->loss_count; i++) {
		if (x->losses[i].position != y->losses[i].position ||
		    x->losses[i].cpu != y->losses[i].cpu ||
		    x->losses[i].count != y->losses[i].count ||
		    x->losses[i].before != y->losses[i].before) {
			return "loss";
		}
	}
	for (size_t i = 0; i < x->marker_count; i++) {
		if (x->markers[i].position != y->markers[i].position ||
		    x->markers[i].time != y->markers[i].time ||
		    x->markers[i].length != y->markers[i].length ||
		    memcmp(x->markers[i].text, y->markers[i].text, x->markers[i].length) != 0) {
			return "marker";
		}
	}
	return NULL;
}

/* What two batches of one site table differ in, or NULL: every event, size and fact. */
static inline const char *batch_difference(const struct slab_batch *a, const struct slab_batch *b)
{
	if (a->event_count != b->event_count) {
		return "number of events";
	}
	for (unsigned int g = 0; g < DECODER_GROUPS; g++) {
		if (a->groups[g].count != b->groups[g].count) {
			return "number of events of a group";
		}
		for (size_t i = 0; i < a->groups[g].count; i++) {
			const struct slab_event *x = &a->groups[g].events[i];
			const struct slab_event *y = &b->groups[g].events[i];

			if (x->pointer != y->pointer || x->site != y->site ||
			    x->bytes_req != y->bytes_req || x->bytes_alloc != y->bytes_alloc ||
			    x->sequence_flags != y->sequence_flags) {
				return "event";
			}
		}
	}
	if (a->wide_count != b->wide_count ||
	    (a->wide_count && memcmp(a->wide, b->wide, a->wide_count * sizeof(*a->wide)) != 0)) {
		return "wide sizes";
	}
	if (times_difference(a, b)) {
		return times_difference(a, b);
	}
	return facts_difference(&a->facts, &b->facts);
}

#endif
