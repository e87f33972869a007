/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_tasks.h"

#include <string.h>

#include "analyzer/input/byte_order.h"
#include "analyzer/input/perf_emit.h"

bool perf_queue_text(struct perf_queue *queue, struct sink_event *event, const char *text,
		     size_t length)
{
	uint64_t words[SINK_MARKER_MAX / 8 + 1] = {0};

	memcpy(words, text, length);
	event->bytes_req = length;
	return perf_queue_add(queue, event, words, length / 8 + 1);
}

/* COMM: pid, tid, the name; what stands behind it ends the record. */
static bool queue_comm(struct perf_queue *queue, const struct perf_attrs *attrs,
		       const struct perf_record *record, bool is_big)
{
	const struct perf_trailer trailer =
		perf_trailer_read(attrs, record->body, record->size, is_big);
	struct sink_event event = {.kind = QUEUED_COMM, .time_ns = trailer.time};
	const char *name = (const char *)record->body + 8;
	size_t room;

	if (record->size < 8u + trailer.size) {
		return true;
	}
	event.pid = load_u32(record->body + 4, is_big);
	room = record->size - trailer.size - 8;
	return perf_queue_text(queue, &event, name,
			       strnlen(name, room < TASK_NAME_SIZE ? room : TASK_NAME_SIZE));
}

/* FORK: pid, ppid, tid, ptid, time. */
static bool queue_fork(struct perf_queue *queue, const struct perf_record *record, bool is_big)
{
	struct sink_event event = {.kind = QUEUED_FORK};

	if (record->size < 24) {
		return true;
	}
	event.pid = load_u32(record->body + 8, is_big);
	event.bytes_req = load_u32(record->body + 12, is_big);
	event.time_ns = load_u64(record->body + 16, is_big);
	return perf_queue_add(queue, &event, NULL, 0);
}

bool perf_tasks_queue(struct perf_queue *queue, const struct perf_attrs *attrs,
		      const struct perf_record *record, bool is_big)
{
	return record->type == PERF_COMM ? queue_comm(queue, attrs, record, is_big)
					 : queue_fork(queue, record, is_big);
}
