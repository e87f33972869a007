/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/html_timeline.h"

#include <stdio.h>
#include <stdlib.h>

#include "render/html_text.h"
#include "render/text.h"
#include "render/timeline_chart.h"
#include "render/timeline_layout.h"

#define HEIGHT 460 /* px: the page is long enough */
/* Phases in the table; the picture has those too that are beyond. */
#define PHASES_MAX 200

static void put_cell(struct byte_buffer *out, uint64_t bytes)
{
	char text[BYTES_TEXT_SIZE], count[BYTES_TEXT_SIZE];

	byte_buffer_printf(out, "<td title=\"%s bytes\">%s</td>", text_count(count, bytes),
			   text_bytes(text, bytes));
}

static void put_row(struct byte_buffer *out, const char *name, uint64_t most, uint64_t end)
{
	byte_buffer_text(out, "<tr><td class=\"name\">");
	html_put_text(out, name);
	byte_buffer_text(out, "</td>");
	put_cell(out, most);
	put_cell(out, end);
	byte_buffer_text(out, "</tr>\n");
}

static void put_bands(struct byte_buffer *out, const struct timeline_bands *bands)
{
	char other[BYTES_TEXT_SIZE + 16];

	byte_buffer_printf(out,
			   "<table><thead><tr><th scope=\"col\" class=\"name\">%s</th>"
			   "<th scope=\"col\">At most</th><th scope=\"col\">At the end</th></tr>"
			   "</thead>\n<tbody>\n",
			   bands->is_by_site ? "Call site" : "Directory");
	for (size_t i = 0; i < bands->count; i++) {
		const struct timeline_band *band = &bands->bands[i];

		if (band->name) {
			put_row(out, band->name[0] ? band->name : "(top)", band->most, band->end);
		} else {
			snprintf(other, sizeof(other), "other (%zu)", band->gathered);
			put_row(out, other, band->most, band->end);
		}
	}
	put_row(out, "total", bands->peak_bytes, bands->end_bytes);
	byte_buffer_text(out, "</tbody></table>\n");
}

/* The time each phase begins at, and what was live then. */
static bool put_phases(struct byte_buffer *out, const struct timeline_bands *bands,
		       struct arena *arena)
{
	const struct timeline *timeline = bands->timeline;

	if (timeline->marker_count == 0) {
		return true;
	}
	byte_buffer_text(out, "<table><thead><tr><th scope=\"col\" class=\"name\">Phase</th>"
			      "<th scope=\"col\">From</th><th scope=\"col\">Live then</th></tr>"
			      "</thead>\n<tbody>\n");
	for (size_t i = 0; i < timeline->marker_count && i < PHASES_MAX; i++) {
		const struct timeline_marker *marker = &timeline->markers[i];
		uint32_t bucket = timeline_bucket_of(timeline, marker->time);
		const char *when = timeline_time_text(timeline, marker->time, arena);
		uint64_t live = 0;

		if (!when) {
			return false;
		}
		for (size_t b = 0; b < bands->count; b++) {
			live += bands->bands[b].live[bucket];
		}
		byte_buffer_text(out, "<tr><td class=\"name\">");
		html_put_text(out, marker->text);
		byte_buffer_printf(out, "</td><td>%s</td>", when);
		put_cell(out, live);
		byte_buffer_text(out, "</tr>\n");
	}
	byte_buffer_text(out, "</tbody></table>\n");
	return true;
}

static bool put_sentence(struct byte_buffer *out, const struct timeline_bands *bands,
			 struct arena *arena)
{
	const struct timeline *timeline = bands->timeline;
	const char *peak = timeline_time_text(timeline, bands->peak_time, arena);
	const char *end = timeline_time_text(timeline, timeline->last, arena);
	char most[BYTES_TEXT_SIZE], last[BYTES_TEXT_SIZE], count[BYTES_TEXT_SIZE];
	uint64_t lost = 0;
	bool has_gap = false;

	if (!peak || !end) {
		return false;
	}
	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		lost += timeline->buckets[i].lost;
		has_gap |= timeline->buckets[i].is_gap;
	}
	byte_buffer_printf(out, "<p>Peak %s at %s, %s at the end (%s).",
			   text_bytes(most, bands->peak_bytes), peak,
			   text_bytes(last, bands->end_bytes), end);
	if (has_gap) {
		byte_buffer_printf(out, " Events were lost where it is hatched%s%s.",
				   lost > 0 ? ": " : "", lost > 0 ? text_count(count, lost) : "");
	}
	byte_buffer_text(out, "</p>\n");
	return true;
}

int html_timeline_write(struct byte_buffer *out, const struct timeline_bands *bands,
			const struct chart_options *options, struct error *err)
{
	const struct chart_options picture = {.height = HEIGHT, .source = options->source};
	unsigned char *bytes;
	struct arena arena;
	size_t size;
	bool good;

	if (timeline_chart_render(bands, &picture, CHART_SVG, &bytes, &size, err) < 0) {
		return err->code;
	}
	arena_init(&arena);
	byte_buffer_text(out, "<section id=\"timeline\" aria-labelledby=\"timeline-title\">\n"
			      "<h2 id=\"timeline-title\">Over time</h2>\n");
	good = put_sentence(out, bands, &arena);
	byte_buffer_text(out, "<div id=\"timeline-picture\">\n");
	byte_buffer_append(out, bytes, size);
	byte_buffer_text(out, "</div>\n<details><summary>The same as a table</summary>\n");
	put_bands(out, bands);
	good = good && put_phases(out, bands, &arena);
	byte_buffer_text(out, "</details>\n</section>\n");
	free(bytes);
	arena_release(&arena);
	return good ? 0 : error_no_memory(err);
}
