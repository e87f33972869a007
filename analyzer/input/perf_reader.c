/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_reader.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/perf_emit.h"
#include "analyzer/input/perf_header.h"
#include "analyzer/input/perf_queue.h"
#include "analyzer/input/perf_sample.h"
#include "analyzer/input/perf_span.h"
#include "analyzer/input/perf_stream.h"
#include "analyzer/input/perf_tasks.h"
#include "analyzer/input/recording_maps.h"

/* header.misc: which mode a record is of, and who did not record a sample. */
enum {
	MISC_MODE = 7,
	MISC_KERNEL = 1,
	MISC_GUEST_KERNEL = 4,
	MISC_LOST_BPF = 1 << 15, /* a filter left samples out: that was asked for */
};

/* Records looked at in one call, so that a recording of anything else shows progress too. */
#define RECORDS_PER_READ (64u * 1024u)

struct perf_reader {
	const char *name;
	bool is_big;
	struct recording_file file; /* file mode */
	struct perf_stream stream;
	struct perf_attrs attrs;
	struct tracing_header tracing;
	struct perf_queue queue;
	struct recording_maps maps;
	uint64_t reported;	  /* stream.position at the end of the last call */
	uint64_t lost_in_records; /* LOST */
	uint64_t lost_in_samples; /* LOST_SAMPLES */
	struct task_names tasks;
	bool want_tasks;
	uint32_t cpu_count;
	bool is_ended; /* all records were read */
	bool is_done;
	uint64_t frames[STACK_FRAMES_MAX];
};

bool perf_reader_recognizes(const char *bytes, size_t size)
{
	return size >= PERF_PIPE_HEADER_SIZE &&
	       (memcmp(bytes, "PERFILE2", 8) == 0 || memcmp(bytes, "2ELIFREP", 8) == 0);
}

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
	/* recorded one in so many: the others are missing */
	sink->batch->facts.lost_event_count += sample->period > 1 ? sample->period - 1 : 0;
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

/* Queues what a sample is of. */
static int take_sample(struct perf_reader *r, const struct perf_record *record,
		       struct event_sink *sink, struct error *err)
{
	const struct kmem_format *format;
	struct perf_sample sample;

