/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracedat_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/late_tracecmd.h"
#include "analyzer/input/recording_file.h"
#include "analyzer/input/task_names.h"
#include "analyzer/input/tracedat_wire.h"
#include "analyzer/input/tracedat_zlib.h"

#define BUFFER_SIZE (64u * 1024u)

#define MAGIC_SIZE   10u
#define VERSION_SIZE 8u /* enough: a number */

/* The largest kallsyms taken. */
#define KALLSYMS_MAX ((uint64_t)256 << 20)

struct tracedat_reader {
	const char *name;
	struct recording_file file;
	struct tracedat_process process;
	char buffer[BUFFER_SIZE];
	size_t begin, end; /* of what the buffer holds */
	char *kallsyms;
	size_t kallsyms_size;
	struct task_names tasks;
	bool has_span;
	uint64_t first_ns, last_ns;
	uint64_t event_count;
	uint64_t bytes_done; /* at most the size of the file */
	uint32_t cpu_count;
	uint32_t page_size;
	bool is_done;
	uint64_t frames[STACK_FRAMES_MAX];
};

bool tracedat_reader_recognizes(const char *bytes, size_t size)
{
	return size >= MAGIC_SIZE && memcmp(bytes, "\x17\x08\x44tracing", MAGIC_SIZE) == 0;
}

static int unreadable(const struct tracedat_reader *r, struct error *err)
{
	if (r->event_count == 0) {
		return error_set(
			err, ERROR_INPUT,
			"%s: libtracecmd cannot read it: it is cut (%llu bytes), damaged, or "
			"compressed in a way unknown here",
			r->name, (unsigned long long)r->file.size);
	}
	return error_set(err, ERROR_INPUT,
			 "%s: is damaged behind its first %llu events: libtracecmd cannot read on",
			 r->name, (unsigned long long)r->event_count);
}

/* Waits for more from the child and takes what there is. */
static int refill(struct tracedat_reader *r, struct error *err)
{
	struct pollfd poll_pipe = {.fd = r->process.pipe, .events = POLLIN};
	ssize_t got;
	int ready;

	do {
		ready = poll(&poll_pipe, 1, TRACEDAT_PATIENCE * 1000);
	} while (ready < 0 && errno == EINTR);
	if (ready <= 0) {
		return unreadable(r, err); /* it hangs */
	}
	do {
		got = read(r->process.pipe, r->buffer, sizeof(r->buffer));
	} while (got < 0 && errno == EINTR);
	if (got <= 0) {
		return unreadable(r, err); /* it crashed */
	}
	r->begin = 0;
	r->end = (size_t)got;
	return 0;
}

static int take(struct tracedat_reader *r, void *ret, size_t size, struct error *err)
{
	char *to = ret;

	while (size > 0) {
		size_t part = r->end - r->begin;

		if (part == 0) {
			if (refill(r, err) < 0) {
				return err->code;
			}
			continue;
		}
		part = part < size ? part : size;
		memcpy(to, r->buffer + r->begin, part);
		r->begin += part;
		to += part;
		size -= part;
	}
	return 0;
}

static int take_kallsyms(struct tracedat_reader *r, uint64_t size, struct error *err)
{
	if (size == 0 || size > KALLSYMS_MAX || r->kallsyms) {
		return unreadable(r, err);
	}
	r->kallsyms = malloc((size_t)size);
	if (!r->kallsyms) {
		return error_no_memory(err);
	}
	r->kallsyms_size = (size_t)size;
	return take(r, r->kallsyms, (size_t)size, err);
}

static int take_stack(struct tracedat_reader *r, const struct wire_message *message,
		      struct event_sink *sink, struct error *err)
{
	uint64_t count = message->values[0];
	size_t kept = count < STACK_FRAMES_MAX ? (size_t)count : STACK_FRAMES_MAX;

	if (take(r, r->frames, kept * sizeof(*r->frames), err) < 0) {
		return err->code;
	}
	for (uint64_t i = kept; i < count; i++) {
		uint64_t frame;

		if (take(r, &frame, sizeof(frame), err) < 0) {
			return err->code;
		}
	}
	return event_sink_add_stack(sink, message->cpu, r->frames, kept) ? 0 : error_no_memory(err);
}

/* What is said of a record. */
static struct sink_event event_of(const struct wire_message *message)
{
	return (struct sink_event){
		.flags = message->flags & (SLAB_EVENT_FREE | SLAB_EVENT_CACHE),
		.cpu = message->cpu,
		.pid = message->pid,
		.has_pid = true,
		.has_time = true,
		.time_ns = message->time_ns,
	};
}

static int take_slab(struct tracedat_reader *r, const struct wire_message *message,
		     struct event_sink *sink, struct error *err)
{
	struct sink_event event = event_of(message);

	event.pointer = message->values[0];
	event.call_site = message->values[1];
	event.bytes_req = message->values[2];
	event.bytes_alloc = message->values[3];
	r->event_count++;
	return event_sink_add(sink, &event) ? 0 : error_no_memory(err);
}

