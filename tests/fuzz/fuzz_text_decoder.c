/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace text. Every implementation of the fast path must see in any bytes exactly
 * what the careful one sees; where the input is cut into two chunks must not matter.
 * The first byte says whether events without a context count, and whether times are
 * asked for.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/input/text_decoder.h"
#include "decoder_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition, const char *who, const char *what)
{
	if (!condition) {
		fprintf(stderr, "%s: differs in %s\n", who, what ? what : "memory");
		abort();
	}
}

/* Two chunks, divided behind the newline that is next to the middle, count what one does. */
static void check_split(struct site_table *sites, bool accept_bare, const char *text, size_t length,
			const struct slab_batch *whole)
{
	const char *newline = memrchr(text, '\n', length / 2);
	size_t first = newline ? (size_t)(newline - text) + 1 : 0;
	struct trace_facts facts = {0};
	struct slab_batch batch;

	if (first == 0 || first == length) {
		return;
	}
	check(decoder_run(text_fast_best(), accept_bare, sites, text, first, 0, &batch), "split",
	      NULL);
	trace_facts_merge(&facts, &batch.facts);
	slab_batch_release(&batch);
	check(decoder_run(text_fast_best(), accept_bare, sites, text + first, length - first, first,
			  &batch),
	      "split", NULL);
	trace_facts_merge(&facts, &batch.facts);
	slab_batch_release(&batch);
	check(!facts_difference(&facts, &whole->facts), "split",
	      facts_difference(&facts, &whole->facts));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct site_table sites;
	struct slab_batch careful;

	if (size == 0 || !decoder_sites_init(&sites)) {
		return 0;
	}
	decoder_wants_times = (data[0] & 2) != 0;
	check(decoder_run(TEXT_FAST_NONE, data[0] & 1, &sites, text, size - 1, 0, &careful),
	      "careful", NULL);
	check_split(&sites, data[0] & 1, text, size - 1, &careful);
	for (int kind = TEXT_FAST_PORTABLE; kind < TEXT_FAST_COUNT; kind++) {
		struct slab_batch fast;

		if (!text_fast_available((enum text_fast_kind)kind)) {
			continue;
		}
		check(decoder_run((enum text_fast_kind)kind, data[0] & 1, &sites, text, size - 1, 0,
				  &fast),
		      text_fast_names[kind], NULL);
		check(!batch_difference(&careful, &fast), text_fast_names[kind],
		      batch_difference(&careful, &fast));
		slab_batch_release(&fast);
	}
	slab_batch_release(&careful);
	site_table_release(&sites);
	return 0;
}
