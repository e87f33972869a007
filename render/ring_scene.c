/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/ring_scene.h"

#include <math.h>

#define EDGE_WIDTH 0.8 /* px between neighbours */
#define MARK_GAP   2.5 /* between the last ring and the marks for what goes deeper */
#define MARK_WIDTH 3.0
#define DOT_RADIUS 2.0 /* where a leader line begins */

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
			.title = chart_tooltip(chart, slice),
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

static void draw_middle(struct ring_chart *chart)
{
	struct point centre = chart->frame.rings.centre;
	struct arena *arena = &chart->scene->arena;
	const struct chart_change *change = chart->options->change;
	bool is_empty = chart_is_empty(chart);
	char net[BYTES_TEXT_SIZE], count[BYTES_TEXT_SIZE];
	const struct {
		double y, size;
		bool bold, muted;
		const char *text;
	} lines[] = {
		{-26, 16, true, false, chart_branch_name(chart, 16, hole_room(chart, -34))},
		{-7, 11, false, true, is_empty ? "nothing to show for" : chart_words(chart)},
		{17, 18, true, false,
		 change && chart->layout.total == 0 ? "no change"
		 : change ? arena_strdup(arena, text_difference(net, change->before, change->after))
			  : chart_total_text(chart)},
		{34, 10, false, true,
		 change ? chart_before_after(chart)
		 : is_empty
			 ? ""
			 : arena_printf(arena, "%s bytes", text_count(count, chart->layout.total))},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct point base = {centre.x, centre.y + lines[i].y};
		double room = hole_room(chart, lines[i].y - lines[i].size / 2);

		ring_scene_text(chart, base, ANCHOR_MIDDLE, lines[i].size, lines[i].bold,
				lines[i].muted ? chart->inks.muted : chart->inks.text, room,
				lines[i].text);
	}
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
	chart_draw_header(chart);
	if (chart->layout.total == 0) {
		draw_nothing(chart);
	}
	draw_slices(chart);
	draw_deeper_marks(chart);
	draw_labels(chart);
	draw_middle(chart);
	ring_scene_draw_legend(chart);
	chart_draw_footer(chart, "Outer band");
}
