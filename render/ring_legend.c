/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "render/ring_scene.h"

#define ROW_HEIGHT   22.0
#define SWATCH	     12.0
#define TEXT_SIZE    12.0
#define HEAD_SIZE    10.5
#define ROW_LIMIT    18
#define SHARE_COLUMN 66.0  /* from the right edge to that of the bytes */
#define NAME_ROOM    104.0 /* px; the rest is the figures' */

struct legend_row {
	const char *name;
	uint64_t value;
	int sign;
	bool has_swatch, is_hatched;
	colour fill;
	bool bold, is_net;
};

/* From the top down; what does not fit is dropped, so the last ones are placed first. */
struct legend {
	struct legend_row rows[ROW_LIMIT];
	size_t count;
};

static void draw_row(struct ring_chart *chart, const struct legend_row *row, double y)
{
	const struct ring_frame *frame = &chart->frame;
	struct arena *arena = &chart->scene->arena;
	double base = y + ROW_HEIGHT / 2 + TEXT_SIZE * (LABEL_ASCENT - 0.5);
	char bytes[BYTES_TEXT_SIZE], share[BYTES_TEXT_SIZE];

	if (row->has_swatch) {
		struct scene_shape swatch = {
			.kind = SHAPE_RECTANGLE,
			.corner = {frame->legend_left, y + (ROW_HEIGHT - SWATCH) / 2},
			.width = SWATCH,
			.height = SWATCH,
			.fill = row->fill,
			.is_hatched = row->is_hatched,
		};

		scene_add_shape(chart->scene, &swatch);
	}
	ring_scene_text(chart, (struct point){frame->legend_left + SWATCH + 8, base}, ANCHOR_START,
			TEXT_SIZE, row->bold, chart->inks.text, NAME_ROOM, row->name);
	ring_scene_text(chart, (struct point){frame->legend_right - SHARE_COLUMN, base}, ANCHOR_END,
			TEXT_SIZE, row->bold, chart->inks.text, 0,
			arena_strdup(arena, text_signed_bytes(bytes, row->value, row->sign)));
	if (row->is_net) {
		return; /* a balance is no share of the area */
	}
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
			false, chart->inks.muted, 0,
			chart->options->change ? "inner rings" : "innermost ring");
	ring_scene_text(chart, (struct point){frame->legend_right - SHARE_COLUMN, base}, ANCHOR_END,
			HEAD_SIZE, false, chart->inks.muted, 0, "bytes");
	ring_scene_text(chart, (struct point){frame->legend_right, base}, ANCHOR_END, HEAD_SIZE,
			false, chart->inks.muted, 0, "share");
}

static void legend_add(struct legend *legend, const struct legend_row *row)
{
	if (legend->count < ROW_LIMIT) {
		legend->rows[legend->count++] = *row;
	}
}

static void legend_add_slice(struct ring_chart *chart, struct legend *legend,
			     const struct slice *slice)
{
	legend_add(legend, &(struct legend_row){
				   .name = slice_title(slice, &chart->scene->arena),
				   .value = slice->value,
				   .sign = slice->sign,
				   .has_swatch = true,
				   .is_hatched = slice->kind == SLICE_OTHER,
				   .fill = palette_slice(&chart->layout, slice),
			   });
}

/*
 * Adds slices from..to-1, in at most limit rows. Where there are more, those in front have rows,
 * one row without a swatch stands for what follows, and what the chart gathered keeps its own.
 */
static void legend_add_slices(struct ring_chart *chart, struct legend *legend, size_t from,
			      size_t to, size_t limit)
{
	const struct slice *slices = chart->layout.slices;
	struct arena *arena = &chart->scene->arena;
	bool has_other = to > from && slices[to - 1].kind == SLICE_OTHER;
	size_t named = to - has_other, shown = named;
	struct legend_row rest = {.sign = to > from ? slices[from].sign : 0};

	if (to - from > limit) {
		size_t kept = 1 + has_other;

		shown = from + (limit > kept ? limit - kept : 0);
	}
	for (size_t i = from; i < shown; i++) {
		legend_add_slice(chart, legend, &slices[i]);
	}
	for (size_t i = shown; i < named; i++) {
		rest.value += slices[i].value;
	}
	if (shown < named) {
		rest.name = arena_printf(arena, "%zu smaller", named - shown);
		legend_add(legend, &rest);
	}
	if (has_other) {
		legend_add_slice(chart, legend, &slices[named]);
	}
}

