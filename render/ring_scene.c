/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/ring_scene.h"

#include <math.h>

#define EDGE_WIDTH     0.8 /* px between neighbours */
#define MARK_GAP       2.5 /* between the last ring and the marks for what goes deeper */
#define MARK_WIDTH     3.0
#define DOT_RADIUS     2.0 /* where a leader line begins */
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

/* "fs/inode.o: 298,928 bytes (292 KiB), 44.6 %" */
static const char *tooltip(const struct ring_chart *chart, const struct slice *slice)
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

static void draw_slices(struct ring_chart *chart)
{
	for (size_t i = 0; i < chart->layout.slice_count; i++) {
		const struct slice *slice = &chart->layout.slices[i];
		struct scene_shape shape = {
			.kind = SHAPE_SECTOR,
			.sector = slice_sector(slice, &chart->frame.rings),
			.fill = palette_slice(&chart->layout, slice),
			.has_edge = !slice->sliver,
			.is_hatched = slice->kind == SLICE_OTHER && !slice->sliver,
			.title = tooltip(chart, slice),
		};

		scene_add_shape(chart->scene, &shape);
	}
}

/* A band outside the last ring where the tree goes on. */
static void draw_deeper_marks(struct ring_chart *chart)
{
	const struct ring_layout *layout = &chart->layout;

	for (size_t i = 0; i < layout->slice_count; i++) {
		const struct slice *slice = &layout->slices[i];
		struct scene_shape mark = {.kind = SHAPE_SECTOR};

		if (!slice->deeper) {
			continue;
		}
		mark.sector = slice_sector(slice, &chart->frame.rings);
		mark.sector.inner = mark.sector.outer + MARK_GAP;
		mark.sector.outer = mark.sector.inner + MARK_WIDTH;
		mark.fill = palette_slice(layout, &layout->slices[slice->top]);
		scene_add_shape(chart->scene, &mark);
	}
}

/* The two lines of an inside label, stacked along the box's own vertical. */
static void draw_inside_label(struct ring_chart *chart, const struct label *label)
{
	const struct slice *slice = &chart->layout.slices[label->slice];
	colour ink = palette_ink(palette_slice(&chart->layout, slice));
	double down_x = -sin(label->box.angle), down_y = cos(label->box.angle);
	double base = -label->box.half_height + label->size * LABEL_ASCENT;
	struct scene_text text = {
		.text = label->text,
		.base = {label->box.centre.x + down_x * base, label->box.centre.y + down_y * base},
		.anchor = ANCHOR_MIDDLE,
		.angle = label->box.angle,
		.size = label->size,
		.width = label->text_width,
		.bold = label->bold,
		.ink = ink,
	};

	scene_add_text(chart->scene, &text);
	if (label->detail) {
		base = -label->box.half_height + label->size * LABEL_LINE_STEP +
		       label->detail_size * LABEL_ASCENT;
		text.text = label->detail;
		text.base = (struct point){label->box.centre.x + down_x * base,
					   label->box.centre.y + down_y * base};
		text.size = label->detail_size;
		text.width = label->detail_width;
		text.bold = false;
		scene_add_text(chart->scene, &text);
	}
}

static void draw_call_out(struct ring_chart *chart, const struct label *label)
{
	const struct oriented_box *box = &label->box;
	double base = box->centre.y - box->half_height + label->size * LABEL_ASCENT;
	struct point left = {box->centre.x - box->half_width, base};
	struct point right = {box->centre.x + box->half_width, base};
	struct scene_line line = {
		.points = {label->leader[0], label->leader[1], label->leader[2]},
		.point_count = 3,
		.ink = chart->inks.muted,
		.width = 0.8,
	};

	struct scene_shape dot = {
		.kind = SHAPE_SECTOR,
		.sector = {label->leader[0], 0, DOT_RADIUS, 0, 1},
		.fill = line.ink,
	};

	scene_add_line(chart->scene, &line);
	scene_add_shape(chart->scene, &dot);
	ring_scene_text(chart, left, ANCHOR_START, label->size, false, chart->inks.text, 0,
			label->text);
	ring_scene_text(chart, right, ANCHOR_END, label->detail_size, false, chart->inks.muted, 0,
			label->detail);
}

static void draw_labels(struct ring_chart *chart)
{
	for (size_t i = 0; i < chart->labels.count; i++) {
		const struct label *label = &chart->labels.labels[i];

		if (label->kind == LABEL_CALL_OUT) {
			draw_call_out(chart, label);
		} else {
			draw_inside_label(chart, label);
		}
	}
}

/* Half the chord of the hole at that distance from its middle. */
static double hole_room(const struct ring_chart *chart, double dy)
{
	double radius = chart->frame.rings.hole - 6;

	return radius > fabs(dy) ? 2 * sqrt(radius * radius - dy * dy) : 1;
}

/* The path if there is room for it, else its end, which says more than its beginning. */
static const char *branch_name(struct ring_chart *chart, double size, double room)
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

static void draw_middle(struct ring_chart *chart)
{
	struct point centre = chart->frame.rings.centre;
	struct arena *arena = &chart->scene->arena;
	char bytes[BYTES_TEXT_SIZE], count[BYTES_TEXT_SIZE];
	uint64_t total = chart->layout.total;
	const struct {
		double y, size;
		bool bold, muted;
		const char *text;
	} lines[] = {
		{-26, 16, true, false, branch_name(chart, 16, hole_room(chart, -34))},
		{-7, 11, false, true,
		 total ? text_attribute_words(chart->layout.attribute) : "nothing to show for"},
		{17, 18, true, false,
		 total ? arena_strdup(arena, text_bytes(bytes, total))
		       : memory_attribute_names[chart->layout.attribute]},
		{34, 10, false, true,
		 total ? arena_printf(arena, "%s bytes", text_count(count, total)) : ""},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct point base = {centre.x, centre.y + lines[i].y};
		double room = hole_room(chart, lines[i].y - lines[i].size / 2);

		ring_scene_text(chart, base, ANCHOR_MIDDLE, lines[i].size, lines[i].bold,
				lines[i].muted ? chart->inks.muted : chart->inks.text, room,
				lines[i].text);
	}
}

static void draw_header(struct ring_chart *chart)
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
static void draw_footer(struct ring_chart *chart)
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
	note = arena_printf(&chart->scene->arena, "%s%s%s",
			    has_other ? "Hatched: smaller parts, gathered" : "",
			    has_other && has_deeper ? "  \xc2\xb7  " : "",
			    has_deeper ? "Outer band: the tree goes deeper" : "");
	ring_scene_text(chart, (struct point){chart->frame.margin, chart->scene->height - 16},
			ANCHOR_START, NOTE_SIZE, false, chart->inks.muted,
			chart->scene->width - 2 * chart->frame.margin, note);
}

/* Instead of slices where there is nothing: the rings' place, empty. */
static void draw_nothing(struct ring_chart *chart)
{
	const struct rings *rings = &chart->frame.rings;
	struct scene_shape ring = {
		.kind = SHAPE_SECTOR,
		.sector = {rings->centre, rings->hole, rings->radius, 0, 1},
		.fill = chart->inks.empty,
	};

	scene_add_shape(chart->scene, &ring);
}

void ring_scene_draw(struct ring_chart *chart)
{
	chart->scene->edge_width = EDGE_WIDTH;
	draw_header(chart);
	if (chart->layout.total == 0) {
		draw_nothing(chart);
	}
	draw_slices(chart);
	draw_deeper_marks(chart);
	draw_labels(chart);
	draw_middle(chart);
	ring_scene_draw_legend(chart);
	draw_footer(chart);
}
