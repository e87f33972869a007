/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/match.h"

#include <stdlib.h>
#include <string.h>

/* Events between the prefetch of an object's slot and its use: covers a cache miss to memory. */
#define PREFETCH_DISTANCE 12u
#define HASH_RING	  16u

void match_group_init(struct match_group *group, const struct pointer_hash_key *key,
		      unsigned int skip, enum allocation_filter filter)
{
	*group = (struct match_group){.filter = filter};
	live_table_init(&group->live, key, skip);
	context_map_init(&group->contexts, key);
	timeline_part_init(&group->timeline);
}

void match_group_release(struct match_group *group)
{
	live_table_release(&group->live);
	context_map_release(&group->contexts);
	timeline_part_release(&group->timeline);
	free(group->sites);
	*group = (struct match_group){0};
}

bool match_deltas_reserve(struct match_deltas *deltas, size_t count)
{
	if (count <= deltas->capacity) {
		return true;
	}
	match_deltas_release(deltas);
	deltas->bytes = malloc(count * sizeof(*deltas->bytes));
	deltas->objects = malloc(count * sizeof(*deltas->objects));
	if (!deltas->bytes || !deltas->objects) {
		match_deltas_release(deltas);
		return false;
	}
	deltas->capacity = count;
	return true;
}

void match_deltas_release(struct match_deltas *deltas)
{
	free(deltas->bytes);
	free(deltas->objects);
	*deltas = (struct match_deltas){0};
}

static bool sites_grow(struct match_group *group, uint32_t site)
{
	size_t capacity = group->site_capacity ? group->site_capacity * 2 : 1024;
	struct site_account *sites;

	while (capacity <= site) {
		capacity *= 2;
	}
	sites = realloc(group->sites, capacity * sizeof(*sites));
	if (!sites) {
		return false;
	}
	memset(sites + group->site_capacity, 0, (capacity - group->site_capacity) * sizeof(*sites));
	group->sites = sites;
	group->site_capacity = capacity;
	return true;
}

/* time: when, NULL where nobody asks. False: no memory. */
static bool match_free(struct match_group *group, const struct slab_event *event, uint64_t hash,
		       const uint64_t *time, int64_t *bytes, int8_t *objects)
{
	struct live_object object;
	struct site_account *site;

	if (event->pointer == 0) {
		if (event->sequence_flags & SLAB_EVENT_UNHASHABLE) {
			group->totals.free_count++;
			group->totals.unmatched_free_count++;
			group->totals.unhashable_free_count++;
		} else {
			group->totals.null_free_count++;
		}
		return true;
	}
	group->totals.free_count++;
	if (live_table_take(&group->live, hash, event->pointer, &object) != LIVE_FOUND) {
		group->totals.unmatched_free_count++;
		return true;
	}
	site = &group->sites[object.site];
	site->free_count++;
	site->current_dynamic -= object.bytes_alloc;
	site->current_requested -= object.bytes_req;
	*bytes = (int64_t)(0 - object.bytes_alloc); /* hostile sizes wrap, they don't trap */
	*objects = -1;
	return !time || timeline_part_add(&group->timeline, object.site, *time, *bytes);
}

/* The object that was live at this pointer must have been freed unseen. */
static void retire_lost(struct match_group *group, const struct live_object *old)
{
	struct site_account *site = &group->sites[old->site];

	site->current_dynamic -= old->bytes_alloc;
	site->current_requested -= old->bytes_req;
	site->lost_free_count++;
	group->totals.lost_free_count++;
	group->totals.lost_free_bytes += old->bytes_alloc;
}

static bool match_alloc(struct match_group *group, const struct slab_event *event, uint64_t hash,
			const struct live_object *object, const uint64_t *time, int64_t *bytes,
			int8_t *objects)
{
	struct site_account *site;
	struct live_object old;
	enum live_result result;

	if (object->site >= group->site_capacity && !sites_grow(group, object->site)) {
		return false;
	}
	site = &group->sites[object->site];
	group->totals.alloc_count++;
	site->alloc_count++;
	site->total_dynamic += object->bytes_alloc;
	site->total_requested += object->bytes_req;
	if (event->sequence_flags & SLAB_EVENT_UNHASHABLE) {
		group->totals.unhashable_alloc_count++;
		group->totals.unhashable_alloc_bytes += object->bytes_alloc;
		return true;
	}
	result = live_table_put(&group->live, hash, event->pointer, object, &old);
	if (result == LIVE_NO_MEMORY) {
		return false;
	}
	site->current_dynamic += object->bytes_alloc;
	site->current_requested += object->bytes_req;
	*bytes = (int64_t)object->bytes_alloc;
	*objects = 1;
	if (time && !timeline_part_add(&group->timeline, object->site, *time, *bytes)) {
		return false;
	}
	if (result == LIVE_FOUND) {
		retire_lost(group, &old);
		if (time && !timeline_part_add(&group->timeline, old.site, *time,
					       (int64_t)(0 - old.bytes_alloc))) {
			return false;
		}
		*bytes = (int64_t)(object->bytes_alloc - old.bytes_alloc);
		*objects = 0;
	}
	return true;
}

