/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/icicle.h"

#include <math.h>

#define ROW_MAX	      220.0 /* px: few rows grow no higher */
#define EDGE_WIDTH    0.8
#define BRANCH_HEIGHT 26.0 /* the row of the whole */
#define PADDING	      5.0  /* between a label and the sides of its rectangle */
#define NAME_SIZE     12.0
#define DETAIL_SIZE   10.0
#define LINE_GAP      3.0
#define MARK_GAP      2.5 /* between the last row and the marks for what goes deeper */
#define MARK_HEIGHT   3.0

struct rectangle {
	struct point corner; /* top left */
	double width, height;
};

static double plot_width(const struct ring_chart *chart)
{
	return chart->scene->width - 2 * chart->frame.margin;
}

static double row_height(const struct ring_chart *chart)
{
	return fmin(ROW_MAX, (chart->frame.bottom - chart->frame.top) / chart->frame.rings.count);
}

static struct rectangle rectangle_of(const struct ring_chart *chart, const struct slice *slice)
{
	double height = row_height(chart), width = plot_width(chart);

	return (struct rectangle){
		{chart->frame.margin + slice->start * width,
		 chart->frame.top + slice->ring * height},
		(slice->end - slice->start) * width,
		height,
	};
}

int icicle_lay_out(struct ring_chart *chart, struct error *err)
{
	const struct chart_options *options = chart->options;
	struct ring_layout_options layout_options = chart_layout_options(options);

	chart->frame = chart_frame(options);
	chart->frame.top += 8 + BRANCH_HEIGHT;
	chart->frame.bottom -= MARK_GAP + MARK_HEIGHT;
	chart->frame.rings.count = layout_options.ring_count;
	for (uint32_t ring = 0; ring < layout_options.ring_count; ring++) {
		layout_options.turn_lengths[ring] = plot_width(chart);
	}
	if (ring_layout_init(&chart->layout, &layout_options, err) < 0) {
		return err->code;
	}
	/* Slices go ring by ring. The rows share the height of what is there to see. */
	if (chart->layout.slice_count > 0) {
		chart->frame.rings.count =
			chart->layout.slices[chart->layout.slice_count - 1].ring + 1;
	}
	return 0;
}

struct label_text {
	const char *name;
	uint64_t value;
	int sign;
	colour ink;
	bool bold;
	bool may_shorten; /* "other (12)" without its number says nothing */
};

/* Upwards through the middle of a narrow rectangle. */
static void draw_standing(struct ring_chart *chart, const struct rectangle *place,
			  const struct label_text *label, const char *shown)
{
	struct scene_text text = {
		.text = shown,
		.base = {place->corner.x + place->width / 2 + NAME_SIZE * (LABEL_ASCENT - 0.5),
			 place->corner.y + place->height - PADDING},
		.angle = -M_PI / 2,
		.size = NAME_SIZE,
		.bold = label->bold,
		.ink = label->ink,
	};

	text.width = text_width(chart->metrics, shown, NAME_SIZE, label->bold);
	scene_add_text(chart->scene, &text);
}

/* Name, and the bytes below it where both lines fit. */
static void draw_lying(struct ring_chart *chart, const struct rectangle *place,
		       const struct label_text *label, const char *shown)
{
	double left = place->corner.x + PADDING, top = place->corner.y;
	double height = NAME_SIZE + LINE_GAP + DETAIL_SIZE;
	char bytes[BYTES_TEXT_SIZE];
	bool has_bytes;

	text_signed_bytes(bytes, label->value, label->sign);
	has_bytes =
		place->height >= height + 2 * PADDING &&
		text_width(chart->metrics, bytes, DETAIL_SIZE, false) <= place->width - 2 * PADDING;
	top += (place->height - (has_bytes ? height : NAME_SIZE)) / 2;
	ring_scene_text(chart, (struct point){left, top + NAME_SIZE * LABEL_ASCENT}, ANCHOR_START,
			NAME_SIZE, label->bold, label->ink, 0, shown);
	if (has_bytes) {
		top += NAME_SIZE + LINE_GAP;
		ring_scene_text(chart, (struct point){left, top + DETAIL_SIZE * LABEL_ASCENT},
				ANCHOR_START, DETAIL_SIZE, false, label->ink, 0,
				arena_strdup(&chart->scene->arena, bytes));
	}
}

