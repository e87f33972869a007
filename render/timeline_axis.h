/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ticks of a timeline's axes: round numbers, as many as have room. Private to render/.
 *
 * Bytes: 1, 2 or 5 times a power of ten of B, KiB, MiB and so on. Times: the same of seconds (as
 * the trace prints them, so that they can be found there and given to --from), of ticks, or of
 * events; with as many decimals as tell neighbours apart.
 */
#ifndef RENDER_TIMELINE_AXIS_H
#define RENDER_TIMELINE_AXIS_H

#include "render/timeline_layout.h"

/* Both fill their part of the layout, whose plot and ranges are set. False: no memory. */
bool timeline_axis_bytes(struct timeline_layout *layout, const struct text_metrics *metrics,
			 struct arena *arena);
bool timeline_axis_times(struct timeline_layout *layout, enum event_clock_unit unit,
			 const struct text_metrics *metrics, struct arena *arena);

#endif
