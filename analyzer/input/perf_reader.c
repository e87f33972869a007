/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_reader.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/perf_emit.h"
#include "analyzer/input/perf_header.h"
#include "analyzer/input/perf_span.h"
#include "analyzer/input/perf_take.h"

/* Records looked at in one call, so that a recording of anything else shows progress too. */
#define RECORDS_PER_READ (64u * 1024u)

bool perf_reader_recognizes(const char *bytes, size_t size)
{
	return size >= PERF_PIPE_HEADER_SIZE &&
	       (memcmp(bytes, "PERFILE2", 8) == 0 || memcmp(bytes, "2ELIFREP", 8) == 0);
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
			result = perf_take_record(r, &record, sink, err);
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
