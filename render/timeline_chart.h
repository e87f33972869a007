/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live bytes over time as a picture, PNG, SVG or PDF: bands stacked, largest below, with peak
 * and end, phases and losses. timeline_layout.h says what stands where.
 *
 * A directory has the colour it has in the ring chart; a call site that of its directory, or
 * just one of its own. Bands of one hue differ in lightness. Equal bands and options give equal
 * bytes on one machine, as in ring_chart.h.
 */
#ifndef RENDER_TIMELINE_CHART_H
#define RENDER_TIMELINE_CHART_H

#include "analyzer/attribute/timeline_bands.h"
#include "render/palette.h"
#include "render/ring_chart.h"

#define TIMELINE_WIDTH	1200 /* px */
#define TIMELINE_HEIGHT 600

/* Bands that are told apart in a picture. */
#define TIMELINE_BANDS 8

/* Of the options theme, size, scale, title and source count. Errors as of ring_chart_render. */
int timeline_chart_render(const struct timeline_bands *bands, const struct chart_options *options,
			  enum chart_format format, unsigned char **ret_bytes, size_t *ret_size,
			  struct error *err);

/* The colour of a band among its neighbours; for legends elsewhere. */
colour timeline_band_colour(const struct timeline_bands *bands, size_t band);

#endif