/* Lying where the whole name fits, else standing where that shows more of it. */
static void draw_label(struct ring_chart *chart, const struct rectangle *place,
		       const struct label_text *label)
{
	double across = place->width - 2 * PADDING, along = place->height - 2 * PADDING;
	bool can_lie = place->height >= NAME_SIZE, can_stand = place->width >= NAME_SIZE + 2;
	double width;
	const char *shown;

	if (!label->name) {
		chart->scene->failed = true;
		return;
	}
	width = text_width(chart->metrics, label->name, NAME_SIZE, label->bold);
	can_stand = can_stand && !(can_lie && width <= across) && along > across;
	if (!can_stand && !can_lie) {
		return;
	}
	shown = text_fit(chart->metrics, &chart->scene->arena, label->name, NAME_SIZE, label->bold,
			 can_stand ? along : across,
			 label->may_shorten ? LABEL_MIN_CHARACTERS : SIZE_MAX);
	if (shown) {
		(can_stand ? draw_standing : draw_lying)(chart, place, label, shown);
	}
}

static struct scene_shape shape_of(const struct rectangle *place, colour fill)
{
	return (struct scene_shape){
		.kind = SHAPE_RECTANGLE,
		.corner = place->corner,
		.width = place->width,
		.height = place->height,
		.fill = fill,
	};
}

/* The whole, in no directory's colour. */
static void draw_branch(struct ring_chart *chart)
{
	struct rectangle place = {{chart->frame.margin, chart->frame.top - BRANCH_HEIGHT},
				  plot_width(chart),
				  BRANCH_HEIGHT};
	struct label_text label = {NULL, chart->layout.total, 0, chart->inks.text, true, true};
	struct scene_shape shape = shape_of(&place, chart->inks.empty);
	struct arena *arena = &chart->scene->arena;
	const char *name = chart_branch_name(chart, NAME_SIZE, place.width / 2);
	const char *total = chart_total_text(chart);

	shape.has_edge = true;
	scene_add_shape(chart->scene, &shape);
	if (name && total) {
		label.name =
			chart_is_empty(chart)
				? arena_printf(arena, "%s: nothing to show for %s", name, total)
				: arena_printf(arena, "%s: %s, %s", name, chart_words(chart),
					       total);
	}
	draw_label(chart, &place, &label);
}

static void draw_slice(struct ring_chart *chart, const struct slice *slice)
{
	struct rectangle place = rectangle_of(chart, slice);
	colour fill = palette_slice(&chart->layout, slice);
	struct scene_shape shape = shape_of(&place, fill);

	shape.has_edge = !slice->sliver;
	shape.is_hatched = slice->kind == SLICE_OTHER && !slice->sliver;
	shape.title = chart_tooltip(chart, slice);
	scene_add_shape(chart->scene, &shape);
	if (!slice->sliver) {
		struct label_text label = {slice_title(slice, &chart->scene->arena),
					   slice->value,
					   slice->sign,
					   palette_ink(fill),
					   slice->ring == 0,
					   slice->kind == SLICE_NODE};

		draw_label(chart, &place, &label);
	}
	if (slice->deeper) {
		place.corner.y += place.height + MARK_GAP;
		place.height = MARK_HEIGHT;
		shape = shape_of(&place,
				 palette_slice(&chart->layout, &chart->layout.slices[slice->top]));
		scene_add_shape(chart->scene, &shape);
	}
}

void icicle_scene_draw(struct ring_chart *chart)
{
	chart->scene->edge_width = EDGE_WIDTH;
	chart_draw_header(chart);
	draw_branch(chart);
	for (size_t i = 0; i < chart->layout.slice_count; i++) {
		draw_slice(chart, &chart->layout.slices[i]);
	}
	chart_draw_footer(chart, "Band below");
}
