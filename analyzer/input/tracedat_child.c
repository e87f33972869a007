/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/tracedat_child.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/kmem_format.h"
#include "analyzer/input/late_tracecmd.h"
#include "analyzer/input/task_names.h"
#include "analyzer/input/tracedat_kallsyms.h"
#include "analyzer/input/tracedat_wire.h"

#define BUFFER_SIZE   (64u * 1024u)
#define INSTANCES_MAX 256
#define FRAMES_MAX    1024u

/* common_type is a u16. */
#define TYPES 65536u

enum type_class {
	TYPE_UNSEEN,
	TYPE_SLAB,
	TYPE_PAGE,
	TYPE_MARKER,
	TYPE_STACK,
	TYPE_USER_STACK,
	TYPE_OTHER,
};

struct child {
	int out;
	char buffer[BUFFER_SIZE];
	size_t used;
	bool is_big;
	unsigned int long_size;
	struct tep_handle *tep;
	struct kmem_formats formats;
	const struct kmem_format *formats_of[TYPES]; /* of slab and page events */
	uint8_t classes[TYPES];
	bool frees[TYPES];	  /* of page events: they give memory back */
	struct kmem_field marker; /* the text of a print */
	/* of kernel_stack */
	bool has_frames;
	struct kmem_field frames;
	struct kmem_field frame_count;
	struct task_names tasks; /* that were told; only if they are wanted */
	bool wants_tasks;
	uint64_t first_ns, last_ns; /* of the records; first above last: there is none */
	uint64_t bytes_read;
	unsigned int quiet; /* records since the last message about progress */
};

static void flush(struct child *child)
{
	size_t at = 0;

	while (at < child->used) {
		ssize_t put = write(child->out, child->buffer + at, child->used - at);

		if (put < 0 && errno != EINTR) {
			_exit(0); /* nobody listens any more */
		}
		at += put > 0 ? (size_t)put : 0;
	}
	child->used = 0;
}

static void send_bytes(struct child *child, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size > 0) {
		size_t part = BUFFER_SIZE - child->used;

		part = size < part ? size : part;
		memcpy(child->buffer + child->used, from, part);
		child->used += part;
		from += part;
		size -= part;
		if (child->used == BUFFER_SIZE) {
			flush(child);
		}
	}
}

static void send_value(struct child *child, enum wire_kind kind, int cpu, uint64_t value)
{
	const struct wire_message message = {
		.kind = (uint16_t)kind,
		.cpu = (uint32_t)cpu,
		.values = {value},
	};

	send_bytes(child, &message, sizeof(message));
}

static _Noreturn void finish(struct child *child, enum wire_kind kind)
{
	send_value(child, kind, 0, 0);
	flush(child);
	_exit(0);
}

/* A message about a record: when it was, and whose. */
static struct wire_message message_of(const struct child *child, enum wire_kind kind,
				      struct tep_record *record)
{
	return (struct wire_message){
		.kind = (uint16_t)kind,
		.cpu = (uint32_t)record->cpu,
		.pid = record->data ? (uint32_t)sym_tep_data_pid(child->tep, record) : 0,
		.time_ns = record->ts,
	};
}

/* Tells what a task is called, the first time that it is met. */
static void send_task(struct child *child, struct tep_record *record)
{
	struct wire_message message = message_of(child, WIRE_TASK, record);
	const char *name;

	if (task_names_get(&child->tasks, message.pid)) {
		return;
	}
	name = sym_tep_data_comm_from_pid(child->tep, (int)message.pid);
	name = name ? name : "<...>";
	message.values[0] = strnlen(name, TASK_NAME_SIZE - 1);
	if (!task_names_set(&child->tasks, message.pid, name, (size_t)message.values[0])) {
		finish(child, WIRE_FAILED);
	}
	send_bytes(child, &message, sizeof(message));
	send_bytes(child, name, (size_t)message.values[0]);
}

