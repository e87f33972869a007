/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Charts of a memory tree, as PNG, SVG or PDF.
 *
 * Rings: a directory is a slice whose angle is its bytes; what it consists of is
 * the next ring outwards. In the middle: what is shown and how much; on the right:
 * the largest entries of the first ring with bytes and share. See ring_layout.h
 * and label_layout.h for what the picture promises, palette.h for its colours.
 *
 * Icicle: the same layout, each ring a row from left to right, below the row of
 * what it is a part of: for reading rather than showing.
 *
 * Renders into memory; writing a file is somebody else's job. Equal trees and
 * options give equal bytes on one machine; PNG and PDF also depend on its
 * "sans-serif" font (package fonts-dejavu-core on Debian).
 */
#ifndef RENDER_RING_CHART_H
#define RENDER_RING_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "render/ring_layout.h"

enum chart_format { CHART_PNG, CHART_SVG, CHART_PDF };
enum chart_theme { CHART_LIGHT, CHART_DARK };
enum chart_kind { CHART_RINGS, CHART_ICICLE };

#define CHART_WIDTH	1200 /* px */
#define CHART_HEIGHT	900
#define CHART_DEPTH	5
#define CHART_MAX_DEPTH RING_LIMIT
#define CHART_MIN_SIDE	240
#define CHART_MAX_SIDE	8192 /* also of width and height times scale */
#define CHART_MIN_SCALE 0.25
#define CHART_MAX_SCALE 8.0

/*
 * What makes a chart one of a change: the tree has "grown" and "shrunk" below its root, and in
 * them what did, by bytes of difference. Ring 0 shows the two signs, ring 1 the directories;
 * bytes have signs, the middle and the legend give what was before and is after.
 */
struct chart_change {
	struct change_signs signs; /* children of the root */
	int64_t before, after;	   /* bytes of the whole, with what stayed the same */
	const char *words;	   /* what changed: "live dynamic memory" */
	const char *branch;	   /* path of what was compared; NULL: the whole kernel */
};

/* What its areas mean. */
#define CHANGE_SENTENCE                                                                            \
	"Areas are bytes of difference; what grew and what shrank stand apart, what stayed the "   \
	"same is not shown"

/* Zero or NULL in a member means its default; a zeroed struct is the default chart. */
struct chart_options {
	enum memory_attribute attribute;
	enum chart_kind kind;
	enum chart_theme theme;
	int depth; /* rings; default CHART_DEPTH, at most CHART_MAX_DEPTH; of a change, without
		      that of the signs */
	const struct tree_node *branch;	   /* default: the root */
	int width, height;		   /* px; default CHART_WIDTH, CHART_HEIGHT */
	double scale;			   /* pixels of a PNG per px, size of an SVG; default 1 */
	const char *title;		   /* default: names the attribute */
	const struct chart_change *change; /* default: values are of one analysis */
	const char *source; /* what the data are of, e.g. "Linux 6.1.192, boot.log"; default none */
};

/*
 * The format a file name asks for by its ending, in any case. False if it is
 * none of ours; *ret is then unchanged.
 */
bool chart_format_of(const char *path, enum chart_format *ret);

/*
 * The picture, malloc'ed; the caller frees *ret_bytes. A branch without bytes
 * gives a chart that says there is nothing to show.
 *
 * ERROR_USAGE: size, depth or scale out of range. ERROR_NO_MEMORY.
 * ERROR_OUTPUT: Cairo could not draw it. *ret_bytes is then NULL.
 */
int ring_chart_render(const struct memory_tree *tree, const struct chart_options *options,
		      enum chart_format format, unsigned char **ret_bytes, size_t *ret_size,
		      struct error *err);

/*
 * Frees the fonts Cairo keeps for the next chart: once, after the last one, when
 * nobody uses Cairo or fontconfig any more. Without it leak checkers report
 * them, because fontconfig hides its pointers from them.
 */
void chart_fonts_release(void);

#endif
