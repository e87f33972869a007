/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The icicle: the layout of the rings, unrolled. The first row is the branch itself,
 * the rings follow below it; a turn is the width of the chart. A label lies inside its
 * rectangle, or stands where that shows more of the name; shortened to no fewer than
 * LABEL_MIN_CHARACTERS, so that none can overlap another.
 * Private to render/; ring_chart.h is the door.
 */
#ifndef RENDER_ICICLE_H
#define RENDER_ICICLE_H

#include "render/ring_scene.h"

/* Fills chart->layout and chart->frame. ERROR_NO_MEMORY, ERROR_USAGE. */
int icicle_lay_out(struct ring_chart *chart, struct error *err);
void icicle_scene_draw(struct ring_chart *chart);

#endif