/* Events that are counted only. */
static void take_other(const struct wire_message *message, uint64_t *count, struct event_sink *sink)
{
	const struct sink_event event = event_of(message);

	*count += event_sink_keeps(sink, &event, NULL, 0);
	event_sink_pass(sink, message->cpu);
}

static int take_page(struct tracedat_reader *r, const struct wire_message *message,
		     struct event_sink *sink, struct error *err)
{
	const struct sink_event event = event_of(message);
	struct text_page page = {.pfn = message->values[0]};

	if (message->values[3] > TEXT_PAGE_UNNUMBERED) {
		return unreadable(r, err);
	}
	page.kind = (enum text_page_kind)message->values[3];
	text_page_settle(&page, message->values[1], message->values[2]);
	return event_sink_page(sink, &page, &event) ? 0 : error_no_memory(err);
}

/* A text of at most size bytes. */
static int take_text(struct tracedat_reader *r, const struct wire_message *message, char *ret,
		     size_t size, struct error *err)
{
	if (message->values[0] > size) {
		return unreadable(r, err);
	}
	return take(r, ret, (size_t)message->values[0], err);
}

static int take_marker(struct tracedat_reader *r, const struct wire_message *message,
		       struct event_sink *sink, struct error *err)
{
	const struct sink_event event = event_of(message);
	size_t length = (size_t)message->values[0];
	char text[SINK_MARKER_MAX];

	if (take_text(r, message, text, sizeof(text), err) < 0) {
		return err->code;
	}
	if (event_sink_keeps(sink, &event, text, length)) {
		event_sink_marker(sink, event.time_ns, text, length);
	}
	event_sink_pass(sink, event.cpu);
	return 0;
}

static int take_task(struct tracedat_reader *r, const struct wire_message *message,
		     struct error *err)
{
	char text[TASK_NAME_SIZE];

	if (take_text(r, message, text, sizeof(text), err) < 0) {
		return err->code;
	}
	return task_names_set(&r->tasks, message->pid, text, (size_t)message->values[0])
		       ? 0
		       : error_no_memory(err);
}

static void take_progress(struct tracedat_reader *r, const struct wire_message *message,
			  struct trace_facts *facts)
{
	uint64_t left = r->file.size - r->bytes_done;
	uint64_t done = message->values[0] < left ? message->values[0] : left;

	r->bytes_done += done;
	facts->byte_count += done;
}

static int take_message(struct tracedat_reader *r, const struct wire_message *message,
			struct event_sink *sink, struct error *err)
{
	struct trace_facts *facts = &sink->batch->facts;

	if (message->cpu >= r->cpu_count && message->cpu < STACK_CPUS) {
		r->cpu_count = message->cpu + 1;
	}
	switch ((enum wire_kind)message->kind) {
	case WIRE_ALLOC:
	case WIRE_FREE:
		return take_slab(r, message, sink, err);
	case WIRE_PAGE:
		return take_page(r, message, sink, err);
	case WIRE_MARKER:
		return take_marker(r, message, sink, err);
	case WIRE_TASK:
		return take_task(r, message, err);
	case WIRE_OTHER:
		take_other(message, &facts->other_event_count, sink);
		return 0;
	case WIRE_DAMAGED:
		take_other(message, &facts->damaged_count, sink);
		return 0;
	case WIRE_STACK:
		facts->stack_line_count++;
		return take_stack(r, message, sink, err);
	case WIRE_LOST:
		event_sink_lost(sink, message->cpu, message->values[0], message->time_ns);
		return 0;
	case WIRE_PROGRESS:
		take_progress(r, message, facts);
		return 0;
	case WIRE_END:
		r->is_done = true;
		return 0;
	case WIRE_KALLSYMS:
	case WIRE_SPAN:
	case WIRE_OPENED:
	case WIRE_FAILED:
		break;
	}
	return unreadable(r, err);
}

static int tracedat_read(void *state, struct event_sink *sink, struct error *err)
{
	struct tracedat_reader *r = state;
	uint64_t before = r->event_count;

	if (r->is_done) {
		return 0;
	}
	/* other events count too, so that a recording of anything else shows progress */
	for (unsigned int i = 0; i < 8 * EVENT_SINK_EVENTS && !r->is_done; i++) {
		struct wire_message message;

		if (event_sink_is_full(sink)) {
			break;
		}
		if (take(r, &message, sizeof(message), err) < 0 ||
		    take_message(r, &message, sink, err) < 0) {
			return err->code;
		}
	}
	sink->batch->facts.cpu_count = r->event_count > before ? r->cpu_count : 0;
	return 1;
}

static void tracedat_close(void *state)
{
	struct tracedat_reader *r = state;

	tracedat_process_end(&r->process);
	recording_file_close(&r->file);
	task_names_release(&r->tasks);
	free(r->kallsyms);
	free(r);
}

