/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finished drawing as data: what a chart consists of once everything has its
 * place. Charts fill a scene; one painter per format turns it into bytes. So
 * all formats show the same picture, and a chart knows none of them.
 *
 * Painted in this order: background, shapes in the order added, lines, texts.
 * Pixels, y downwards, angles as in geometry.h.
 *
 * An allocation that fails sets `failed` and nothing is added from then on: a
 * chart adds freely and asks once, at the end.
 */
#ifndef RENDER_SCENE_H
#define RENDER_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/arena.h"
#include "render/geometry.h"
#include "render/palette.h"

enum shape_kind { SHAPE_SECTOR, SHAPE_RECTANGLE, SHAPE_POLYGON };

struct scene_shape {
	enum shape_kind kind;
	struct sector sector;
	struct point corner; /* of a rectangle: top left */
	double width, height;
	const struct point *points; /* of a polygon; in the scene's arena */
	size_t point_count;
	colour fill;
	bool is_clear; /* no fill: what is below shows through the hatching */
	bool has_edge; /* a thin line in the background's colour around it */
	bool is_hatched;
	const char *title; /* tooltip where the format has them, or NULL; owned by the scene's arena
			      or outliving it */
};

struct scene_line {
	struct point points[3];
	unsigned int point_count; /* 2 or 3 */
	colour ink;
	double width;
};

enum text_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct scene_text {
	const char *text;  /* valid UTF-8 without control characters, see text.h */
	struct point base; /* the anchor's point on the base line */
	enum text_anchor anchor;
	double angle; /* radians, clockwise, around base */
	double size, width;
	bool bold;
	colour ink;
};

struct scene {
	struct arena arena; /* for texts that live as long as the scene */
	double width, height;
	colour background;
	double edge_width;
	const char *title; /* for readers that cannot see it */
	const char *description;
	struct scene_shape *shapes;
	struct scene_line *lines;
	struct scene_text *texts;
	size_t shape_count, line_count, text_count;
	size_t shape_capacity, line_capacity, text_capacity; /* private */
	bool failed;
};

void scene_init(struct scene *scene, double width, double height, colour background);
void scene_release(struct scene *scene);

void scene_add_shape(struct scene *scene, const struct scene_shape *shape);
void scene_add_line(struct scene *scene, const struct scene_line *line);
void scene_add_text(struct scene *scene, const struct scene_text *text);

/* The hatching: black diagonals, one across each tile (px). */
#define HATCH_TILE    8.0
#define HATCH_WIDTH   1.2
#define HATCH_OPACITY 0.16

#endif
