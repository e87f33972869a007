/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slab events as small fixed records, and the batches decoders hand on.
 *
 * A batch holds the events of one chunk of input, in trace order. To let several
 * cores match at once it is split by pointer into groups: every event of one
 * pointer lands in the same group, and each group keeps trace order. `sequence`
 * says where in the chunk the event stood, so that order-dependent figures over
 * all groups (the peak) stay exact.
 */
#ifndef ANALYZER_INPUT_SLAB_EVENT_H
#define ANALYZER_INPUT_SLAB_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/pointer_hash.h"
#include "analyzer/input/event_times.h"
#include "analyzer/input/trace_facts.h"

enum slab_event_flags {
	SLAB_EVENT_FREE = 1,	   /* kfree, kmem_cache_free; otherwise an allocation */
	SLAB_EVENT_CACHE = 2,	   /* of the kmem_cache family; otherwise kmalloc's */
	SLAB_EVENT_UNHASHABLE = 4, /* ptr=(____ptrval____): pointer unknown, field is 0 */
	SLAB_EVENT_WIDE = 8,	   /* sizes beyond 32 bits: bytes_req indexes wide_sizes */
};

/* 24 bytes. pointer 0 is NULL: a failed allocation, or a free of nothing. */
struct slab_event {
	uint64_t pointer;
	uint32_t bytes_req;
	uint32_t bytes_alloc;
	uint32_t site;		 /* id of the call site's text; allocations only */
	uint32_t sequence_flags; /* sequence << 8 | enum slab_event_flags */
};

static inline uint32_t slab_event_sequence(const struct slab_event *event)
{
	return event->sequence_flags >> 8;
}

struct wide_sizes {
	uint64_t bytes_req;
	uint64_t bytes_alloc;
};

/* Groups are a power of two, chosen per run: enough for every thread to match. */
#define SLAB_GROUPS_MAX 16u

struct slab_group {
	struct slab_event *events; /* room for every event the chunk can hold */
	size_t count;
};

struct slab_batch {
	struct slab_group groups[SLAB_GROUPS_MAX];
	unsigned int group_shift; /* group = hash >> group_shift; 64 for one group */
	uint32_t event_count;	  /* of all groups: the next sequence number */
	uint32_t event_capacity;  /* per group */
	struct wide_sizes *wide;  /* sizes that do not fit 32 bits: rare, grows */
	size_t wide_count;
	size_t wide_capacity;
	struct trace_facts facts;
	struct event_times times; /* empty unless slab_batch_want_times was called */
};

/* capacity: events per group. False: no memory. */
bool slab_batch_init(struct slab_batch *batch, unsigned int group_count, uint32_t capacity);
void slab_batch_release(struct slab_batch *batch);

/* From now on the batch keeps what event_times.h is about. False: no memory. */
bool slab_batch_want_times(struct slab_batch *batch);

/* Empties the batch for the next chunk; keeps its memory. */
void slab_batch_reset(struct slab_batch *batch);

/* The group of a pointer. */
static inline unsigned int slab_batch_group(const struct slab_batch *batch,
					    const struct pointer_hash_key *key, uint64_t pointer)
{
	if (batch->group_shift == 64) {
		return 0;
	}
	return (unsigned int)(pointer_hash(key, pointer) >> batch->group_shift);
}

/* Room for the next event, in the group of its pointer; its fields are the caller's to set. */
static inline struct slab_event *slab_batch_append(struct slab_batch *batch,
						   const struct pointer_hash_key *key,
						   uint64_t pointer, uint32_t *ret_sequence)
{
	struct slab_group *group = &batch->groups[slab_batch_group(batch, key, pointer)];

	*ret_sequence = batch->event_count++;
	return &group->events[group->count++];
}

/* Appends an event, complete but for its sequence number, to the group of its pointer. */
static inline void slab_batch_push(struct slab_batch *batch, const struct pointer_hash_key *key,
				   struct slab_event event)
{
	uint32_t sequence;
	struct slab_event *room = slab_batch_append(batch, key, event.pointer, &sequence);

	event.sequence_flags |= sequence << 8;
	*room = event;
}

/* Stores sizes that need more than 32 bits; false: no memory. */
bool slab_batch_add_wide(struct slab_batch *batch, uint64_t bytes_req, uint64_t bytes_alloc,
			 struct slab_event *event);

#endif
