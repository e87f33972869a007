/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How wide characters are in the font the charts use, for text_metrics.
 *
 * Advances are taken without hinting, so that they are linear in the size and
 * the same for PNG, SVG and PDF. Each is asked of Cairo once and then kept.
 */
#ifndef RENDER_FONT_METRICS_H
#define RENDER_FONT_METRICS_H

#include <cairo.h>

#include "analyzer/base/error.h"
#include "render/text.h"

#define FONT_FAMILY "sans-serif"

/* Characters whose advances are kept: Latin. Others are rare in names of symbols. */
#define FONT_METRICS_KEPT 0x180

struct font_metrics {
	cairo_surface_t *surface;
	cairo_t *cairo;
	double advances[2][FONT_METRICS_KEPT]; /* by bold; negative: not asked yet */
};

int font_metrics_init(struct font_metrics *font, struct error *err);
void font_metrics_release(struct font_metrics *font);

/* Valid as long as font, which must not move. */
struct text_metrics font_metrics_text(struct font_metrics *font);

/* The font options of every chart: no hinting, grey antialiasing. */
void font_select(cairo_t *cairo, double size, bool bold);

#endif
