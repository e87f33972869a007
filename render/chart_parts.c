/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What charts of every kind have around their slices. */
#include <math.h>
#include <string.h>

#include "render/ring_scene.h"

#define TITLE_SIZE     20.0
#define TITLE_MIN_SIZE 13.0
#define SENTENCE_SIZE  12.0
#define NOTE_SIZE      11.0
#define COMPACT_SIZE   11.0
#define ARROW	       "\xe2\x86\x92" /* U+2192 */
#define TOOLTIP_LIMIT  512	      /* characters of a path */

void ring_scene_text(struct ring_chart *chart, struct point base, enum text_anchor anchor,
		     double size, bool bold, colour ink, double room, const char *text)
{
	struct scene_text item = {
		.text = text,
		.base = base,
		.anchor = anchor,
		.size = size,
		.bold = bold,
		.ink = ink,
	};

	if (text && room > 0) {
		item.text = text_fit(chart->metrics, &chart->scene->arena, text, size, bold, room,
				     LABEL_MIN_CHARACTERS);
		if (!item.text) {
			return; /* too narrow for six characters: better nothing */
		}
	}
	item.width = item.text ? text_width(chart->metrics, item.text, size, bold) : 0;
	scene_add_text(chart->scene, &item);
}

struct ring_frame chart_frame(const struct chart_options *options)
{
	bool is_compact =
		options->width < CHART_COMPACT_BELOW || options->height < CHART_COMPACT_BELOW;

	return (struct ring_frame){
		.margin = is_compact ? CHART_COMPACT_MARGIN : CHART_MARGIN,
		.top = is_compact ? CHART_COMPACT_HEADER : CHART_HEADER,
		.bottom = options->height - (is_compact ? CHART_COMPACT_FOOTER : CHART_FOOTER),
		.is_compact = is_compact,
	};
}

struct ring_layout_options chart_layout_options(const struct chart_options *options)
{
	struct ring_layout_options layout = {
		.attribute = options->attribute,
		.branch = options->branch,
		.min_length = SLICE_MIN_LENGTH,
	};
	uint32_t depth = (uint32_t)options->depth;

	if (options->change) {
		layout.signs = options->change->signs;
		layout.below_top = options->change->branch != NULL;
		depth += depth < RING_LIMIT; /* that of the signs */
	}
	depth = ring_layout_depth(options->branch, options->attribute, depth);
	layout.ring_count = depth > 0 ? depth : 1;
	return layout;
}

const char *chart_words(const struct ring_chart *chart)
{
	return chart->options->change ? chart->options->change->words
				      : text_attribute_words(chart->options->attribute);
}

bool chart_is_empty(const struct ring_chart *chart)
{
	return chart->layout.total == 0 && !chart->options->change;
}

const char *chart_total_text(const struct ring_chart *chart)
{
	const struct chart_change *change = chart->options->change;
	char net[BYTES_TEXT_SIZE], bytes[BYTES_TEXT_SIZE];
	struct arena *arena = &chart->scene->arena;

	if (change) {
		return arena_printf(arena, "%s (%s)",
				    text_difference(net, change->before, change->after),
				    chart_before_after(chart));
	}
	return chart_is_empty(chart) ? memory_attribute_names[chart->layout.attribute]
				     : arena_strdup(arena, text_bytes(bytes, chart->layout.total));
}

const char *chart_before_after(const struct ring_chart *chart)
{
	const struct chart_change *change = chart->options->change;
	char before[BYTES_TEXT_SIZE], after[BYTES_TEXT_SIZE];

	return arena_printf(&chart->scene->arena, "%s " ARROW " %s",
			    text_difference(before, 0, change->before) + (change->before > 0),
			    text_difference(after, 0, change->after) + (change->after > 0));
}

/* In a change's tree paths begin with a sign, and below the branch that was compared. */
static const char *slice_path(const struct ring_chart *chart, const struct slice *slice)
{
	const struct chart_change *change = chart->options->change;
	struct arena *arena = &chart->scene->arena;
	char path[2048];
	const char *shown = path, *slash;

	tree_node_path(slice->node, path, sizeof(path));
	slash = change ? strchr(path, '/') : NULL;
	if (slash) {
		shown = change->branch ? arena_printf(arena, "%s%s", change->branch, slash)
				       : slash + 1;
	}
	return shown ? text_display(arena, shown, TOOLTIP_LIMIT) : NULL;
}

const char *chart_tooltip(const struct ring_chart *chart, const struct slice *slice)
{
	struct arena *arena = &chart->scene->arena;
	char count[BYTES_TEXT_SIZE], bytes[BYTES_TEXT_SIZE], share[BYTES_TEXT_SIZE];
	const char *name = slice_path(chart, slice);
	const char *what = "";

	if (!name) {
		return NULL;
	}
	if (slice->kind == SLICE_OTHER) {
		what = arena_printf(arena, "%s%u smaller", name[0] ? ", " : "", slice->count);
	} else if (slice->kind == SLICE_OWN) {
		what = name[0] ? ", itself" : "itself";
	}
	return arena_printf(arena, "%s%s: %s%s bytes (%s), %s%s", name, what ? what : "",
			    slice->sign < 0   ? MINUS
			    : slice->sign > 0 ? "+"
					      : "",
			    text_count(count, slice->value), slice_bytes(bytes, slice),
			    text_share(share, slice->value, chart->layout.total),
			    slice->deeper ? "; goes deeper" : "");
}

