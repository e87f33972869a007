/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/timeline_chart.h"

#include <math.h>
#include <string.h>

#include "render/font_metrics.h"
#include "render/ring_scene.h"
#include "render/timeline_layout.h"

#define LEGEND_WIDTH 270.0
#define LEGEND_WIDER 350.0 /* for the names of call sites */
#define LEGEND_FROM  760   /* px of width: narrower pictures go without */
#define BYTES_ROOM   66.0  /* for the texts of the left axis */
#define ROW_HEIGHT   22.0
#define SWATCH	     12.0
#define FIGURES_ROOM 152.0 /* of the width of the legend */
#define MOST_COLUMN  70.0  /* from the right edge of the legend */
#define HEAD_SIZE    10.5
#define EDGE_WIDTH   0.6
#define EDGE_FROM    3.0 /* px of thickness: thinner bands have no edge */
#define DOT_RADIUS   3.5
#define CREST_SHARE  0.22 /* of the text's ink */
#define GRID_SHARE   0.14
#define PHASE_SHARE  0.07
#define LOSS_INK     0xc62828u

struct timeline_chart {
	struct ring_chart chart; /* for what all charts have: inks, metrics, scene */
	const struct timeline_bands *bands;
	struct timeline_layout layout;
	double legend_left, legend_right;
};

static struct arena *arena_of(struct timeline_chart *t)
{
	return &t->chart.scene->arena;
}

static const char *kind_of(const struct timeline_bands *bands)
{
	if (bands->is_by_site) {
		return "call site";
	}
	return bands->branch->parent ? "part" : "directory";
}

static const char *band_name(struct timeline_chart *t, const struct timeline_band *band)
{
	if (!band->name) {
		return arena_printf(arena_of(t), "other (%zu)", band->gathered);
	}
	return text_display(arena_of(t), band->name[0] ? band->name : "(top)", 256);
}

static void rectangle(struct timeline_chart *t, double left, double top, double width,
		      double height, colour fill)
{
	struct scene_shape shape = {
		.kind = SHAPE_RECTANGLE,
		.corner = {left, top},
		.width = width,
		.height = height,
		.fill = fill,
	};

	scene_add_shape(t->chart.scene, &shape);
}

static void line(struct timeline_chart *t, struct point from, struct point to, colour ink)
{
	struct scene_line item = {.points = {from, to}, .point_count = 2, .ink = ink, .width = 0.8};

	scene_add_line(t->chart.scene, &item);
}

static void text(struct timeline_chart *t, struct point base, enum text_anchor anchor, double size,
		 bool bold, colour ink, const char *what)
{
	ring_scene_text(&t->chart, base, anchor, size, bold, ink, 0, what);
}

static void draw_axes(struct timeline_chart *t)
{
	const struct timeline_layout *layout = &t->layout;
	const struct chart_inks *inks = &t->chart.inks;
	colour grid = colour_mix(inks->background, inks->text, GRID_SHARE);

	for (size_t i = 0; i < layout->bytes_tick_count; i++) {
		const struct layout_tick *tick = &layout->bytes_ticks[i];

		rectangle(t, layout->left, tick->at - 0.4, layout->right - layout->left, 0.8, grid);
		text(t, (struct point){layout->left - 8, tick->at + LAYOUT_TEXT_SIZE * 0.35},
		     ANCHOR_END, LAYOUT_TEXT_SIZE, false, inks->muted, tick->text);
	}
	for (size_t i = 0; i < layout->time_tick_count; i++) {
		const struct layout_tick *tick = &layout->time_ticks[i];
		struct point base = {tick->at, layout->tick_base};

		line(t, (struct point){tick->at, layout->tick_base - LAYOUT_TEXT_SIZE - 3},
		     (struct point){tick->at, layout->tick_base - LAYOUT_TEXT_SIZE + 1},
		     inks->muted);
		text(t, base, ANCHOR_MIDDLE, LAYOUT_TEXT_SIZE, false, inks->muted, tick->text);
	}
	text(t, (struct point){(layout->left + layout->right) / 2, layout->caption_base},
	     ANCHOR_MIDDLE, LAYOUT_TEXT_SIZE, false, inks->muted, layout->caption);
}

/* Between two lines of the layout: along the upper one and back along the lower. */
static void draw_area(struct timeline_chart *t, const struct point *upper, size_t upper_count,
		      const struct point *lower, size_t lower_count, const struct scene_shape *like)
{
	size_t count = upper_count + lower_count;
	struct point *points = arena_alloc(arena_of(t), count * sizeof(*points));
	struct scene_shape shape = *like;

	if (!points) {
		t->chart.scene->failed = true;
		return;
	}
	memcpy(points, upper, upper_count * sizeof(*points));
	for (size_t i = 0; i < lower_count; i++) {
		points[upper_count + i] = lower[lower_count - 1 - i];
	}
	shape.kind = SHAPE_POLYGON;
	shape.points = points;
	shape.point_count = count;
	scene_add_shape(t->chart.scene, &shape);
}

