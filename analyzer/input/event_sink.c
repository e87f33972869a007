/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/event_sink.h"

#include <string.h>

/* "0x" and 16 digits, with room for the loads of site_cache_get. */
#define ADDRESS_TEXT (2 + 16 + SITE_TEXT_SLACK + 1)

void event_sink_begin(struct event_sink *sink)
{
	slab_batch_reset(sink->batch);
	if (sink->capture) {
		stack_capture_begin(sink->capture, sink->stacks);
	}
}

/* "0x" and the digits of address, zeros behind. */
static size_t format_address(char text[ADDRESS_TEXT], uint64_t address)
{
	size_t digits = address ? (size_t)(67 - __builtin_clzll(address)) / 4 : 1;

	memset(text, 0, ADDRESS_TEXT);
	text[0] = '0';
	text[1] = 'x';
	for (size_t i = digits; i > 0; i--) {
		text[1 + i] = "0123456789abcdef"[address & 15];
		address >>= 4;
	}
	return 2 + digits;
}

/* A call site that is not in its slot. SITE_NONE: no memory. */
static uint32_t site_new(struct event_sink *sink, uint64_t address, struct sink_site *slot)
{
	char text[ADDRESS_TEXT];
	uint32_t id = site_cache_get(sink->sites, text, format_address(text, address));

	slot->address = address;
	slot->next_id = id + 1; /* of SITE_NONE: free again */
	return id;
}

/* The id of a call site; SITE_NONE: no memory. */
static inline uint32_t site_of(struct event_sink *sink, uint64_t address)
{
	uint64_t hash = address * 0x9e3779b97f4a7c15u; /* a miss costs time, nothing else */
	struct sink_site *slot = &sink->recent->slots[hash >> 54];

	return slot->next_id && slot->address == address ? slot->next_id - 1
							 : site_new(sink, address, slot);
}

/* A clock of centuries is none. */
static uint64_t stamp_of(uint64_t time_ns)
{
	return time_ns < EVENT_STAMP_TICKS ? time_ns : EVENT_STAMP_NONE;
}

/* What else is kept of the event appended with this sequence number. False: no memory. */
static bool add_place(struct event_sink *sink, const struct sink_event *event, uint32_t sequence)
{
	struct event_times *times = &sink->batch->times;

	if (event_times_wanted(times)) {
		event_times_put(times, sequence, event->cpu,
				event->has_time ? stamp_of(event->time_ns) : EVENT_STAMP_NONE);
	}
	return !sink->capture ||
	       stack_capture_event(sink->capture, event->cpu, sequence, sink->stacks);
}

bool event_sink_add(struct event_sink *sink, const struct sink_event *event)
{
	struct slab_batch *batch = sink->batch;
	struct slab_event *record;
	uint32_t sequence;
	uint32_t site = 0;

	if (sink->part && !recording_part_keeps(sink->part, event, NULL, 0)) {
		event_sink_pass(sink, event->cpu);
		return true;
	}
	batch->facts.slab_event_count++;
	if (sink->pages) {
		event_sink_pass(sink, event->cpu);
		return true;
	}
	if (!(event->flags & SLAB_EVENT_FREE)) {
		site = site_of(sink, event->call_site);
		if (site == SITE_NONE) {
			return false;
		}
	}
	batch->facts.pointer_raw_count += event->pointer != 0;
	record = slab_batch_append(batch, sink->key, event->pointer, &sequence);
	record->pointer = event->pointer;
	record->bytes_req = (uint32_t)event->bytes_req;
	record->bytes_alloc = (uint32_t)event->bytes_alloc;
	record->site = site;
	record->sequence_flags = sequence << 8 | event->flags;
	if ((event->bytes_req | event->bytes_alloc) > UINT32_MAX &&
	    !slab_batch_add_wide(batch, event->bytes_req, event->bytes_alloc, record)) {
		return false;
	}
	return add_place(sink, event, sequence);
}

bool event_sink_page(struct event_sink *sink, const struct text_page *page,
		     const struct sink_event *where)
{
	const bool keeps = event_sink_keeps(sink, where, NULL, 0);

	sink->batch->facts.page_event_count += keeps;
	if (keeps && sink->pages) {
		return sink->pages->event(sink->pages->context, page, where);
	}
	event_sink_pass(sink, where->cpu);
	return true;
}

void event_sink_marker(struct event_sink *sink, uint64_t time_ns, const char *text, size_t length)
{
	struct slab_batch *batch = sink->batch;

	event_times_add_marker(&batch->times, batch->event_count, stamp_of(time_ns), text, length);
	batch->facts.other_event_count++;
}

void event_sink_lost(struct event_sink *sink, uint32_t cpu, uint64_t count, uint64_t time_ns)
{
	struct trace_facts *facts = &sink->batch->facts;
	const struct event_loss loss = {
		.position = sink->batch->event_count,
		.cpu = cpu,
		.count = count == SINK_LOST_UNKNOWN ? 0 : count,
	};

	(void)time_ns; /* the event behind has one */
	event_times_add_loss(&sink->batch->times, &loss);
	facts->lost_notice_count++;
	facts->lost_event_count += count == SINK_LOST_UNKNOWN ? 0 : count;
}

void event_sink_pass(struct event_sink *sink, uint32_t cpu)
{
	if (sink->pages) {
		sink->pages->pass(sink->pages->context, cpu);
	} else if (sink->capture) {
		/* cannot fail: no stack is kept for it */
		(void)stack_capture_event(sink->capture, cpu, STACK_CPU_CLOSED, sink->stacks);
	}
}

bool event_sink_add_stack(struct event_sink *sink, uint32_t cpu, const uint64_t *frames,
			  size_t count)
{
	char text[ADDRESS_TEXT];

	if (sink->pages) {
		return sink->pages->stack(sink->pages->context, cpu, frames, count);
	}
	if (!sink->capture || count == 0) {
		return true;
	}
	stack_capture_header(sink->capture, cpu, false);
	for (size_t i = 0; i < count; i++) {
		size_t length = format_address(text, frames[i]);

		if (!stack_capture_frame(sink->capture, text, length)) {
			return false;
		}
	}
	return stack_capture_close(sink->capture, sink->stacks);
}
