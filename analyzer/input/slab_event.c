/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/slab_event.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/base/sparse.h"

bool slab_batch_init(struct slab_batch *batch, unsigned int group_count, uint32_t capacity)
{
	*batch = (struct slab_batch){
		.group_shift = 64u - (unsigned int)__builtin_ctz(group_count),
		.event_capacity = capacity,
	};
	for (unsigned int g = 0; g < group_count; g++) {
		/* Untouched pages cost nothing: only hostile input fills one group alone. */
		batch->groups[g].events = sparse_alloc(capacity * sizeof(struct slab_event));
		if (!batch->groups[g].events) {
			slab_batch_release(batch);
			return false;
		}
	}
	return true;
}

void slab_batch_release(struct slab_batch *batch)
{
	for (unsigned int g = 0; g < SLAB_GROUPS_MAX; g++) {
		sparse_free(batch->groups[g].events,
			    batch->event_capacity * sizeof(struct slab_event));
	}
	free(batch->wide);
	event_times_release(&batch->times);
	*batch = (struct slab_batch){0};
}

bool slab_batch_want_times(struct slab_batch *batch)
{
	return event_times_init(&batch->times, batch->event_capacity);
}

void slab_batch_reset(struct slab_batch *batch)
{
	for (unsigned int g = 0; g < SLAB_GROUPS_MAX; g++) {
		batch->groups[g].count = 0;
	}
	batch->event_count = 0;
	batch->wide_count = 0;
	event_times_reset(&batch->times);
	memset(&batch->facts, 0, sizeof(batch->facts));
}

bool slab_batch_add_wide(struct slab_batch *batch, uint64_t bytes_req, uint64_t bytes_alloc,
			 struct slab_event *event)
{
	if (batch->wide_count == batch->wide_capacity) {
		size_t capacity = batch->wide_capacity ? batch->wide_capacity * 2 : 16;
		struct wide_sizes *wide = realloc(batch->wide, capacity * sizeof(*wide));

		if (!wide) {
			return false;
		}
		batch->wide = wide;
		batch->wide_capacity = capacity;
	}
	batch->wide[batch->wide_count] = (struct wide_sizes){bytes_req, bytes_alloc};
	event->bytes_req = (uint32_t)batch->wide_count++;
	event->bytes_alloc = 0;
	event->sequence_flags |= SLAB_EVENT_WIDE;
	return true;
}