static bool is_counted(enum allocation_filter filter, const struct slab_event *event)
{
	bool is_cache = (event->sequence_flags & SLAB_EVENT_CACHE) != 0;

	return filter == ALLOCATIONS_ALL || is_cache == (filter == ALLOCATIONS_CACHE);
}

/* The object an allocation asks for. */
static inline struct live_object object_of(const struct slab_batch *batch,
					   const struct slab_event *event)
{
	struct live_object object = {event->bytes_req, event->bytes_alloc, event->site};

	if (event->sequence_flags & SLAB_EVENT_WIDE) {
		object.bytes_alloc = batch->wide[event->bytes_req].bytes_alloc;
		object.bytes_req = batch->wide[event->bytes_req].bytes_req;
	}
	return object;
}

bool match_group_run(struct match_group *group, const struct slab_batch *batch, unsigned int which,
		     const uint32_t *stacks, struct match_deltas *deltas)
{
	const struct slab_event *events = batch->groups[which].events;
	size_t count = batch->groups[which].count;
	const uint64_t *times = group->has_timeline ? batch->times.times : NULL;
	uint64_t hashes[HASH_RING]; /* of the events ahead, from their prefetch to their use */

	for (size_t i = 0; i < count && i < PREFETCH_DISTANCE; i++) {
		hashes[i] = live_table_hash(&group->live, events[i].pointer);
	}
	for (size_t i = 0; i < count; i++) {
		const struct slab_event *event = &events[i];
		const uint64_t *time = times ? &times[slab_event_sequence(event)] : NULL;
		int64_t *bytes = &deltas->bytes[slab_event_sequence(event)];
		int8_t *objects = &deltas->objects[slab_event_sequence(event)];
		struct live_object object;
		uint64_t hash = hashes[i % HASH_RING];

		if (i + PREFETCH_DISTANCE < count) {
			uint64_t ahead = live_table_hash(&group->live,
							 events[i + PREFETCH_DISTANCE].pointer);

			hashes[(i + PREFETCH_DISTANCE) % HASH_RING] = ahead;
			live_table_prefetch(&group->live, ahead);
		}
		*bytes = 0;
		*objects = 0;
		if (event->sequence_flags & SLAB_EVENT_FREE) {
			if (!match_free(group, event, hash, time, bytes, objects)) {
				return false;
			}
			continue;
		}
		if (!is_counted(group->filter, event)) {
			continue;
		}
		object = object_of(batch, event);
		if (event->pointer == 0 && !(event->sequence_flags & SLAB_EVENT_UNHASHABLE)) {
			group->totals.failed_count++;
			group->totals.failed_bytes_requested += object.bytes_req;
			continue;
		}
		if (stacks) {
			object.site = context_map_get(&group->contexts, event->site,
						      stacks[slab_event_sequence(event)]);
		}
		if (object.site == CONTEXT_NONE ||
		    !match_alloc(group, event, hash, &object, time, bytes, objects)) {
			return false;
		}
	}
	return true;
}

void match_peak_run(struct match_peak *peak, const struct match_deltas *deltas, size_t count)
{
	struct match_peak now = *peak;

	for (size_t i = 0; i < count; i++) {
		now.bytes += (uint64_t)deltas->bytes[i];
		now.objects += (uint64_t)(int64_t)deltas->objects[i];
		now.peak_bytes = now.bytes > now.peak_bytes ? now.bytes : now.peak_bytes;
		now.peak_objects = now.objects > now.peak_objects ? now.objects : now.peak_objects;
	}
	*peak = now;
}

void match_group_add_totals(const struct match_group *group, struct match_totals *totals)
{
	const struct match_totals *from = &group->totals;

	for (size_t i = 0; i < group->site_capacity; i++) {
		totals->current_dynamic += group->sites[i].current_dynamic;
		totals->current_requested += group->sites[i].current_requested;
	}
	totals->alloc_count += from->alloc_count;
	totals->free_count += from->free_count;
	totals->null_free_count += from->null_free_count;
	totals->failed_count += from->failed_count;
	totals->failed_bytes_requested += from->failed_bytes_requested;
	totals->unmatched_free_count += from->unmatched_free_count;
	totals->lost_free_count += from->lost_free_count;
	totals->lost_free_bytes += from->lost_free_bytes;
	totals->unhashable_alloc_count += from->unhashable_alloc_count;
	totals->unhashable_alloc_bytes += from->unhashable_alloc_bytes;
	totals->unhashable_free_count += from->unhashable_free_count;
	totals->live_count += group->live.count;
}