static const char *tracedat_kallsyms_get(void *state, size_t *ret_size)
{
	struct tracedat_reader *r = state;

	*ret_size = r->kallsyms_size;
	return r->kallsyms;
}

static const struct recording_maps *tracedat_maps(void *state)
{
	(void)state;
	return NULL;
}

static uint32_t tracedat_page_size(void *state)
{
	return ((struct tracedat_reader *)state)->page_size;
}

static int tracedat_span(void *state, uint64_t *ret_first_ns, uint64_t *ret_last_ns,
			 struct error *err)
{
	const struct tracedat_reader *r = state;

	if (!r->has_span) {
		return unreadable(r, err);
	}
	*ret_first_ns = r->first_ns;
	*ret_last_ns = r->last_ns;
	return 0;
}

/* As trace-cmd report prints it. */
static void unnamed(uint32_t pid, char text[TASK_NAME_SIZE])
{
	(void)pid;
	snprintf(text, TASK_NAME_SIZE, "<...>");
}

static const struct recording_print report_print = {.rounding_ns = 500, .unnamed = unnamed};

static int child_start(struct tracedat_reader *r, unsigned int wants, struct error *err)
{
	struct error why;
	int problem;

	/* the process loads it too, which was forked before; here it is for the message */
	if (late_tracecmd_load(&why) < 0) {
		return error_set(err, why.code, "%s: %s", r->name, why.text);
	}
	problem = tracedat_process_give(&r->process, r->file.fd, wants);
	if (problem) {
		return error_set_errno(err, ERROR_INPUT, problem, "%s: cannot start a reader",
				       r->name);
	}
	return 0;
}

/*
 * The recorded kernel's page size: magic, version "\0", u8 byte order, u8 size of long, u32
 * page size; in every version (trace-cmd.dat.v6(5), trace-cmd.dat.v7(5)).
 */
static int read_page_size(struct tracedat_reader *r, struct error *err)
{
	uint8_t bytes[MAGIC_SIZE + VERSION_SIZE + 6];
	const uint8_t *end;
	size_t size;

	if (recording_file_read(&r->file, 0, bytes, sizeof(bytes), &size, err) < 0) {
		return err->code;
	}
	end = size > MAGIC_SIZE ? memchr(bytes + MAGIC_SIZE, '\0', size - MAGIC_SIZE) : NULL;
	if (end && (size_t)(bytes + size - end) >= 7) {
		r->page_size = load_u32(end + 3, end[1] == 1);
	}
	return 0;
}

/* Reads what comes before the events. */
static int wait_opened(struct tracedat_reader *r, struct error *err)
{
	for (;;) {
		struct wire_message message = {0};

		if (take(r, &message, sizeof(message), err) < 0) {
			return err->code;
		}
		switch ((enum wire_kind)message.kind) {
		case WIRE_OPENED:
			return 0;
		case WIRE_KALLSYMS:
			if (take_kallsyms(r, message.values[0], err) < 0) {
				return err->code;
			}
			break;
		case WIRE_SPAN:
			r->first_ns = message.values[0];
			r->last_ns = message.values[1];
			r->has_span = true;
			break;
		case WIRE_PROGRESS: /* of a first look at all events */
			break;
		default:
			return unreadable(r, err);
		}
	}
}

/* Opens it as libtracecmd can read it. */
static int open_file(struct tracedat_reader *r, struct trace_input *input, struct error *err)
{
	struct recording_file plain;
	int result = recording_file_open(input, &r->file, err);

	if (result == 0) {
		result = tracedat_zlib_unpack(&r->file, &plain, err);
	}
	if (result > 0) {
		recording_file_close(&r->file);
		r->file = plain;
	}
	return result < 0 ? result : 0;
}

static unsigned int wants_of(const struct trace_input *input)
{
	return (event_part_has_percent(&input->part) ? WIRE_WANT_SPAN : 0u) |
	       (input->part.task || input->want_tasks ? WIRE_WANT_TASKS : 0u);
}

int tracedat_reader_open(struct trace_input *input, struct event_reader *ret, struct error *err)
{
	struct tracedat_reader *r = calloc(1, sizeof(*r));

	if (!r) {
		return error_no_memory(err);
	}
	r->name = input->name;
	r->process = input->tracedat;
	input->tracedat = (struct tracedat_process){0}; /* r's now */
	r->file.fd = -1;
	if (open_file(r, input, err) < 0 || read_page_size(r, err) < 0 ||
	    child_start(r, wants_of(input), err) < 0 || wait_opened(r, err) < 0) {
		tracedat_close(r);
		return err->code;
	}
	*ret = (struct event_reader){
		.state = r,
		.read = tracedat_read,
		.close = tracedat_close,
		.print = &report_print,
		.tasks = &r->tasks,
		.span = tracedat_span,
		.kallsyms = tracedat_kallsyms_get,
		.maps = tracedat_maps,
		.page_size = tracedat_page_size,
		.byte_count = r->file.size,
	};
	return 0;
}