/* The path if there is room for it, else its end, which says more than its beginning. */
const char *chart_branch_name(struct ring_chart *chart, double size, double room)
{
	char path[2048];
	const struct chart_change *change = chart->options->change;
	struct arena *arena = &chart->scene->arena;
	const char *name = tree_node_path(chart->layout.branch, path, sizeof(path)), *slash;

	if (change) {
		name = change->branch ? change->branch : "";
	}
	if (!name[0]) {
		return "whole kernel";
	}
	name = text_display(arena, name, 256);
	slash = name ? strrchr(name, '/') : NULL;
	if (slash && slash[1] && text_width(chart->metrics, name, size, true) > room) {
		name = arena_printf(arena, ELLIPSIS "%s", slash);
	}
	return name;
}

/* In one line what is shown, in the other of what and how much. */
static void draw_compact_header(struct ring_chart *chart, double room)
{
	const struct ring_frame *frame = &chart->frame;
	const char *title = chart->options->title ? chart->scene->title : chart_words(chart);
	const char *name = chart_branch_name(chart, COMPACT_SIZE, room / 2);
	const char *total = chart_total_text(chart);
	const char *line = name && total
				   ? arena_printf(&chart->scene->arena, "%s: %s%s", name,
						  chart_is_empty(chart) ? "nothing of " : "", total)
				   : NULL;

	if (text_width(chart->metrics, chart->scene->title, TITLE_MIN_SIZE, true) <= room) {
		title = chart->scene->title;
	}
	ring_scene_text(chart, (struct point){frame->margin, 19}, ANCHOR_START, TITLE_MIN_SIZE,
			true, chart->inks.text, room, title);
	ring_scene_text(chart, (struct point){frame->margin, 35}, ANCHOR_START, COMPACT_SIZE, false,
			chart->inks.muted, room, line);
}

void chart_draw_header(struct ring_chart *chart)
{
	const struct ring_frame *frame = &chart->frame;
	const struct chart_options *options = chart->options;
	struct arena *arena = &chart->scene->arena;
	double room = chart->scene->width - 2 * frame->margin, width, size;
	const char *title =
		options->title
			? text_display(arena, options->title, 256)
			: arena_printf(arena, "%s: %s",
				       options->change ? "What changed" : "Who holds kernel memory",
				       chart_words(chart));

	chart->scene->title = title ? title : "";
	chart->scene->description =
		options->change ? CHANGE_SENTENCE : text_attribute_sentence(options->attribute);
	width = text_width(chart->metrics, chart->scene->title, TITLE_SIZE, true);
	size = width > room ? fmax(TITLE_MIN_SIZE, TITLE_SIZE * room / width) : TITLE_SIZE;
	if (frame->is_compact) {
		draw_compact_header(chart, room);
		return;
	}
	ring_scene_text(chart, (struct point){frame->margin, 38}, ANCHOR_START, size, true,
			chart->inks.text, room, title);
	ring_scene_text(chart, (struct point){frame->margin, 58}, ANCHOR_START, SENTENCE_SIZE,
			false, chart->inks.muted, room, chart->scene->description);
	if (options->source) {
		ring_scene_text(chart, (struct point){frame->margin, 75}, ANCHOR_START,
				SENTENCE_SIZE, false, chart->inks.muted, room,
				text_display(arena, options->source, 256));
	}
}

/* The key to the marks, only for marks that the chart has. */
void chart_draw_footer(struct ring_chart *chart, const char *deeper_mark)
{
	bool has_other = false, has_deeper = false;
	const char *note;

	for (size_t i = 0; i < chart->layout.slice_count; i++) {
		has_other |= chart->layout.slices[i].kind == SLICE_OTHER;
		has_deeper |= chart->layout.slices[i].deeper;
	}
	if (!has_other && !has_deeper) {
		return;
	}
	note = arena_printf(&chart->scene->arena, "%s%s%s%s",
			    has_other ? "Hatched: smaller parts, gathered" : "",
			    has_other && has_deeper ? "  \xc2\xb7  " : "",
			    has_deeper ? deeper_mark : "",
			    has_deeper ? ": the tree goes deeper" : "");
	ring_scene_text(chart,
			(struct point){chart->frame.margin,
				       chart->scene->height - (chart->frame.is_compact ? 8 : 16)},
			ANCHOR_START, NOTE_SIZE, false, chart->inks.muted,
			chart->scene->width - 2 * chart->frame.margin, note);
}
