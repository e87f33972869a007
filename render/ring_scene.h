/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a laid-out ring chart to a scene: slices, labels, the middle, the legend.
 * Private to render/; ring_chart.h is the door.
 */
#ifndef RENDER_RING_SCENE_H
#define RENDER_RING_SCENE_H

#include "render/label_layout.h"
#include "render/ring_chart.h"
#include "render/ring_layout.h"
#include "render/scene.h"

/* px, of every chart */
#define CHART_MARGIN 24.0
#define CHART_HEADER 80.0 /* title, what it shows, of what */
#define CHART_FOOTER 34.0 /* the key to the marks */
/*
 * Smaller charts give up explanations before slices: a narrow margin, a title and one line,
 * which says the total, because the hole has no room for it.
 */
#define CHART_COMPACT_BELOW  480.0 /* either side */
#define CHART_COMPACT_MARGIN 10.0
#define CHART_COMPACT_HEADER 42.0
#define CHART_COMPACT_FOOTER 22.0

/* Where everything stands. */
struct ring_frame {
	struct rings rings;
	struct label_area call_outs;
	double legend_left, legend_right; /* equal: there is no room for a legend */
	double top, bottom;		  /* of chart and legend */
	double margin;
	bool is_compact;
};

/* Colours that are not data. */
struct chart_inks {
	colour background, text, muted, empty;
};

struct ring_chart {
	const struct chart_options *options; /* without defaults left to fill in */
	struct ring_frame frame;
	struct chart_inks inks;
	struct ring_layout layout;
	struct label_layout labels;
	const struct text_metrics *metrics;
	struct scene *scene;
};

/* Fills the layout, its labels and the frame; chart->options are complete. */
int rings_lay_out(struct ring_chart *chart, struct error *err);

/* Fills the scene; whether memory lasted says scene->failed. */
void ring_scene_draw(struct ring_chart *chart);

/* The right-hand list of the first ring. */
void ring_scene_draw_legend(struct ring_chart *chart);

/* The frame without what is inside: margin, top and bottom. */
struct ring_frame chart_frame(const struct chart_options *options);

/* Of complete options, but for the lengths of the rings' turns. */
struct ring_layout_options chart_layout_options(const struct chart_options *options);

/* What the chart shows: "live dynamic memory". */
const char *chart_words(const struct ring_chart *chart);
/* How much: "9.14 MiB"; of a change "+1.00 MiB (9.14 MiB to 10.1 MiB)"; of nothing the attribute.
 */
const char *chart_total_text(const struct ring_chart *chart);
/* Of a change: what was and what is, with an arrow. */
const char *chart_before_after(const struct ring_chart *chart);
/* Is there nothing to show? A change of nothing has its totals all the same. */
bool chart_is_empty(const struct ring_chart *chart);

/*
 * What every kind of chart has: the title, the key to its marks, the branch's name for a
 * room in px, and the tooltip of a slice ("fs/inode.o: 298,928 bytes (292 KiB), 44.6 %").
 */
void chart_draw_header(struct ring_chart *chart);
void chart_draw_footer(struct ring_chart *chart, const char *deeper_mark);
const char *chart_branch_name(struct ring_chart *chart, double size, double room);
const char *chart_tooltip(const struct ring_chart *chart, const struct slice *slice);

/* The same for every chart: inks, whether the sides are in range, the bytes of a scene. */
const struct chart_inks *chart_theme_inks(enum chart_theme theme);
int chart_sides_check(const struct chart_options *complete, struct error *err);
int chart_scene_render(const struct scene *scene, const struct chart_options *options,
		       enum chart_format format, unsigned char **ret_bytes, size_t *ret_size,
		       struct error *err);

/* One line of upright text; shortened to room (px) if room is positive. */
void ring_scene_text(struct ring_chart *chart, struct point base, enum text_anchor anchor,
		     double size, bool bold, colour ink, double room, const char *text);

#endif