/* The first slice at or behind index that is not of that ring and parent. */
static size_t siblings_end(const struct ring_layout *layout, size_t index, uint32_t ring,
			   uint32_t parent)
{
	while (index < layout->slice_count && layout->slices[index].ring == ring &&
	       layout->slices[index].parent == parent) {
		index++;
	}
	return index;
}

/* The sign, then the directories in it, if it is long enough to have a slice. */
static void legend_add_sign(struct ring_chart *chart, struct legend *legend,
			    const struct tree_node *node, size_t limit)
{
	const struct ring_layout *layout = &chart->layout;
	size_t first = siblings_end(layout, 0, 0, SLICE_NONE), end;
	struct legend_row row = {
		.name = node->name,
		.value = memory_figures_get(&node->sum, layout->attribute),
		.sign = node == layout->signs.grown ? 1 : -1,
		.has_swatch = true,
		.bold = true,
	};

	row.fill = palette_sign(row.sign);
	legend_add(legend, &row);
	for (; first < layout->slice_count && layout->slices[first].ring == 1; first = end) {
		uint32_t parent = layout->slices[first].parent;

		end = siblings_end(layout, first, 1, parent);
		if (layout->slices[parent].node == node) {
			legend_add_slices(chart, legend, first, end, limit);
		}
	}
}

static void legend_fill_change(struct ring_chart *chart, struct legend *legend, size_t limit)
{
	const struct change_signs *signs = &chart->layout.signs;
	const struct chart_change *change = chart->options->change;
	enum memory_attribute attribute = chart->layout.attribute;
	bool grown_first = memory_figures_get(&signs->grown->sum, attribute) >=
			   memory_figures_get(&signs->shrunk->sum, attribute);
	int64_t net = (int64_t)((uint64_t)change->after - (uint64_t)change->before);
	size_t rows = limit > 3 ? limit - 2 : 1;

	/* The larger sign leaves the other room for some. */
	legend_add_sign(chart, legend, grown_first ? signs->grown : signs->shrunk, rows - rows / 3);
	rows = limit > legend->count + 1 ? limit - legend->count - 1 : 0;
	legend_add_sign(chart, legend, grown_first ? signs->shrunk : signs->grown, rows);
	legend_add(legend, &(struct legend_row){
				   .name = "net",
				   .value = net < 0 ? 0 - (uint64_t)net : (uint64_t)net,
				   .sign = (net > 0) - (net < 0),
				   .bold = true,
				   .is_net = true,
			   });
}

void ring_scene_draw_legend(struct ring_chart *chart)
{
	const struct ring_layout *layout = &chart->layout;
	const struct ring_frame *frame = &chart->frame;
	struct legend legend = {.count = 0};
	double space = frame->bottom - frame->top, y;
	size_t limit = (size_t)fmin(ROW_LIMIT - 1, fmax(0, space / ROW_HEIGHT - 3));

	if (layout->slice_count == 0 || limit == 0 || frame->legend_right <= frame->legend_left) {
		return;
	}
	if (chart->options->change) {
		legend_fill_change(chart, &legend, limit);
	} else {
		legend_add_slices(chart, &legend, 0, siblings_end(layout, 0, 0, SLICE_NONE), limit);
		legend_add(&legend, &(struct legend_row){
					    .name = "total", .value = layout->total, .bold = true});
	}
	y = frame->top + (space - ROW_HEIGHT * (double)(legend.count + 1)) / 2;
	draw_head(chart, y);
	for (size_t i = 0; i < legend.count; i++) {
		draw_row(chart, &legend.rows[i], y += ROW_HEIGHT);
	}
}
