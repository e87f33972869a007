/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "render/ring_scene.h"

#define ROW_HEIGHT   22.0
#define SWATCH	     12.0
#define TEXT_SIZE    12.0
#define HEAD_SIZE    10.5
#define ROW_LIMIT    16
#define SHARE_COLUMN 66.0  /* from the right edge to that of the bytes */
#define NAME_ROOM    104.0 /* px; the rest is the figures' */

struct legend_row {
	const char *name;
	uint64_t value;
	const struct slice *slice; /* NULL: no swatch */
	bool bold;
};

static void draw_row(struct ring_chart *chart, const struct legend_row *row, double y)
{
	const struct ring_frame *frame = &chart->frame;
	struct arena *arena = &chart->scene->arena;
	double base = y + ROW_HEIGHT / 2 + TEXT_SIZE * (LABEL_ASCENT - 0.5);
	char bytes[BYTES_TEXT_SIZE], share[BYTES_TEXT_SIZE];

	if (row->slice) {
		struct scene_shape swatch = {
			.kind = SHAPE_RECTANGLE,
			.corner = {frame->legend_left, y + (ROW_HEIGHT - SWATCH) / 2},
			.width = SWATCH,
			.height = SWATCH,
			.fill = palette_slice(&chart->layout, row->slice),
			.is_hatched = row->slice->kind == SLICE_OTHER,
		};

		scene_add_shape(chart->scene, &swatch);
	}
	ring_scene_text(chart, (struct point){frame->legend_left + SWATCH + 8, base}, ANCHOR_START,
			TEXT_SIZE, row->bold, chart->inks.text, NAME_ROOM, row->name);
	ring_scene_text(chart, (struct point){frame->legend_right - SHARE_COLUMN, base}, ANCHOR_END,
			TEXT_SIZE, row->bold, chart->inks.text, 0,
			arena_strdup(arena, text_bytes(bytes, row->value)));
	ring_scene_text(chart, (struct point){frame->legend_right, base}, ANCHOR_END, TEXT_SIZE,
			row->bold, chart->inks.muted, 0,
			arena_strdup(arena, text_share(share, row->value, chart->layout.total)));
}

static void draw_head(struct ring_chart *chart, double y)
{
	const struct ring_frame *frame = &chart->frame;
	struct scene_line rule = {
		.points = {{frame->legend_left, y + ROW_HEIGHT - 2},
			   {frame->legend_right, y + ROW_HEIGHT - 2}},
		.point_count = 2,
		.ink = chart->inks.empty,
		.width = 1,
	};
	double base = y + ROW_HEIGHT - 8;

	scene_add_line(chart->scene, &rule);
	ring_scene_text(chart, (struct point){frame->legend_left, base}, ANCHOR_START, HEAD_SIZE,
			false, chart->inks.muted, 0, "innermost ring");
	ring_scene_text(chart, (struct point){frame->legend_right - SHARE_COLUMN, base}, ANCHOR_END,
			HEAD_SIZE, false, chart->inks.muted, 0, "bytes");
	ring_scene_text(chart, (struct point){frame->legend_right, base}, ANCHOR_END, HEAD_SIZE,
			false, chart->inks.muted, 0, "share");
}

/* How many slices the first ring has; they come first in the layout. */
static size_t first_ring_count(const struct ring_layout *layout)
{
	size_t count = 0;

	while (count < layout->slice_count && layout->slices[count].ring == 0) {
		count++;
	}
	return count;
}

/* Slices from..to-1 as one row: gathered parts count as what they stand for. */
static struct legend_row rest_row(struct ring_chart *chart, size_t from, size_t to)
{
	const struct slice *slices = chart->layout.slices;
	struct legend_row row = {.slice = &slices[to - 1]};
	uint32_t count = 0;

	for (size_t i = from; i < to; i++) {
		row.value += slices[i].value;
		count += slices[i].count;
	}
	if (slices[to - 1].kind != SLICE_OTHER) {
		row.slice = NULL; /* several colours, so none */
	}
	row.name = arena_printf(&chart->scene->arena, "other (%u)", count);
	return row;
}

void ring_scene_draw_legend(struct ring_chart *chart)
{
	const struct ring_layout *layout = &chart->layout;
	const struct ring_frame *frame = &chart->frame;
	struct legend_row total = {.name = "total", .value = layout->total, .bold = true};
	size_t count = first_ring_count(layout), shown = count;
	double space = frame->bottom - frame->top, y;
	size_t limit = (size_t)fmin(ROW_LIMIT, fmax(0, space / ROW_HEIGHT - 3));

	if (count == 0 || limit == 0 || frame->legend_right <= frame->legend_left) {
		return;
	}
	if (shown > limit) {
		shown = limit - 1; /* the last row is for the rest */
	}
	y = frame->top + (space - ROW_HEIGHT * (double)(shown + 3)) / 2;
	draw_head(chart, y);
	for (size_t i = 0; i < shown; i++) {
		const struct slice *slice = &layout->slices[i];
		struct legend_row row = {
			.name = slice_title(slice, &chart->scene->arena),
			.value = slice->value,
			.slice = slice,
		};

		draw_row(chart, &row, y += ROW_HEIGHT);
	}
	if (shown < count) {
		struct legend_row rest = rest_row(chart, shown, count);

		draw_row(chart, &rest, y += ROW_HEIGHT);
	}
	draw_row(chart, &total, y + ROW_HEIGHT);
}
