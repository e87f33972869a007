/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where everything of a timeline stands: arithmetic, without drawing.
 *
 * Promises, which timeline_layout_check proves: texts do not overlap one another, nor leave
 * the picture; a phase's name stays within its phase; bands lie on one another without gap,
 * within the plot; figures are those of the bands.
 *
 *   labels of peak and end          two rows at most, a leader to their points
 *   plot                            bands, largest below; bytes at the left
 *   gaps                            a strip, only if events were lost
 *   phases                          a strip, only if there are markers: each reaches to the next
 *   times
 *
 * Between two buckets bands change in a straight line. Points that a line through their
 * neighbours misses by less than LAYOUT_TOLERANCE are left out, so that a picture stays small.
 */
#ifndef RENDER_TIMELINE_LAYOUT_H
#define RENDER_TIMELINE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/attribute/timeline_bands.h"
#include "analyzer/base/arena.h"
#include "render/geometry.h"
#include "render/text.h"

#define LAYOUT_TOLERANCE 0.2 /* px */
#define LAYOUT_TICKS	 24

/* px; the picture is 0..width and 0..height */
struct timeline_frame {
	double left, right; /* of the plot */
	double top, bottom; /* of the rows of labels and the plot together */
	bool has_gaps;
	bool has_phases;
};

struct layout_tick {
	double at; /* x or y */
	const char *text;
	double width; /* of the text */
};

/* A text whose base line begins at start. */
struct layout_label {
	struct point start;
	double width;
	const char *text;
	struct point target; /* what it says it about */
};

struct layout_phase {
	double left, right;
	const char *name;  /* whole, showable */
	const char *label; /* what fits, NULL if nothing does */
	double label_width;
	const struct timeline_marker *marker;
};

struct layout_gap {
	double left, right;
	uint64_t lost;
	uint64_t from, to; /* times */
};

struct timeline_layout {
	double left, right, plot_top, bottom; /* of the plot: the peak is at plot_top */
	double gap_top, phase_top, tick_base, caption_base;
	uint64_t first, last; /* times at left and right; last is larger */
	uint64_t scale;	      /* bytes at plot_top; at least 1 */
	struct layout_tick bytes_ticks[LAYOUT_TICKS];
	size_t bytes_tick_count;
	struct layout_tick time_ticks[LAYOUT_TICKS];
	size_t time_tick_count;
	const char *caption; /* of the time axis */
	/* Line i is the upper edge of band i - 1 and the lower one of band i; 0 is the ground. */
	struct {
		const struct point *points;
		size_t count;
	} * lines;
	size_t band_count;
	const struct point *crest; /* the highest totals of buckets, above the last line */
	size_t crest_count;
	struct layout_label peak, end;
	struct layout_phase *phases;
	size_t phase_count, unnamed_count;
	struct layout_gap *gaps;
	size_t gap_count;
	uint64_t lost;
};

#define LAYOUT_TEXT_SIZE  11.0
#define LAYOUT_LABEL_SIZE 12.0
#define LAYOUT_LABEL_ROW  17.0
#define LAYOUT_GAP_STRIP  7.0
#define LAYOUT_PHASE_ROW  18.0

/* All of it in arena, whose texts and bands outlive the layout. False: no memory. */
bool timeline_layout_run(const struct timeline_bands *bands, const struct timeline_frame *frame,
			 const struct text_metrics *metrics, struct arena *arena,
			 struct timeline_layout *ret);

double timeline_layout_x(const struct timeline_layout *layout, uint64_t time);
double timeline_layout_y(const struct timeline_layout *layout, uint64_t bytes);

/*
 * "2.345 s" ("2.345678 s" on a timeline shorter than a second), "tick 1,234", "event 1,234".
 * NULL: no memory.
 */
const char *timeline_time_text(const struct timeline *timeline, uint64_t time, struct arena *arena);

#endif