static void draw_bands(struct timeline_chart *t)
{
	const struct timeline_layout *layout = &t->layout;
	const struct chart_inks *inks = &t->chart.inks;
	struct scene_shape shape = {
		.fill = colour_mix(inks->background, inks->text, CREST_SHARE),
		.title = "highest within each step, where that is above its end",
	};

	draw_area(t, layout->crest, layout->crest_count, layout->lines[0].points,
		  layout->lines[0].count, &shape);
	for (size_t i = 0; i < layout->band_count; i++) {
		const struct timeline_band *band = &t->bands->bands[i];
		char most[BYTES_TEXT_SIZE], end[BYTES_TEXT_SIZE];
		double thickness = layout->bottom - timeline_layout_y(layout, band->most);
		const char *name = band_name(t, band);

		shape = (struct scene_shape){
			.fill = timeline_band_colour(t->bands, i),
			.has_edge = thickness >= EDGE_FROM,
			.is_hatched = !band->name,
		};
		shape.title = name ? arena_printf(arena_of(t), "%s: at most %s, %s at the end",
						  name, text_bytes(most, band->most),
						  text_bytes(end, band->end))
				   : NULL;
		draw_area(t, layout->lines[i + 1].points, layout->lines[i + 1].count,
			  layout->lines[i].points, layout->lines[i].count, &shape);
	}
}

static void draw_phases(struct timeline_chart *t)
{
	const struct timeline_layout *layout = &t->layout;
	const struct chart_inks *inks = &t->chart.inks;

	for (size_t i = 0; i < layout->phase_count; i++) {
		const struct layout_phase *phase = &layout->phases[i];
		const char *when =
			timeline_time_text(t->bands->timeline, phase->marker->time, arena_of(t));
		struct scene_shape span = {
			.kind = SHAPE_RECTANGLE,
			.corner = {phase->left, layout->phase_top},
			.width = phase->right - phase->left,
			.height = LAYOUT_PHASE_ROW,
			.fill = colour_mix(inks->background, inks->text,
					   PHASE_SHARE * (double)(1 + i % 2)),
		};

		span.title =
			when ? arena_printf(arena_of(t), "%s: from %s", phase->name, when) : NULL;
		scene_add_shape(t->chart.scene, &span);
		line(t, (struct point){phase->left, layout->plot_top},
		     (struct point){phase->left, layout->phase_top + LAYOUT_PHASE_ROW},
		     inks->muted);
		if (phase->label) {
			text(t,
			     (struct point){phase->left + 4,
					    layout->phase_top + LAYOUT_PHASE_ROW - 5.5},
			     ANCHOR_START, LAYOUT_TEXT_SIZE, false, inks->text, phase->label);
		}
	}
}

static void draw_gaps(struct timeline_chart *t)
{
	const struct timeline_layout *layout = &t->layout;
	char count[BYTES_TEXT_SIZE];

	for (size_t i = 0; i < layout->gap_count; i++) {
		const struct layout_gap *gap = &layout->gaps[i];
		const char *from = timeline_time_text(t->bands->timeline, gap->from, arena_of(t));
		const char *to = timeline_time_text(t->bands->timeline, gap->to, arena_of(t));
		struct scene_shape shape = {
			.kind = SHAPE_RECTANGLE,
			.corner = {gap->left, layout->plot_top},
			.width = gap->right - gap->left,
			.height = layout->bottom - layout->plot_top,
			.is_clear = true,
			.is_hatched = true,
		};

		if (from && to) {
			shape.title = arena_printf(
				arena_of(t), "%s events lost, %s to %s",
				gap->lost > 0 ? text_count(count, gap->lost) : "some", from, to);
		}
		scene_add_shape(t->chart.scene, &shape);
		shape.corner.y = layout->gap_top;
		shape.height = LAYOUT_GAP_STRIP;
		shape.is_clear = shape.is_hatched = false;
		shape.fill = LOSS_INK;
		scene_add_shape(t->chart.scene, &shape);
	}
}

static void draw_label(struct timeline_chart *t, const struct layout_label *label, double x)
{
	const struct chart_inks *inks = &t->chart.inks;
	struct scene_shape dot = {
		.kind = SHAPE_SECTOR,
		.sector = {label->target, 0, DOT_RADIUS, 0, 1},
		.fill = inks->text,
		.has_edge = true,
	};

	if (label->target.y - label->start.y > 12) {
		line(t, (struct point){x, label->start.y + 4},
		     (struct point){x, label->target.y - DOT_RADIUS}, inks->muted);
	}
	scene_add_shape(t->chart.scene, &dot);
	text(t, label->start, ANCHOR_START, LAYOUT_LABEL_SIZE, true, inks->text, label->text);
}

