/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What charts of every kind have around their slices. */
#include <math.h>

#include "render/ring_scene.h"

#define TITLE_SIZE     20.0
#define TITLE_MIN_SIZE 13.0
#define SENTENCE_SIZE  12.0
#define NOTE_SIZE      11.0
#define TOOLTIP_LIMIT  512 /* characters of a path */

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

const char *chart_tooltip(const struct ring_chart *chart, const struct slice *slice)
{
	struct arena *arena = &chart->scene->arena;
	char path[2048], count[BYTES_TEXT_SIZE], bytes[BYTES_TEXT_SIZE], share[BYTES_TEXT_SIZE];
	const char *name =
		text_display(arena, tree_node_path(slice->node, path, sizeof(path)), TOOLTIP_LIMIT);
	const char *what = "";

	if (!name) {
		return NULL;
	}
	if (slice->kind == SLICE_OTHER) {
		what = arena_printf(arena, "%s%u smaller", name[0] ? ", " : "", slice->count);
	} else if (slice->kind == SLICE_OWN) {
		what = name[0] ? ", itself" : "itself";
	}
	return arena_printf(arena, "%s%s: %s bytes (%s), %s%s", name, what ? what : "",
			    text_count(count, slice->value), text_bytes(bytes, slice->value),
			    text_share(share, slice->value, chart->layout.total),
			    slice->deeper ? "; goes deeper" : "");
}

/* The path if there is room for it, else its end, which says more than its beginning. */
const char *chart_branch_name(struct ring_chart *chart, double size, double room)
{
	char path[2048];
	const struct tree_node *branch = chart->layout.branch;
	struct arena *arena = &chart->scene->arena;
	const char *name;

	if (!branch->parent) {
		return "whole kernel";
	}
	name = text_display(arena, tree_node_path(branch, path, sizeof(path)), 256);
	if (name && text_width(chart->metrics, name, size, true) > room && branch->parent->parent) {
		name = text_display(arena, branch->name, 256);
		name = name ? arena_printf(arena, ELLIPSIS "/%s", name) : NULL;
	}
	return name;
}

void chart_draw_header(struct ring_chart *chart)
{
	const struct ring_frame *frame = &chart->frame;
	const struct chart_options *options = chart->options;
	struct arena *arena = &chart->scene->arena;
	double room = chart->scene->width - 2 * frame->margin, width, size;
	const char *title = options->title ? text_display(arena, options->title, 256)
					   : arena_printf(arena, "Who holds kernel memory: %s",
							  text_attribute_words(options->attribute));

	chart->scene->title = title ? title : "";
	chart->scene->description = text_attribute_sentence(options->attribute);
	width = text_width(chart->metrics, chart->scene->title, TITLE_SIZE, true);
	size = width > room ? fmax(TITLE_MIN_SIZE, TITLE_SIZE * room / width) : TITLE_SIZE;
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
	ring_scene_text(chart, (struct point){chart->frame.margin, chart->scene->height - 16},
			ANCHOR_START, NOTE_SIZE, false, chart->inks.muted,
			chart->scene->width - 2 * chart->frame.margin, note);
}