	if (!r->attrs.is_settled) {
		perf_attrs_settle(&r->attrs, &r->tracing.formats);
	}
	if (!perf_sample_parse(&r->attrs, record->body, record->size, r->is_big, &sample)) {
		sink->batch->facts.damaged_count++;
		return 0;
	}
	if (sample.cpu >= r->cpu_count && sample.cpu < STACK_CPUS) {
		r->cpu_count = sample.cpu + 1;
	}
	format = sample.attr->format;
	return format && (format->kind == KMEM_ALLOC || format->kind == KMEM_FREE)
		       ? take_slab(r, record, &sample, sink, err)
		       : take_rest(r, record, &sample, sink, err);
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

static int take_record(struct perf_reader *r, const struct perf_record *record,
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

/* Hands on what is in order; false: no memory. */
static bool emit_ready(struct perf_reader *r, struct event_sink *sink)
{
	const struct queued_event *queued;

	while (!event_sink_is_full(sink) && (queued = perf_queue_peek(&r->queue))) {
		if (!perf_emit(queued, &r->tasks, sink)) {
			return false;
		}
		perf_queue_drop(&r->queue);
	}
	return true;
}

/* All records were read. */
static void end_records(struct perf_reader *r, struct trace_facts *facts)
{
	r->is_ended = true;
	perf_queue_end_all(&r->queue);
	facts->last_line_cut = r->stream.was_cut;
	if (r->lost_in_samples > r->lost_in_records) {
		facts->lost_event_count += r->lost_in_samples - r->lost_in_records;
	}
}

static int read_events(struct perf_reader *r, struct event_sink *sink, struct error *err)
{
	for (unsigned int i = 0; i < RECORDS_PER_READ; i++) {
		struct perf_record record;
		int result;

		if (!emit_ready(r, sink)) {
			return error_no_memory(err);
		}
		if (event_sink_is_full(sink)) {
			return 1;
		}
		if (r->is_ended) {
			r->is_done = true;
			return 1;
		}
		if (perf_queue_is_full(&r->queue)) {
			perf_queue_end_half(&r->queue);
			continue;
		}
		result = perf_stream_next(&r->stream, &record, err);
		if (result > 0) {
			result = take_record(r, &record, sink, err);
		} else if (result == 0) {
			end_records(r, &sink->batch->facts);
		}
		if (result < 0) {
			return result;
		}
	}
	return 1;
}

static int perf_read(void *state, struct event_sink *sink, struct error *err)
{
	struct perf_reader *r = state;
	struct trace_facts *facts = &sink->batch->facts;
	int result;

	if (r->is_done) {
		return 0;
	}
	result = read_events(r, sink, err);
	facts->byte_count = r->stream.position - r->reported;
	facts->cpu_count = r->cpu_count;
	r->reported = r->stream.position;
	return result;
}

static void perf_close(void *state)
{
	struct perf_reader *r = state;

	perf_stream_close(&r->stream);
	perf_attrs_release(&r->attrs);
	tracing_header_release(&r->tracing);
	perf_queue_release(&r->queue);
	task_names_release(&r->tasks);
	recording_maps_release(&r->maps);
	recording_file_close(&r->file);
	free(r);
}

static const char *perf_kallsyms(void *state, size_t *ret_size)
{
	(void)state;
	*ret_size = 0;
	return NULL;
}

static const struct recording_maps *perf_maps(void *state)
{
	return &((struct perf_reader *)state)->maps;
}

static int perf_span(void *state, uint64_t *ret_first_ns, uint64_t *ret_last_ns, struct error *err)
{
	struct perf_reader *r = state;

	if (r->stream.pipe) {
		return error_set(err, ERROR_INPUT,
				 "%s: percent of a trace are not known of perf's pipe mode: give "
				 "seconds",
				 r->name);
	}
	perf_attrs_settle(&r->attrs, &r->tracing.formats);
	return perf_span_find(&r->stream, &r->attrs, ret_first_ns, ret_last_ns, err);
}

static uint32_t perf_page_size(void *state)
{
	return ((struct perf_reader *)state)->tracing.page_size;
}

static int open_pipe(struct perf_reader *r, struct trace_input *input, struct error *err)
{
	char header[PERF_PIPE_HEADER_SIZE];
	size_t got;
	int result = trace_input_read(input, header, sizeof(header), &got, err);

	if (result == 0) {
		result = perf_stream_open(r->name, r->is_big, input, NULL, got, 0, &r->stream, err);
	}
	return result;
}

static int open_file(struct perf_reader *r, struct trace_input *input, struct error *err)
{
	struct perf_section data;

	if (recording_file_open(input, &r->file, err) < 0 ||
	    perf_header_read(&r->file, r->is_big, &data, &r->attrs, &r->tracing, err) < 0) {
		return err->code;
	}
	return perf_stream_open(r->name, r->is_big, NULL, &r->file, data.offset,
				data.offset + data.size, &r->stream, err);
}

int perf_reader_open(struct trace_input *input, struct event_reader *ret, struct error *err)
{
	struct perf_reader *r = calloc(1, sizeof(*r));
	char header[PERF_PIPE_HEADER_SIZE] = {0};
	size_t got;
	int result;

	if (!r) {
		return error_no_memory(err);
	}
	r->name = input->name;
	r->file.fd = -1;
	r->want_tasks = input->part.task || input->want_tasks;
	result = trace_input_peek(input, header, sizeof(header), &got, err);
	if (result == 0) {
		r->is_big = header[0] == '2';
		result = load_u64((const uint8_t *)header + 8, r->is_big) == PERF_PIPE_HEADER_SIZE
				 ? open_pipe(r, input, err)
				 : open_file(r, input, err);
	}
	if (result < 0) {
		perf_close(r);
		return result;
	}
	*ret = (struct event_reader){
		.state = r,
		.read = perf_read,
		.close = perf_close,
		.print = &perf_script_print,
		.tasks = &r->tasks,
		.span = perf_span,
		.kallsyms = perf_kallsyms,
		.maps = perf_maps,
		.page_size = perf_page_size,
		.byte_count = r->file.size,
	};
	return 0;
}
