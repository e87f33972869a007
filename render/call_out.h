/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call-outs: labels beside the chart for large slices that could not hold one.
 * Part of the label layout; see label_layout.h for what it promises.
 */
#ifndef RENDER_CALL_OUT_H
#define RENDER_CALL_OUT_H

#include "render/label_layout.h"

#define CALL_OUT_LIMIT 24  /* beside one chart; more would be a list, not a picture */
#define CALL_OUT_SHARE 100 /* a slice is large from a 1/100 of the total */

/*
 * Appends call-outs to labels, whose array has room for CALL_OUT_LIMIT more.
 * labelled[slice] says which slices hold a label already.
 */
void call_outs_place(struct label_layout *labels, const bool *labelled,
		     const struct ring_layout *layout, const struct rings *rings,
		     const struct label_area *area, const struct text_metrics *metrics,
		     struct arena *arena);

#endif
