/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/event_sink.h"

#include <stdio.h>
#include <string.h>

#include "analyzer/input/text_fast.h"

/* "0x" and 16 digits, with room for the loads of site_cache_get. */
#define ADDRESS_TEXT (2 + 16 + SITE_TEXT_SLACK + 1)

void event_sink_begin(struct event_sink *sink)
{
	slab_batch_reset(sink->batch);
	if (sink->capture) {
		stack_capture_begin(sink->capture, sink->stacks);
	}
}

static size_t format_address(char text[ADDRESS_TEXT], uint64_t address)
{
	memset(text, 0, ADDRESS_TEXT);
	return (size_t)snprintf(text, ADDRESS_TEXT, "0x%llx", (unsigned long long)address);
}

bool event_sink_add(struct event_sink *sink, const struct sink_event *event)
{
	struct slab_event record = {
		.pointer = event->pointer,
		.bytes_req = (uint32_t)event->bytes_req,
		.bytes_alloc = (uint32_t)event->bytes_alloc,
		.sequence_flags = event->flags,
	};
	struct slab_batch *batch = sink->batch;
	struct slab_group *group;
	char text[ADDRESS_TEXT];

	if (!(event->flags & SLAB_EVENT_FREE)) {
		size_t length = format_address(text, event->call_site);

		record.site = site_cache_get(sink->sites, text, length);
		if (record.site == SITE_NONE) {
			return false;
		}
	}
	if ((event->bytes_req | event->bytes_alloc) > UINT32_MAX &&
	    !slab_batch_add_wide(batch, event->bytes_req, event->bytes_alloc, &record)) {
		return false;
	}
	text_count_pointer(&batch->facts, event->pointer, 16, event->flags);
	if (sink->capture &&
	    !stack_capture_event(sink->capture, 0, batch->event_count, sink->stacks)) {
		return false;
	}
	group = &batch->groups[slab_batch_group(batch, sink->key, event->pointer)];
	record.sequence_flags |= batch->event_count++ << 8;
	group->events[group->count++] = record;
	batch->facts.slab_event_count++;
	return true;
}

bool event_sink_add_stack(struct event_sink *sink, const uint64_t *frames, size_t count)
{
	char text[ADDRESS_TEXT];

	if (!sink->capture) {
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		size_t length = format_address(text, frames[i]);

		if (!stack_capture_frame(sink->capture, text, length)) {
			return false;
		}
	}
	return stack_capture_close(sink->capture, sink->stacks);
}
