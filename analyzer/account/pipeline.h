/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pipeline that turns an input into matched groups, on any number of threads.
 *
 * Work comes in two kinds, and every thread does both, whatever is ready:
 *   decode (chunk)        any order; events go into the chunk's slot, by group
 *   match (chunk, group)  each group in chunk order; groups beside each other
 * Between the two a decoded chunk is released for matching, in order (which is when its
 * stamps become times); with stacks kept it
 * waits there for the chunk behind it, whose first stacks may belong to its last events.
 * When all groups of the oldest chunk are matched the chunk is finished: peaks are
 * summed in trace order, the timeline walks on, its facts are added, its slot is free for another.
 * A chunk can be claimed only if its slot is free, so a slow matcher holds the readers back and
 * memory stays bounded by the number of slots.
 *
 * Nothing depends on which thread did what: the same input gives the same result
 * for one thread and sixteen.
 */
#ifndef ANALYZER_ACCOUNT_PIPELINE_H
#define ANALYZER_ACCOUNT_PIPELINE_H

#include "analyzer/account/match.h"
#include "analyzer/account/timeline_walk.h"
#include "analyzer/account/trace_account.h"
#include "analyzer/base/error.h"
#include "analyzer/input/event_sink.h"
#include "analyzer/input/site_table.h"
#include "analyzer/input/text_decoder.h"
#include "analyzer/input/trace_facts.h"
#include "analyzer/input/trace_input.h"

struct pipeline_result {
	struct match_group groups[SLAB_GROUPS_MAX];
	unsigned int group_count;
	struct match_peak peak;
	struct timeline_walk walk; /* empty unless the trace's times are kept */
	struct trace_facts facts;
};

struct pipeline_request {
	struct trace_input *input;
	struct event_reader *reader; /* of a binary recording, instead of the input; or NULL */
	struct recording_part *part; /* of the reader's; NULL: all of it */
	struct site_table *sites;
	struct site_table *frames; /* NULL: stacks are not kept */
	struct site_table *stacks;
	const struct trace_request *trace;
	const struct pointer_hash_key *key;
	enum text_fast_kind fast;
	bool accept_bare;
	unsigned int thread_count; /* at least 1 */
};

/* Fills ret; the caller releases its groups with pipeline_result_release, also after an error. */
int pipeline_run(const struct pipeline_request *request, struct pipeline_result *ret,
		 struct error *err);
void pipeline_result_release(struct pipeline_result *result);

#endif
