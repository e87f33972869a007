/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_take.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/perf_emit.h"
#include "analyzer/input/perf_header.h"
#include "analyzer/input/perf_tasks.h"

/* header.misc: which mode a record is of, and who did not record a sample. */
enum {
	MISC_MODE = 7,
	MISC_KERNEL = 1,
	MISC_GUEST_KERNEL = 4,
	MISC_LOST_BPF = 1 << 15, /* a filter left samples out: that was asked for */
};

static void set_place(struct sink_event *event, const struct perf_sample *sample)
{
	event->cpu = sample->cpu;
	event->pid = sample->tid;
	event->has_pid = sample->attr->tid_at > 0;
	event->has_time = sample->attr->time_at > 0;
	event->time_ns = sample->time;
}

static struct sink_event event_of(const struct perf_sample *sample, enum queued_kind kind)
{
	struct sink_event event = {.kind = (uint8_t)kind};

	set_place(&event, sample);
	return event;
}

/* Counts an event that is no slab event; with a part it waits for its turn first. */
static int take_other(struct perf_reader *r, const struct perf_sample *sample,
		      struct event_sink *sink, enum queued_kind kind, struct error *err)
{
	struct sink_event event = event_of(sample, kind);

	if (!sink->part) {
		perf_count_other(&sink->batch->facts, kind);
		return 0;
	}
	return perf_queue_add(&r->queue, &event, NULL, 0) ? 0 : error_no_memory(err);
}

/* Queues what is in the queue's room, with the kernel's part of its call chain, if wanted. */
static int put_with_chain(struct perf_reader *r, const struct perf_record *record,
			  const struct perf_sample *sample, const struct event_sink *sink,
			  struct error *err)
{
	const unsigned int mode = record->misc & MISC_MODE;
	size_t count = 0;

	if (sink->capture || sink->pages) {
		count = perf_chain_kernel(sample, r->is_big,
					  mode == MISC_KERNEL || mode == MISC_GUEST_KERNEL,
					  r->frames, STACK_FRAMES_MAX);
	}
	return perf_queue_put(&r->queue, r->frames, count) ? 0 : error_no_memory(err);
}

static int take_page(struct perf_reader *r, const struct perf_record *record,
		     const struct perf_sample *sample, struct event_sink *sink, struct error *err)
{
	struct sink_event *event;
	struct text_page page;

	if (!sink->pages && !sink->part) {
		perf_count_other(&sink->batch->facts, QUEUED_PAGE);
		return 0;
	}
	event = perf_queue_room(&r->queue);
	if (!event) {
		return error_no_memory(err);
	}
	kmem_page_decode(sample->attr->format, sample->raw, sample->raw_size, r->is_big, &page);
	*event = event_of(sample, QUEUED_PAGE);
	event->flags = sample->attr->format->flags;
	event->pointer = page.pfn;
	event->bytes_req = page.order;
	event->bytes_alloc = page.migratetype;
	event->call_site = page.kind;
	return put_with_chain(r, record, sample, sink, err);
}

static void count_period(struct event_sink *sink, uint64_t period)
{
	if (period > 1) { /* recorded one in so many: the others are missing */
		sink->batch->facts.lost_event_count += period - 1;
	}
}

static void count_cpu(struct perf_reader *r, uint32_t cpu)
{
	if (cpu >= r->cpu_count && cpu < STACK_CPUS) {
		r->cpu_count = cpu + 1;
	}
}

static int take_slab(struct perf_reader *r, const struct perf_record *record,
		     const struct perf_sample *sample, struct event_sink *sink, struct error *err)
{
	struct sink_event *event = perf_queue_room(&r->queue);

	if (!event) {
		return error_no_memory(err);
	}
	if (!kmem_record_decode(sample->attr->format, sample->raw, sample->raw_size, r->is_big,
				event)) {
		return take_other(r, sample, sink, QUEUED_DAMAGED, err);
	}
	set_place(event, sample);
	count_period(sink, sample->period);
	return put_with_chain(r, record, sample, sink, err);
}

/* Queues the marker of a sample, or what is only counted. */
static int take_rest(struct perf_reader *r, const struct perf_record *record,
		     const struct perf_sample *sample, struct event_sink *sink, struct error *err)
{
	const struct kmem_format *format = sample->attr->format;
	struct sink_event event;
	const char *text;
	size_t length;

	if (format && format->kind == KMEM_PAGE) {
		return take_page(r, record, sample, sink, err);
	}
	if (!format || format->kind != KMEM_MARKER) {
		return take_other(r, sample, sink, QUEUED_OTHER, err);
	}
	event = event_of(sample, QUEUED_MARKER);
	length = kmem_marker_text(&format->text, sample->raw, sample->raw_size, &text);
	return perf_queue_text(&r->queue, &event, text, length) ? 0 : error_no_memory(err);
}

/* Queues what a sample is of, after a look at all its parts. */
static int take_parts(struct perf_reader *r, const struct perf_record *record,
		      struct event_sink *sink, struct error *err)
{
	const struct kmem_format *format;
	struct perf_sample sample;

	if (!perf_sample_parse(&r->attrs, record->body, record->size, r->is_big, &sample)) {
		sink->batch->facts.damaged_count++;
		return 0;
	}
	count_cpu(r, sample.cpu);
	format = sample.attr->format;
	return format && (format->kind == KMEM_ALLOC || format->kind == KMEM_FREE)
		       ? take_slab(r, record, &sample, sink, err)
		       : take_rest(r, record, &sample, sink, err);
}

