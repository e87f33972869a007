/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/perf_emit.h"

#include <stdio.h>
#include <string.h>

static void unnamed(uint32_t pid, char text[TASK_NAME_SIZE])
{
	if (pid == 0) {
		snprintf(text, TASK_NAME_SIZE, "swapper");
	} else {
		snprintf(text, TASK_NAME_SIZE, ":%d", (int)pid);
	}
}

const struct recording_print perf_script_print = {.unnamed = unnamed};

void perf_count_other(struct trace_facts *facts, enum queued_kind kind)
{
	facts->page_event_count += kind == QUEUED_PAGE;
	facts->other_event_count += kind == QUEUED_OTHER;
	facts->damaged_count += kind == QUEUED_DAMAGED;
}

/* A new thread is called what the one is that made it. */
static bool inherit_name(struct task_names *tasks, uint32_t pid, uint32_t parent)
{
	const char *name = pid == parent ? NULL : task_names_get(tasks, parent);
	char copy[TASK_NAME_SIZE];

	if (!name) {
		return true;
	}
	memcpy(copy, name, sizeof(copy)); /* it may move */
	return task_names_set(tasks, pid, copy, strlen(copy));
}

static bool emit_stack(const struct queued_event *queued, struct event_sink *sink)
{
	size_t count;
	const uint64_t *frames = queued_frames(queued, &count);

	return count == 0 || event_sink_add_stack(sink, queued->event.cpu, frames, count);
}

static bool emit_page(const struct queued_event *queued, struct event_sink *sink)
{
	const struct sink_event *event = &queued->event;
	const struct text_page page = {
		.kind = (enum text_page_kind)event->call_site,
		.pfn = event->pointer,
		.order = (unsigned int)event->bytes_req,
		.migratetype = (unsigned int)event->bytes_alloc,
	};

	return event_sink_page(sink, &page, event) && emit_stack(queued, sink);
}

/* What is no slab event. */
static bool emit_other(const struct queued_event *queued, struct task_names *tasks,
		       struct event_sink *sink)
{
	const struct sink_event *event = &queued->event;
	size_t words;
	const char *text = (const char *)queued_frames(queued, &words);

	switch ((enum queued_kind)event->kind) {
	case QUEUED_MARKER:
		if (event_sink_keeps(sink, event, text, (size_t)event->bytes_req)) {
			event_sink_marker(sink, event->time_ns, text, (size_t)event->bytes_req);
		}
		return true;
	case QUEUED_LOST:
		event_sink_lost(sink, event->cpu, event->bytes_req, event->time_ns);
		return true;
	case QUEUED_COMM:
		return task_names_set(tasks, event->pid, text, (size_t)event->bytes_req);
	case QUEUED_FORK:
		return inherit_name(tasks, event->pid, (uint32_t)event->bytes_req);
	case QUEUED_PAGE:
		return emit_page(queued, sink);
	case QUEUED_SLAB:
	case QUEUED_OTHER:
	case QUEUED_DAMAGED:
		break;
	}
	if (event_sink_keeps(sink, event, NULL, 0)) {
		perf_count_other(&sink->batch->facts, (enum queued_kind)event->kind);
	}
	return true;
}

bool perf_emit(const struct queued_event *queued, struct task_names *tasks, struct event_sink *sink)
{
	const struct sink_event *event = &queued->event;

	if (event->kind != QUEUED_SLAB) {
		return emit_other(queued, tasks, sink);
	}
	return event_sink_add(sink, event) && (!queued->chain || emit_stack(queued, sink));
}
