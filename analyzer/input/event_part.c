/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/event_part.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/input/text_stack.h"
#include "analyzer/input/text_where.h"
#include "analyzer/input/trace_facts.h"

static bool holds(const struct part_event *event, const char *text)
{
	return event->marker &&
	       memmem(event->marker, event->marker_length, text, strlen(text)) != NULL;
}

static bool in_window(struct part_filter *filter, const struct part_event *event)
{
	const struct part_edge *from = &filter->part->from;
	const struct part_edge *to = &filter->part->to;

	if (from->kind == PART_EDGE_MARKER && !filter->from_seen) {
		filter->from_seen = holds(event, from->marker);
	}
	if ((from->kind == PART_EDGE_MARKER && !filter->from_seen) ||
	    (from->kind == PART_EDGE_TIME && event->time_ns < from->time_ns)) {
		return false;
	}
	if (to->kind == PART_EDGE_MARKER && !filter->to_seen && holds(event, to->marker)) {
		filter->to_seen = true;
	}
	return !filter->to_seen && (to->kind != PART_EDGE_TIME || event->time_ns <= to->time_ns);
}

static bool in_place(const struct event_part *part, const struct part_event *event)
{
	if ((part->has_cpu && event->cpu != part->cpu) ||
	    (part->has_pid && event->pid != part->pid)) {
		return false;
	}
	return !part->task || (strlen(part->task) == event->task_length &&
			       memcmp(part->task, event->task, event->task_length) == 0);
}

bool part_filter_keeps(struct part_filter *filter, const struct part_event *event)
{
	bool keeps = in_window(filter, event) && (event->is_free || in_place(filter->part, event));

	filter->left_out_count += !keeps;
	filter->kept_count += keeps;
	return keeps;
}

int part_filter_check(const struct part_filter *filter, struct error *err)
{
	if (filter->part->from.kind == PART_EDGE_MARKER && !filter->from_seen) {
		return error_set(err, ERROR_INPUT, "no trace_marker line holds '%.200s' (--from)",
				 filter->part->from.marker);
	}
	if (filter->part->to.kind == PART_EDGE_MARKER && !filter->to_seen) {
		return error_set(err, ERROR_INPUT,
				 "no trace_marker line in the part holds '%.200s' (--to)",
				 filter->part->to.marker);
	}
	if (filter->kept_count == 0 && filter->left_out_count > 0) {
		return error_set(err, ERROR_INPUT,
				 "none of its events (%llu) is in the part asked for",
				 (unsigned long long)filter->left_out_count);
	}
	return 0;
}

static bool begins(const struct text_where *where, const char *end, const char *name)
{
	size_t length = strlen(name);

	return (size_t)(end - where->event) >= length && memcmp(where->event, name, length) == 0;
}

/* Of slab and page events: what gives memory back, and so counts whoever does it. */
static bool is_free(const struct text_where *where, const char *end)
{
	return begins(where, end, "kfree:") || begins(where, end, "kmem_cache_free:") ||
	       begins(where, end, "mm_page_free") || begins(where, end, "kmem:kfree:") ||
	       begins(where, end, "kmem:kmem_cache_free:") ||
	       begins(where, end, "kmem:mm_page_free");
}

static bool is_kept(struct part_source *layer, const char *line, const char *end)
{
	const struct event_part *part = layer->filter.part;
	struct text_where where;
	struct part_event event;

	if (*line == '#') {
		return true;
	}
	if (!text_where_get(line, end, &where)) {
		return layer->keeping || !text_stack_is_frame(line, end);
	}
	event = (struct part_event){
		.time_ns = where.time_ns,
		.cpu = where.cpu,
		.pid = where.pid,
		.task = where.task,
		.task_length = where.task_length,
		.is_free = event_part_has_place(part) && is_free(&where, end),
	};
	if (event_part_has_marker(part) &&
	    !text_where_marker(&where, end, &event.marker, &event.marker_length)) {
		event.marker = NULL;
	}
	layer->keeping = part_filter_keeps(&layer->filter, &event);
	return layer->keeping;
}