static int take_sample(struct perf_reader *r, const struct perf_record *record,
		       struct event_sink *sink, struct error *err)
{
	struct sink_event *event = perf_queue_room(&r->queue);
	uint64_t period;

	if (!event) {
		return error_no_memory(err);
	}
	if (!r->attrs.is_settled) {
		perf_attrs_settle(&r->attrs, &r->tracing.formats);
	}
	if (!perf_sample_slab(&r->attrs, record->body, record->size, r->is_big, event, &period)) {
		return take_parts(r, record, sink, err);
	}
	count_cpu(r, event->cpu);
	count_period(sink, period);
	return perf_queue_put_event(&r->queue) ? 0 : error_no_memory(err);
}

/* MMAP: pid, tid, start, size, offset, name. MMAP2 has 32 bytes more before the name. */
static int take_map(struct perf_reader *r, const struct perf_record *record, struct error *err)
{
	const size_t name_at = record->type == PERF_MMAP2 ? 64 : 32;
	unsigned int mode = record->misc & MISC_MODE;
	const char *name = (const char *)record->body + name_at;

	if (mode != MISC_KERNEL || record->size <= name_at ||
	    !memchr(name, '\0', record->size - name_at)) {
		return 0;
	}
	return recording_maps_add(&r->maps, name, load_u64(record->body + 8, r->is_big),
				  load_u64(record->body + 16, r->is_big),
				  load_u64(record->body + 24, r->is_big))
		       ? 0
		       : error_no_memory(err);
}

/* Pipe mode: an attribute, whose own size says where its ids begin. */
static int take_attr(struct perf_reader *r, const struct perf_record *record, struct error *err)
{
	size_t size = record->size >= 8 ? load_u32(record->body + 4, r->is_big) : 0;

	if (size < PERF_ATTR_MIN || size > record->size) {
		return error_set(err, ERROR_INPUT, "%s: damaged: an attribute of %zu bytes",
				 r->name, size);
	}
	if (!perf_attrs_add(&r->attrs, record->body, r->is_big)) {
		return error_no_memory(err);
	}
	for (size_t at = size; record->size - at >= 8; at += 8) {
		if (!perf_attrs_add_id(&r->attrs, load_u64(record->body + at, r->is_big))) {
			return error_no_memory(err);
		}
	}
	return 0;
}

/* Pipe mode: the events' formats stand behind their record. */
static int take_tracing(struct perf_reader *r, const struct perf_record *record, struct error *err)
{
	size_t size = record->size >= 4 ? load_u32(record->body, r->is_big) : 0;
	uint8_t *bytes;
	int result;

	if (size == 0 || size > PERF_TRACING_MAX || r->tracing.formats.count > 0) {
		return error_set(err, ERROR_INPUT, "%s: damaged: %zu bytes to describe its events",
				 r->name, size);
	}
	bytes = malloc(size);
	if (!bytes) {
		return error_no_memory(err);
	}
	result = perf_stream_data(&r->stream, size, bytes, err);
	if (result == 0) {
		tracing_header_release(&r->tracing);
		result = tracing_header_read(r->name, bytes, size, &r->tracing, err);
		r->attrs.is_settled = false;
		r->tracing.kallsyms = NULL;
	}
	free(bytes);
	if (result == 0) {
		result = perf_stream_skip(&r->stream, -size % 8, err);
	}
	return result;
}

/* Queues a loss, to be told among the events of its time. */
static int take_lost(struct perf_reader *r, const struct perf_record *record, struct error *err)
{
	const struct perf_trailer trailer =
		perf_trailer_read(&r->attrs, record->body, record->size, r->is_big);
	struct sink_event event = {
		.kind = QUEUED_LOST,
		.cpu = trailer.cpu,
		.time_ns = trailer.time,
		.bytes_req = SINK_LOST_UNKNOWN,
	};

	if (record->type == PERF_LOST && record->size >= 16) {
		event.bytes_req = load_u64(record->body + 8, r->is_big);
		r->lost_in_records += event.bytes_req;
	} else if (record->type == PERF_LOST_SAMPLES && record->size >= 8 &&
		   !(record->misc & MISC_LOST_BPF)) {
		/* how many of them LOST does not count is known at the end */
		r->lost_in_samples += load_u64(record->body, r->is_big);
	} else if (record->type != PERF_THROTTLE) {
		return 0;
	}
	return perf_queue_add(&r->queue, &event, NULL, 0) ? 0 : error_no_memory(err);
}

int perf_take_record(struct perf_reader *r, const struct perf_record *record,
		     struct event_sink *sink, struct error *err)
{
	switch (record->type) {
	case PERF_SAMPLE:
		return take_sample(r, record, sink, err);
	case PERF_COMM:
	case PERF_FORK:
		return !r->want_tasks || perf_tasks_queue(&r->queue, &r->attrs, record, r->is_big)
			       ? 0
			       : error_no_memory(err);
	case PERF_MMAP:
	case PERF_MMAP2:
		return take_map(r, record, err);
	case PERF_LOST:
	case PERF_LOST_SAMPLES:
	case PERF_THROTTLE:
		return take_lost(r, record, err);
	case PERF_FINISHED_ROUND:
		perf_queue_end_round(&r->queue);
		return 0;
	case PERF_HEADER_ATTR:
		return r->stream.pipe ? take_attr(r, record, err) : 0;
	case PERF_TRACING_DATA:
		return r->stream.pipe ? take_tracing(r, record, err) : 0;
	case PERF_AUXTRACE:
		return record->size < 8 ? 0
					: perf_stream_skip(&r->stream,
							   load_u64(record->body, r->is_big), err);
	default:
		return 0;
	}
}
