/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Labels of a ring chart: which slice gets one, what it says, and where. Pure
 * arithmetic; widths come from a callback.
 *
 * A slice is labelled inside: along the arc where that is long enough, else
 * radially where it is wide enough; with a second line that gives the bytes
 * where both fit; in a smaller size before it is shortened; shortened to no
 * fewer than LABEL_MIN_CHARACTERS of its name; else not at all. A large slice
 * without a label gets a call-out beside the chart, with a leader line.
 *
 * Nothing overlaps: an inside label is wholly within its slice, a call-out is
 * clear of the chart, of every other call-out and of the leader lines, and a
 * leader line is clear of every label. A call-out that finds no such place is
 * left out.
 */
#ifndef RENDER_LABEL_LAYOUT_H
#define RENDER_LABEL_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "render/geometry.h"
#include "render/ring_layout.h"
#include "render/text.h"

#define LABEL_MIN_CHARACTERS 6
#define LABEL_MIN_SIZE	     10.0 /* px */
/* A line of text occupies its size in height: ASCENT above the base line, the rest below. */
#define LABEL_ASCENT 0.77
/* Base line to base line, in sizes. */
#define LABEL_LINE_STEP 1.18
/* Leader lines that leave the chart closer together look like one, px. */
#define LABEL_LEADER_GAP 6.0

enum label_kind { LABEL_ALONG_ARC, LABEL_RADIAL, LABEL_CALL_OUT };

struct label {
	uint32_t slice;
	enum label_kind kind;
	const char *text;
	const char *detail;	  /* second line (call-outs: after the text), or NULL */
	double size, detail_size; /* px */
	double text_width, detail_width;
	bool bold;
	struct oriented_box box; /* around both lines; the text is centred in it */
	struct point leader[3];	 /* call-outs: from the slice to the box */
};

struct label_area {
	double left, top, right, bottom; /* where call-outs may stand */
};

struct label_layout {
	struct label *labels; /* inside labels in slice order, then call-outs */
	size_t count;
};

/*
 * Everything is allocated in arena. With memory exhausted ERROR_NO_MEMORY; an
 * empty layout gives no labels.
 */
int label_layout_run(const struct ring_layout *layout, const struct rings *rings,
		     const struct label_area *area, const struct text_metrics *metrics,
		     struct arena *arena, struct label_layout *ret, struct error *err);

/* What a slice is called: the node's name made safe to show, "(itself)", "other (12)". */
const char *slice_title(const struct slice *slice, struct arena *arena);
/* How much it is, with its sign if it has one: "+1.23 KiB". Returns buffer. */
const char *slice_bytes(char buffer[BYTES_TEXT_SIZE], const struct slice *slice);
struct sector slice_sector(const struct slice *slice, const struct rings *rings);

/*
 * Looks at the result without knowing how it was made: NULL, or what is wrong.
 * Quadratic; for tests.
 */
const char *label_layout_check(const struct label_layout *labels, const struct ring_layout *layout,
			       const struct rings *rings, const struct label_area *area);

#endif