static void send_record(struct child *child, enum wire_kind kind, struct tep_record *record)
{
	const struct wire_message message = message_of(child, kind, record);

	send_bytes(child, &message, sizeof(message));
}

static struct kmem_field field_of(struct tep_event *event, const char *name)
{
	struct tep_format_field *field = sym_tep_find_field(event, name);

	if (!field || field->offset < 0 || field->size < 0) {
		return (struct kmem_field){0};
	}
	return (struct kmem_field){(uint32_t)field->offset, (uint32_t)field->size};
}

/* The long of the kernel is that of its frames; tep's is that of the recording user space. */
static void settle_stack(struct child *child, struct tep_event *event)
{
	const struct tep_format_field *caller = sym_tep_find_field(event, "caller");

	child->has_frames = caller != NULL;
	child->frames = field_of(event, "caller");
	child->frame_count = field_of(event, "size");
	if (caller && (caller->elementsize == 4 || caller->elementsize == 8)) {
		child->long_size = caller->elementsize;
	}
}

/* First sight of an event: what is it? */
static enum type_class classify(struct child *child, unsigned int type)
{
	struct tep_event *event = sym_tep_find_event(child->tep, (int)type);
	struct kmem_format format = {.id = type};

	if (!event || !event->name || !event->system) {
		return TYPE_OTHER;
	}
	if (strcmp(event->system, "ftrace") == 0 && strcmp(event->name, "kernel_stack") == 0) {
		settle_stack(child, event);
		return TYPE_STACK;
	}
	if (strcmp(event->system, "ftrace") == 0 && strcmp(event->name, "user_stack") == 0) {
		return TYPE_USER_STACK;
	}
	format.kind = kmem_kind_of(event->system, event->name, &format.flags);
	if (format.kind == KMEM_MARKER) {
		child->marker = field_of(event, "buf");
		return child->marker.offset > 0 ? TYPE_MARKER : TYPE_OTHER;
	}
	if (format.kind < KMEM_PAGE) {
		return TYPE_OTHER;
	}
	format.page = text_page_kind_of(event->name);
	format.pfn = field_of(event, "pfn");
	format.order = field_of(event, "order");
	format.migratetype = field_of(event, "migratetype");
	format.call_site = field_of(event, "call_site");
	format.pointer = field_of(event, "ptr");
	format.bytes_req = field_of(event, "bytes_req");
	format.bytes_alloc = field_of(event, "bytes_alloc");
	if (!kmem_format_settle(&format)) {
		return TYPE_OTHER;
	}
	child->formats_of[type] = malloc(sizeof(format));
	if (!child->formats_of[type]) {
		finish(child, WIRE_FAILED);
	}
	memcpy((void *)child->formats_of[type], &format, sizeof(format));
	return format.kind == KMEM_PAGE ? TYPE_PAGE : TYPE_SLAB;
}

static void send_slab(struct child *child, const struct kmem_format *format,
		      struct tep_record *record, size_t size)
{
	struct sink_event event;
	struct wire_message message;

	if (!kmem_record_decode(format, record->data, size, child->is_big, &event)) {
		send_record(child, WIRE_DAMAGED, record);
		return;
	}
	message = message_of(child, event.flags & SLAB_EVENT_FREE ? WIRE_FREE : WIRE_ALLOC, record);
	message.flags = (uint16_t)event.flags;
	message.values[0] = event.pointer;
	message.values[1] = event.call_site;
	message.values[2] = event.bytes_req;
	message.values[3] = event.bytes_alloc;
	send_bytes(child, &message, sizeof(message));
}

static void send_marker(struct child *child, struct tep_record *record, size_t size)
{
	struct wire_message message = message_of(child, WIRE_MARKER, record);
	const struct kmem_field *field = &child->marker;
	const char *text;
	size_t length = kmem_marker_text(field, record->data, size, &text);

	message.values[0] = length;
	send_bytes(child, &message, sizeof(message));
	send_bytes(child, text, length);
}