static bool append(struct part_source *layer, const char *bytes, size_t size)
{
	if (size > layer->out_capacity - layer->out_length) {
		size_t capacity = 2 * (layer->out_length + size);
		char *grown = realloc(layer->out, capacity);

		if (!grown) {
			return false;
		}
		layer->out = grown;
		layer->out_capacity = capacity;
	}
	memcpy(layer->out + layer->out_length, bytes, size);
	layer->out_length += size;
	return true;
}

/* A line with its newline, or a piece of one too long for any decoder, which passes. */
static bool line_done(struct part_source *layer, const char *line, size_t length)
{
	size_t text;

	if (length == 0) {
		return true;
	}
	text = line[length - 1] == '\n' ? length - 1 : length;
	if (length <= TRACE_LINE_MAX && text > 0 && !is_kept(layer, line, line + text)) {
		return true;
	}
	return append(layer, line, length);
}

static bool block_done(struct part_source *layer, const char *block, size_t size)
{
	const char *end = block + size;

	while (block < end) {
		const char *newline = memchr(block, '\n', (size_t)(end - block));
		size_t length = (size_t)((newline ? newline + 1 : end) - block);
		bool whole = newline && layer->line_length == 0;

		if (whole) {
			if (!line_done(layer, block, length)) {
				return false;
			}
		} else {
			size_t room = TRACE_LINE_MAX - layer->line_length;

			length = length < room ? length : room;
			memcpy(layer->line + layer->line_length, block, length);
			layer->line_length += length;
			if (layer->line_length == TRACE_LINE_MAX || block[length - 1] == '\n') {
				if (!line_done(layer, layer->line, layer->line_length)) {
					return false;
				}
				layer->line_length = 0;
			}
		}
		block += length;
	}
	return true;
}

static int part_next(struct byte_source *source, const char **ret, size_t *ret_size,
		     struct error *err)
{
	struct part_source *layer = (struct part_source *)source;

	layer->out_length = 0;
	while (layer->out_length == 0 && !layer->at_end) {
		const char *block;
		size_t size;
		int result = byte_source_next(layer->below, &block, &size, err);
		bool good;

		if (result < 0) {
			return result;
		}
		if (result > 0) {
			good = block_done(layer, block, size);
		} else {
			layer->at_end = true;
			good = line_done(layer, layer->line, layer->line_length);
		}
		if (!good) {
			return error_no_memory(err);
		}
	}
	*ret = layer->out;
	*ret_size = layer->out_length;
	return layer->out_length > 0;
}

int part_source_init(struct part_source *layer, struct byte_source *below,
		     const struct event_part *part, struct error *err)
{
	*layer = (struct part_source){
		.source = {part_next},
		.below = below,
		.filter = {.part = part},
		.line = malloc(TRACE_LINE_MAX),
	};
	return layer->line ? 0 : error_no_memory(err);
}

void part_source_release(struct part_source *layer)
{
	free(layer->line);
	free(layer->out);
	*layer = (struct part_source){0};
}

/* The time of the first event of the text, or of the last one. */
static bool find_event_time(const char *text, size_t size, bool last, uint64_t *ret)
{
	const char *end = text + size;
	bool found = false;

	while (text < end && (last || !found)) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		struct text_where where;

		/* the tail of a trace may begin inside a line, which then has no context */
		if (*text != '#' && text_where_get(text, stop, &where)) {
			*ret = where.time_ns;
			found = true;
		}
		text = stop + 1;
	}
	return found;
}

static void edge_resolve(struct part_edge *edge, uint64_t first, uint64_t span)
{
	if (edge->kind == PART_EDGE_PERCENT) {
		edge->kind = PART_EDGE_TIME;
		edge->time_ns =
			first + span / 100 * edge->percent + span % 100 * edge->percent / 100;
	}
}

void event_part_set_span(struct event_part *part, uint64_t first_ns, uint64_t last_ns)
{
	const uint64_t span = last_ns > first_ns ? last_ns - first_ns : 0;

	edge_resolve(&part->from, first_ns, span);
	edge_resolve(&part->to, first_ns, span);
}

bool event_part_resolve(struct event_part *part, const char *head, size_t head_size,
			const char *tail, size_t tail_size)
{
	uint64_t first;
	uint64_t last;

	if (!find_event_time(head, head_size, false, &first) ||
	    !find_event_time(tail, tail_size, true, &last) || last < first) {
		return false;
	}
	event_part_set_span(part, first, last);
	return true;
}
