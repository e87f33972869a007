/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/ring_chart.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "render/font_metrics.h"
#include "render/icicle.h"
#include "render/ring_scene.h"
#include "render/scene_painter.h"

#define LEGEND_WIDTH   256.0
#define LEGEND_FROM    760  /* px of width: narrower charts go without */
#define CALL_OUT_ROOM  70.0 /* beside the chart where it is widest; corners have more */
#define RING_EDGE_ROOM 18.0
#define HOLE_SHARE     0.23  /* of the radius: three lines of text fit in */
#define MAX_THICKNESS  120.0 /* px of a ring: few rings grow inwards no further */

static const struct chart_inks theme_inks[] = {
	[CHART_LIGHT] = {COLOUR_WHITE, 0x1a1a1a, 0x5a5a5a, 0xeeeeee},
	[CHART_DARK] = {0x16181d, 0xececec, 0xa8adb5, 0x2a2d34},
};

const struct chart_inks *chart_theme_inks(enum chart_theme theme)
{
	return &theme_inks[theme == CHART_DARK ? CHART_DARK : CHART_LIGHT];
}

bool chart_format_of(const char *path, enum chart_format *ret)
{
	static const struct {
		const char *ending;
		enum chart_format format;
	} formats[] = {{".png", CHART_PNG}, {".svg", CHART_SVG}, {".pdf", CHART_PDF}};
	size_t length = strlen(path);

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		size_t size = strlen(formats[i].ending);

		if (length > size && strcasecmp(path + length - size, formats[i].ending) == 0) {
			*ret = formats[i].format;
			return true;
		}
	}
	return false;
}

int chart_sides_check(const struct chart_options *complete, struct error *err)
{
	if (!(complete->scale >= CHART_MIN_SCALE && complete->scale <= CHART_MAX_SCALE)) {
		return error_set(err, ERROR_USAGE, "a chart's scale is between %g and %g",
				 CHART_MIN_SCALE, CHART_MAX_SCALE);
	}
	if (complete->width < CHART_MIN_SIDE || complete->height < CHART_MIN_SIDE ||
	    complete->width > CHART_MAX_SIDE || complete->height > CHART_MAX_SIDE ||
	    complete->width * complete->scale > CHART_MAX_SIDE ||
	    complete->height * complete->scale > CHART_MAX_SIDE) {
		return error_set(err, ERROR_USAGE,
				 "a chart's sides are %d to %d pixels, scale included, not %dx%d",
				 CHART_MIN_SIDE, CHART_MAX_SIDE, complete->width, complete->height);
	}
	return 0;
}

static int options_complete(const struct memory_tree *tree, const struct chart_options *given,
			    struct chart_options *ret, struct error *err)
{
	*ret = *given;
	ret->branch = given->branch ? given->branch : tree->root;
	ret->width = given->width != 0 ? given->width : CHART_WIDTH;
	ret->height = given->height != 0 ? given->height : CHART_HEIGHT;
	ret->depth = given->depth != 0 ? given->depth : CHART_DEPTH;
	ret->scale = given->scale != 0 ? given->scale : 1;
	if (ret->depth < 1 || ret->depth > RING_LIMIT) {
		return error_set(err, ERROR_USAGE, "a chart has 1 to %d rings, not %d", RING_LIMIT,
				 ret->depth);
	}
	return chart_sides_check(ret, err);
}

static struct ring_frame frame_of(const struct chart_options *options, uint32_t ring_count)
{
	double width = options->width;
	bool has_legend = options->width >= LEGEND_FROM;
	struct ring_frame frame = chart_frame(options);
	double margin = frame.margin;
	double right = width - margin - (has_legend ? LEGEND_WIDTH + margin : 0);
	double radius;

	frame.legend_right = width - margin;
	frame.legend_left = frame.legend_right - (has_legend ? LEGEND_WIDTH : 0);
	frame.call_outs = (struct label_area){margin, frame.top, right, frame.bottom};
	radius = fmin((right - margin) / 2 - fmin(CALL_OUT_ROOM, width * 0.06),
		      (frame.bottom - frame.top) / 2 - RING_EDGE_ROOM);
	frame.rings = (struct rings){
		.centre = {(margin + right) / 2, (frame.top + frame.bottom) / 2},
		.hole = fmax(radius * HOLE_SHARE, radius - ring_count * MAX_THICKNESS),
		.radius = radius,
		.count = ring_count,
	};
	return frame;
}

int rings_lay_out(struct ring_chart *chart, struct error *err)
{
	const struct chart_options *options = chart->options;
	struct ring_layout_options layout_options = chart_layout_options(options);

	chart->frame = frame_of(options, layout_options.ring_count);
	for (uint32_t ring = 0; ring < layout_options.ring_count; ring++) {
		layout_options.turn_lengths[ring] =
			2 * M_PI * rings_outer(&chart->frame.rings, ring);
	}
	if (ring_layout_init(&chart->layout, &layout_options, err) < 0) {
		return err->code;
	}
	return label_layout_run(&chart->layout, &chart->frame.rings, &chart->frame.call_outs,
				chart->metrics, &chart->scene->arena, &chart->labels, err);
}

int chart_scene_render(const struct scene *scene, const struct chart_options *options,
		       enum chart_format format, unsigned char **ret_bytes, size_t *ret_size,
		       struct error *err)
{
	switch (format) {
	case CHART_PNG:
		return scene_to_png(scene, options->scale, ret_bytes, ret_size, err);
	case CHART_SVG:
		return scene_to_svg(scene, options->scale, ret_bytes, ret_size, err);
	case CHART_PDF:
		return scene_to_pdf(scene, ret_bytes, ret_size, err);
	}
	return error_set(err, ERROR_USAGE, "no such chart format");
}

int ring_chart_render(const struct memory_tree *tree, const struct chart_options *options,
		      enum chart_format format, unsigned char **ret_bytes, size_t *ret_size,
		      struct error *err)
{
	struct chart_options complete;
	struct font_metrics font;
	struct text_metrics metrics;
	struct scene scene;
	struct ring_chart chart = {.options = &complete, .metrics = &metrics, .scene = &scene};
	int status;

	*ret_bytes = NULL;
	*ret_size = 0;
	if (options_complete(tree, options, &complete, err) < 0 ||
	    font_metrics_init(&font, err) < 0) {
		return err->code;
	}
	metrics = font_metrics_text(&font);
	chart.inks = *chart_theme_inks(complete.theme);
	scene_init(&scene, complete.width, complete.height, chart.inks.background);
	if (complete.kind == CHART_ICICLE) {
		status = icicle_lay_out(&chart, err);
	} else {
		status = rings_lay_out(&chart, err);
	}
	if (status == 0) {
		(complete.kind == CHART_ICICLE ? icicle_scene_draw : ring_scene_draw)(&chart);
		status = scene.failed ? error_no_memory(err)
				      : chart_scene_render(&scene, &complete, format, ret_bytes,
							   ret_size, err);
	}
	ring_layout_release(&chart.layout);
	scene_release(&scene);
	font_metrics_release(&font);
	return status;
}
