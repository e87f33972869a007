/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/recording_part.h"

#include <string.h>

#include "analyzer/input/event_sink.h"

#define NS_PER_US 1000u

/* The time a tool prints, in nanoseconds. */
static uint64_t printed(const struct recording_print *print, uint64_t time_ns)
{
	uint64_t rounded = time_ns + print->rounding_ns;

	return rounded < time_ns ? time_ns : rounded - rounded % NS_PER_US;
}

/* Is an edge given more exactly than times are printed? */
static bool is_exact(const struct part_edge *edge)
{
	return edge->kind == PART_EDGE_TIME && edge->time_ns % NS_PER_US != 0;
}

void recording_part_init(struct recording_part *ret, const struct event_part *part,
			 const struct recording_print *print, const struct task_names *tasks,
			 uint64_t first_ns, uint64_t last_ns)
{
	*ret = (struct recording_part){
		.part = *part,
		.print = print,
		.tasks = tasks,
		.is_exact = is_exact(&part->from) || is_exact(&part->to),
	};
	ret->filter.part = &ret->part;
	event_part_set_span(&ret->part, printed(print, first_ns), printed(print, last_ns));
}

const char *recording_task(const struct recording_print *print, const struct task_names *tasks,
			   uint32_t pid, char space[TASK_NAME_SIZE])
{
	const char *name = task_names_get(tasks, pid);

	if (name) {
		return name;
	}
	print->unnamed(pid, space);
	return space;
}

bool recording_part_keeps(struct recording_part *part, const struct sink_event *event,
			  const char *marker, size_t marker_length)
{
	char space[TASK_NAME_SIZE];
	struct part_event what = {
		.time_ns = part->is_exact ? event->time_ns : printed(part->print, event->time_ns),
		.cpu = event->cpu,
		.is_free = event->flags & SLAB_EVENT_FREE,
		.pid = event->pid,
		.task = "",
		.marker = marker,
		.marker_length = marker_length,
	};

	if (part->part.task) {
		what.task = recording_task(part->print, part->tasks, event->pid, space);
		what.task_length = strlen(what.task);
	}
	return part_filter_keeps(&part->filter, &what);
}