/*
 * A kernel_stack: frames from `caller` on, as many as `size` says (since 3.x), or up to the
 * end of the record or an address of all ones.
 */
static void send_stack(struct child *child, const uint8_t *bytes, size_t size, int cpu)
{
	uint64_t frames[FRAMES_MAX];
	size_t limit = FRAMES_MAX;
	size_t count = 0;
	size_t at = child->frames.offset;

	if (child->frame_count.size == 4 && child->frame_count.offset + 4u <= size) {
		uint32_t said = load_u32(bytes + child->frame_count.offset, child->is_big);

		limit = said < limit ? said : limit;
	}
	if (!child->has_frames) {
		return;
	}
	for (; count < limit && at + child->long_size <= size; at += child->long_size) {
		uint64_t frame = child->long_size == 8 ? load_u64(bytes + at, child->is_big)
						       : load_u32(bytes + at, child->is_big);

		if (frame == (child->long_size == 8 ? UINT64_MAX : UINT32_MAX)) {
			break;
		}
		frames[count++] = frame;
	}
	send_value(child, WIRE_STACK, cpu, count);
	send_bytes(child, frames, count * sizeof(*frames));
}

static void send_progress(struct child *child, size_t size)
{
	child->bytes_read += size;
	if (++child->quiet >= WIRE_RECORDS_BETWEEN) {
		send_value(child, WIRE_PROGRESS, 0, child->bytes_read);
		child->bytes_read = 0;
		child->quiet = 0;
	}
}

static void send_page(struct child *child, const struct kmem_format *format,
		      struct tep_record *record, size_t size)
{
	struct wire_message message = message_of(child, WIRE_PAGE, record);
	struct text_page page;

	kmem_page_decode(format, record->data, size, child->is_big, &page);
	message.flags = (uint16_t)format->flags;
	message.values[0] = page.pfn;
	message.values[1] = page.order;
	message.values[2] = page.migratetype;
	message.values[3] = page.kind;
	send_bytes(child, &message, sizeof(message));
}

static void send_lost(struct child *child, struct tep_record *record)
{
	struct wire_message message = message_of(child, WIRE_LOST, record);

	message.values[0] =
		record->missed_events > 0 ? (uint64_t)record->missed_events : SINK_LOST_UNKNOWN;
	send_bytes(child, &message, sizeof(message));
}

static int on_record(struct tracecmd_input *handle, struct tep_record *record, int number,
		     void *context)
{
	struct child *child = context;
	const uint8_t *bytes = record->data;
	size_t size = record->size > 0 ? (size_t)record->size : 0;
	int cpu = record->cpu;
	unsigned int type;

	(void)handle;
	(void)number;
	if (record->missed_events) {
		send_lost(child, record);
	}
	if (child->wants_tasks && bytes) {
		send_task(child, record);
	}
	send_progress(child, record->record_size > 0 ? (size_t)record->record_size : 0);
	if (!bytes || size < 2) {
		send_value(child, WIRE_OTHER, cpu, 0);
		return 0;
	}
	type = load_u16(bytes, child->is_big);
	if (child->classes[type] == TYPE_UNSEEN) {
		child->classes[type] = (uint8_t)classify(child, type);
	}
	switch ((enum type_class)child->classes[type]) {
	case TYPE_SLAB:
		send_slab(child, child->formats_of[type], record, size);
		break;
	case TYPE_STACK:
		send_stack(child, bytes, size, cpu);
		break;
	case TYPE_USER_STACK:
		send_value(child, WIRE_STACK, cpu, 0);
		break;
	case TYPE_PAGE:
		send_page(child, child->formats_of[type], record, size);
		break;
	case TYPE_MARKER:
		send_marker(child, record, size);
		break;
	case TYPE_UNSEEN:
	case TYPE_OTHER:
		send_record(child, WIRE_OTHER, record);
		break;
	}
	return 0;
}

