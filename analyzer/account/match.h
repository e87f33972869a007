/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Matching: allocations meet their frees, sites get their figures.
 *
 * One match_group handles the events of one group of pointers, in trace order; groups
 * share nothing and may run on different threads. DESIGN.md defines every word; what
 * happens to each kind of event is decided here and only here.
 */
#ifndef ANALYZER_ACCOUNT_MATCH_H
#define ANALYZER_ACCOUNT_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/account/context_map.h"
#include "analyzer/account/live_table.h"
#include "analyzer/account/timeline_part.h"
#include "analyzer/account/trace_account.h"
#include "analyzer/input/slab_event.h"

struct match_group {
	struct live_table live;
	struct site_account *sites; /* by site id; with stacks: by context id */
	size_t site_capacity;
	struct match_totals totals; /* without the peaks, which span groups */
	enum allocation_filter filter;
	struct context_map contexts; /* empty without stacks */
	bool has_timeline;	     /* set by whoever wants one; batches then have times */
	struct timeline_part timeline;
};

/* What every event of a chunk did to the live bytes and objects, by its sequence number. */
struct match_deltas {
	int64_t *bytes;
	int8_t *objects;
	size_t capacity;
};

/* skip: bits of the pointer hash that chose the group. */
void match_group_init(struct match_group *group, const struct pointer_hash_key *key,
		      unsigned int skip, enum allocation_filter filter);
void match_group_release(struct match_group *group);

/* Room for count events; false: no memory. */
bool match_deltas_reserve(struct match_deltas *deltas, size_t count);
void match_deltas_release(struct match_deltas *deltas);

/*
 * Matches the events of batch->groups[which], and fills their deltas. stacks: the stack of
 * each event by sequence number, NULL if they are not kept. False: no memory.
 */
bool match_group_run(struct match_group *group, const struct slab_batch *batch, unsigned int which,
		     const uint32_t *stacks, struct match_deltas *deltas);

/* The running sums over all groups, in trace order, and their largest values. */
struct match_peak {
	uint64_t bytes;
	uint64_t objects;
	uint64_t peak_bytes;
	uint64_t peak_objects;
};

void match_peak_run(struct match_peak *peak, const struct match_deltas *deltas, size_t count);

/* Adds the totals of a group, and the live bytes of its sites, to those given. */
void match_group_add_totals(const struct match_group *group, struct match_totals *totals);

#endif