struct legend_row {
	const char *name;
	const char *most;
	const char *end;
	double size;
	bool bold;
	colour ink;
};

static void draw_legend_row(struct timeline_chart *t, const struct legend_row *row, double base)
{
	double right = t->legend_right, left = t->legend_left + SWATCH + 8;

	ring_scene_text(&t->chart, (struct point){left, base}, ANCHOR_START, row->size, row->bold,
			row->ink, right - FIGURES_ROOM - left, row->name);
	text(t, (struct point){right - MOST_COLUMN, base}, ANCHOR_END, row->size, row->bold,
	     row->ink, row->most);
	text(t, (struct point){right, base}, ANCHOR_END, row->size, row->bold, row->ink, row->end);
}

static const char *bytes_text(struct timeline_chart *t, uint64_t bytes)
{
	char buffer[BYTES_TEXT_SIZE];

	return arena_strdup(arena_of(t), text_bytes(buffer, bytes));
}

static void draw_swatch(struct timeline_chart *t, double base, colour fill, bool is_hatched)
{
	struct scene_shape swatch = {
		.kind = SHAPE_RECTANGLE,
		.corner = {t->legend_left, base - SWATCH + 1.5},
		.width = SWATCH,
		.height = SWATCH,
		.fill = fill,
		.is_hatched = is_hatched,
	};

	scene_add_shape(t->chart.scene, &swatch);
}

/* What was lost, below the bands. */
static void draw_legend_losses(struct timeline_chart *t, double base)
{
	const struct timeline_layout *layout = &t->layout;
	const struct chart_inks *inks = &t->chart.inks;
	char count[BYTES_TEXT_SIZE];
	const char *what = layout->lost > 0 ? arena_printf(arena_of(t), "%s events lost",
							   text_count(count, layout->lost))
					    : "events lost";

	draw_swatch(t, base, inks->empty, true);
	rectangle(t, t->legend_left, base - 0.5, SWATCH, 3, LOSS_INK);
	text(t, (struct point){t->legend_left + SWATCH + 8, base}, ANCHOR_START, 12, false,
	     inks->text, what);
}

/* From the top as the bands are from the top. */
static void draw_legend(struct timeline_chart *t)
{
	const struct timeline_bands *bands = t->bands;
	const struct chart_inks *inks = &t->chart.inks;
	struct legend_row row = {"", "at most", "at the end", HEAD_SIZE, false, inks->muted};
	double base = t->layout.plot_top + 10;

	if (t->legend_right <= t->legend_left || bands->count == 0) {
		return;
	}
	row.name = kind_of(bands);
	draw_legend_row(t, &row, base);
	base += 8;
	line(t, (struct point){t->legend_left, base}, (struct point){t->legend_right, base},
	     inks->empty);
	base -= 4;
	for (size_t i = bands->count; i > 0; i--) {
		const struct timeline_band *band = &bands->bands[i - 1];

		base += ROW_HEIGHT;
		draw_swatch(t, base, timeline_band_colour(bands, i - 1), !band->name);
		row = (struct legend_row){band_name(t, band),
					  bytes_text(t, band->most),
					  bytes_text(t, band->end),
					  12,
					  false,
					  inks->text};
		draw_legend_row(t, &row, base);
	}
	base += ROW_HEIGHT;
	row = (struct legend_row){"total",
				  bytes_text(t, bands->peak_bytes),
				  bytes_text(t, bands->end_bytes),
				  12,
				  true,
				  inks->text};
	draw_legend_row(t, &row, base);
	if (t->layout.gap_count > 0) {
		draw_legend_losses(t, base + ROW_HEIGHT * 1.5);
	}
}

/* "each step 3.9 ms" */
static const char *step_text(struct timeline_chart *t)
{
	const struct timeline *timeline = t->bands->timeline;
	uint64_t step = 1ull << timeline->shift;
	char count[BYTES_TEXT_SIZE];

	if (timeline->unit != EVENT_CLOCK_NS) {
		return arena_printf(arena_of(t), "%s %s%s", text_count(count, step),
				    timeline->unit == EVENT_CLOCK_TICKS ? "tick" : "event",
				    step == 1 ? "" : "s");
	}
	if (step < 1000000) {
		return arena_printf(arena_of(t), "%s \xc2\xb5s",
				    text_count(count, step < 1000 ? 1 : step / 1000));
	}
	return arena_printf(arena_of(t), "%s ms", text_count(count, step / 1000000));
}

