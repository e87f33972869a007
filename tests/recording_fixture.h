/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of readers of binary recordings: reads one to its end and adds up what it
 * handed on, stacks included.
 */
#ifndef TESTS_RECORDING_FIXTURE_H
#define TESTS_RECORDING_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "analyzer/base/pointer_hash.h"
#include "analyzer/input/event_sink.h"
#include "analyzer/input/recording.h"
#include "analyzer/input/text_stack.h"
#include "analyzer/input/trace_input.h"

#define RECORDING_GROUPS 4u

/* A reader's whole output, summed up. */
struct recording_sum {
	struct trace_facts facts;
	uint64_t free_count;
	uint64_t bytes_req;
	uint64_t bytes_alloc;
	uint64_t pointers; /* their sum */
	uint64_t stack_count;
	uint64_t left_out_count;
	uint32_t site_count;
};

static inline int recording_any_text(const char *text, size_t length)
{
	return text != NULL && length > 0 && length <= SITE_TEXT_MAX;
}

static inline void recording_add(struct recording_sum *sum, const struct event_sink *sink)
{
	for (unsigned int g = 0; g < RECORDING_GROUPS; g++) {
		const struct slab_group *group = &sink->batch->groups[g];

		for (size_t i = 0; i < group->count; i++) {
			const struct slab_event *event = &group->events[i];
			uint32_t sequence = slab_event_sequence(event);

			sum->free_count += event->sequence_flags & SLAB_EVENT_FREE;
			sum->bytes_req += event->bytes_req;
			sum->bytes_alloc += event->bytes_alloc;
			sum->pointers += event->pointer;
			sum->stack_count += sink->stacks->stacks[sequence] != STACK_NONE;
		}
	}
	trace_facts_merge(&sum->facts, &sink->batch->facts);
}

/* Everything a run of a reader needs; all zero before recording_tables_init. */
struct recording_tables {
	struct site_table sites, frames, stacks;
	struct site_cache cache;
	struct stack_capture capture;
	struct stack_batch stack_batch;
	struct slab_batch batch;
	struct sink_sites recent;
};

static inline bool recording_tables_init(struct recording_tables *t,
					 const struct pointer_hash_key *key)
{
	return site_table_init(&t->sites, key, site_text_valid) == 0 &&
	       site_table_init(&t->frames, key, text_stack_frame_valid) == 0 &&
	       site_table_init(&t->stacks, key, recording_any_text) == 0 &&
	       site_cache_init(&t->cache, &t->sites) == 0 &&
	       stack_capture_init(&t->capture, &t->frames, &t->stacks) == 0 &&
	       stack_batch_init(&t->stack_batch) &&
	       slab_batch_init(&t->batch, RECORDING_GROUPS, EVENT_SINK_EVENTS);
}

static inline void recording_tables_release(struct recording_tables *t)
{
	slab_batch_release(&t->batch);
	stack_batch_release(&t->stack_batch);
	stack_capture_release(&t->capture);
	site_cache_release(&t->cache);
	site_table_release(&t->stacks);
	site_table_release(&t->frames);
	site_table_release(&t->sites);
}

/* Leaves out what is not of the part; NULL: all is. */
static inline int recording_use_part(const struct event_reader *reader,
				     const struct event_part *part, struct recording_part *ret,
				     struct error *err)
{
	uint64_t first = 0;
	uint64_t last = 0;

	if (event_part_has_percent(part) && reader->span &&
	    reader->span(reader->state, &first, &last, err) < 0) {
		return err->code;
	}
	recording_part_init(ret, part, reader->print, reader->tasks, first, last);
	return 1;
}

/*
 * Reads a part (NULL: all) of the recording at path, its page events where pages is given; 1, 0
 * if it is none, or an error code.
 */
static inline int recording_read_part(const char *path, const struct event_part *part,
				      struct page_sink *pages, struct recording_sum *ret,
				      struct error *err)
{
	struct recording_part kept = {0};
	static const struct pointer_hash_key key = {0x9e3779b97f4a7c15u, 0xd1b54a32d192ed03u};
	struct recording_tables tables = {0};
	struct event_sink sink = {
		.sites = &tables.cache,
		.recent = &tables.recent,
		.key = &key,
		.batch = &tables.batch,
		.capture = &tables.capture,
		.stacks = &tables.stack_batch,
		.pages = pages,
	};
	struct event_reader reader = {0};
	struct trace_input input;
	char head[64];
	size_t got = 0;
	int result = trace_input_open(path, &input, err);

	*ret = (struct recording_sum){0};
	if (result < 0) {
		return result;
	}
	if (!recording_tables_init(&tables, &key)) {
		result = error_no_memory(err);
	}
	if (result == 0) {
		result = trace_input_peek(&input, head, sizeof(head), &got, err);
	}
	if (result == 0) {
		input.part = part ? *part : (struct event_part){0};
		result = recording_open(&input, head, got, &reader, err);
	}
	if (result > 0 && part) {
		result = recording_use_part(&reader, part, &kept, err);
		sink.part = &kept;
	}
	while (result > 0 && reader.read) {
		event_sink_begin(&sink);
		result = reader.read(reader.state, &sink, err);
		if (result >= 0) {
			recording_add(ret, &sink);
		}
		if (result == 0) {
			result = 1;
			break;
		}
	}
	if (result > 0 && part) {
		ret->left_out_count = kept.filter.left_out_count;
	}
	ret->site_count = tables.sites.count;
	if (reader.close) {
		reader.close(reader.state);
	}
	recording_tables_release(&tables);
	trace_input_close(&input);
	return result;
}

static inline int recording_read(const char *path, struct recording_sum *ret, struct error *err)
{
	return recording_read_part(path, NULL, NULL, ret, err);
}

#endif