static void send_kallsyms(struct child *child, int fd)
{
	struct stat status;
	size_t size;
	char *text;
	void *file;

	if (fstat(fd, &status) < 0 || status.st_size <= 0) {
		return;
	}
	/* a file that gets shorter ends this process: see tracedat_reader.h */
	file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED) {
		return;
	}
	text = tracedat_kallsyms(file, (size_t)status.st_size, &size);
	munmap(file, (size_t)status.st_size);
	if (text) {
		send_value(child, WIRE_KALLSYMS, 0, size);
		send_bytes(child, text, size);
		free(text);
	}
}

/* Of the first look at a recording: when it begins and ends. */
static int on_span(struct tracecmd_input *handle, struct tep_record *record, int number,
		   void *context)
{
	struct child *child = context;

	(void)handle;
	(void)number;
	child->first_ns = record->ts < child->first_ns ? record->ts : child->first_ns;
	child->last_ns = record->ts > child->last_ns ? record->ts : child->last_ns;
	send_progress(child, 0);
	return 0;
}

/* The buffer at the top and the instances: the events may be in any of them. */
static int iterate(struct child *child, struct tracecmd_input *top,
		   int (*on)(struct tracecmd_input *, struct tep_record *, int, void *))
{
	struct tracecmd_input *handles[INSTANCES_MAX + 1] = {top};
	int count = sym_tracecmd_buffer_instances(top);
	int used = 1;

	for (int i = 0; i < count && i < INSTANCES_MAX; i++) {
		struct tracecmd_input *instance = sym_tracecmd_buffer_instance_handle(top, i);

		if (instance) {
			handles[used++] = instance;
		}
	}
	if (used == 1) {
		return sym_tracecmd_iterate_events(top, NULL, 0, on, child);
	}
	return sym_tracecmd_iterate_events_multi(handles, used, on, child);
}

static struct tracecmd_input *open_input(struct child *child, int fd)
{
	struct tracecmd_input *input = NULL;

	/* libtracecmd closes what it was given */
	fd = dup(fd);
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0) {
		input = sym_tracecmd_open_fd(fd, TRACECMD_FL_LOAD_NO_PLUGINS |
							 TRACECMD_FL_LOAD_NO_SYSTEM_PLUGINS);
	}
	child->tep = input ? sym_tracecmd_get_tep(input) : NULL;
	if (!child->tep) {
		finish(child, WIRE_FAILED);
	}
	return input;
}

static void send_span(struct child *child, int fd)
{
	struct tracecmd_input *input = open_input(child, fd);
	struct wire_message message = {.kind = WIRE_SPAN};

	child->first_ns = UINT64_MAX;
	if (iterate(child, input, on_span) < 0) {
		finish(child, WIRE_FAILED);
	}
	sym_tracecmd_close(input);
	message.values[0] = child->first_ns < child->last_ns ? child->first_ns : child->last_ns;
	message.values[1] = child->last_ns;
	send_bytes(child, &message, sizeof(message));
}

_Noreturn void tracedat_child_run(int fd, int out, unsigned int wants)
{
	struct child *child = calloc(1, sizeof(*child));
	struct tracecmd_input *input;
	struct error err;

	if (!child) {
		_exit(1);
	}
	child->out = out;
	if (late_tracecmd_load(&err) < 0) {
		finish(child, WIRE_FAILED); /* the parent could load it, and says so if not */
	}
	sym_tep_set_loglevel(TEP_LOG_NONE);
	sym_tracecmd_set_loglevel(TEP_LOG_NONE);
	child->wants_tasks = wants & WIRE_WANT_TASKS;
	send_kallsyms(child, fd);
	if (wants & WIRE_WANT_SPAN) {
		send_span(child, fd);
	}
	input = open_input(child, fd);
	child->is_big = sym_tep_is_file_bigendian(child->tep);
	child->long_size = sym_tep_get_long_size(child->tep) == 4 ? 4 : 8;
	send_value(child, WIRE_OPENED, 0, 0);
	finish(child, iterate(child, input, on_record) < 0 ? WIRE_FAILED : WIRE_END);
}