static void draw_header(struct timeline_chart *t)
{
	const struct chart_options *options = t->chart.options;
	struct arena *arena = arena_of(t);
	const char *step = step_text(t);
	char path[1024];

	tree_node_path(t->bands->branch, path, sizeof(path));
	t->chart.scene->title =
		options->title ? text_display(arena, options->title, 256)
			       : arena_printf(arena, "Live kernel memory over time%s%s",
					      path[0] ? ": " : "",
					      path[0] ? text_display(arena, path, 256) : "");
	t->chart.scene->description =
		step ? arena_printf(arena,
				    "Allocated bytes that were live, by %s, at the end of each "
				    "step of %s; grey: highest within a step",
				    kind_of(t->bands), step)
		     : "";
	if (!t->chart.scene->title || !t->chart.scene->description) {
		t->chart.scene->failed = true;
		t->chart.scene->title = t->chart.scene->description = "";
	}
}

static void draw_header_texts(struct timeline_chart *t)
{
	const struct chart_options *options = t->chart.options;
	struct ring_chart *chart = &t->chart;
	double room = chart->scene->width - 2 * CHART_MARGIN;

	ring_scene_text(chart, (struct point){CHART_MARGIN, 38}, ANCHOR_START, 20, true,
			chart->inks.text, room, chart->scene->title);
	ring_scene_text(chart, (struct point){CHART_MARGIN, 58}, ANCHOR_START, 12, false,
			chart->inks.muted, room, chart->scene->description);
	if (options->source) {
		ring_scene_text(chart, (struct point){CHART_MARGIN, 75}, ANCHOR_START, 12, false,
				chart->inks.muted, room,
				text_display(arena_of(t), options->source, 256));
	}
}

static void draw_footer(struct timeline_chart *t)
{
	const struct timeline_layout *layout = &t->layout;
	uint64_t left_out = t->bands->timeline->marker_left_out + layout->unnamed_count;
	char count[BYTES_TEXT_SIZE];

	if (left_out > 0) {
		text(t, (struct point){layout->left, t->chart.scene->height - 8}, ANCHOR_START,
		     HEAD_SIZE, false, t->chart.inks.muted,
		     arena_printf(arena_of(t), "%s phases have no room for a name",
				  text_count(count, left_out)));
	}
}

static bool lay_out(struct timeline_chart *t)
{
	const struct chart_options *options = t->chart.options;
	const struct timeline *timeline = t->bands->timeline;
	bool has_legend = options->width >= LEGEND_FROM;
	struct timeline_frame frame = {
		.left = CHART_MARGIN + BYTES_ROOM,
		.right = options->width - CHART_MARGIN,
		.top = CHART_HEADER + 2,
		.bottom = options->height - 16,
		.has_phases = timeline->marker_count > 0,
	};

	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		frame.has_gaps |= timeline->buckets[i].is_gap;
	}
	t->legend_left = t->legend_right = frame.right;
	if (has_legend) {
		t->legend_left = frame.right - (t->bands->is_by_site ? LEGEND_WIDER : LEGEND_WIDTH);
		frame.right = t->legend_left - CHART_MARGIN;
	}
	return timeline_layout_run(t->bands, &frame, t->chart.metrics, arena_of(t), &t->layout);
}

static void draw(struct timeline_chart *t)
{
	t->chart.scene->edge_width = EDGE_WIDTH;
	draw_header(t);
	draw_header_texts(t);
	draw_axes(t);
	draw_bands(t);
	draw_phases(t);
	draw_gaps(t);
	draw_legend(t);
	draw_label(t, &t->layout.end, t->layout.right);
	draw_label(t, &t->layout.peak, t->layout.peak.target.x);
	draw_footer(t);
}

int timeline_chart_render(const struct timeline_bands *bands, const struct chart_options *options,
			  enum chart_format format, unsigned char **ret_bytes, size_t *ret_size,
			  struct error *err)
{
	struct chart_options complete = *options;
	struct font_metrics font;
	struct text_metrics metrics;
	struct scene scene;
	struct timeline_chart t = {
		.chart = {.options = &complete, .metrics = &metrics, .scene = &scene},
		.bands = bands,
	};
	int status;

	*ret_bytes = NULL;
	*ret_size = 0;
	complete.width = options->width ? options->width : TIMELINE_WIDTH;
	complete.height = options->height ? options->height : TIMELINE_HEIGHT;
	complete.scale = options->scale != 0 ? options->scale : 1;
	if (chart_sides_check(&complete, err) < 0 || font_metrics_init(&font, err) < 0) {
		return err->code;
	}
	metrics = font_metrics_text(&font);
	t.chart.inks = *chart_theme_inks(complete.theme);
	scene_init(&scene, complete.width, complete.height, t.chart.inks.background);
	if (lay_out(&t)) {
		draw(&t);
	} else {
		scene.failed = true;
	}
	status = scene.failed
			 ? error_no_memory(err)
			 : chart_scene_render(&scene, &complete, format, ret_bytes, ret_size, err);
	scene_release(&scene);
	font_metrics_release(&font);
	return status;
}
