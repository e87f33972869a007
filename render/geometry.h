/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shapes of a ring chart: sectors of rings, and text as oriented boxes.
 *
 * Coordinates are pixels, y grows downwards. A turn is a full circle: 0 is 12
 * o'clock, clockwise. The angle of a box is in radians, clockwise, 0 upright.
 */
#ifndef RENDER_GEOMETRY_H
#define RENDER_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

struct point {
	double x, y;
};

struct rings {
	struct point centre;
	double hole;   /* radius of the empty middle */
	double radius; /* outer edge of the last ring */
	uint32_t count;
};

/* A piece of a ring: inner < outer (px), start <= end (turns). */
struct sector {
	struct point centre;
	double inner, outer;
	double start, end;
};

struct oriented_box {
	struct point centre;
	double half_width, half_height; /* before it is turned */
	double angle;
};

double turns_to_radians(double turns);

double rings_inner(const struct rings *rings, uint32_t ring);
double rings_outer(const struct rings *rings, uint32_t ring);

/* The point at that distance from the centre, in that direction. */
struct point polar_point(struct point centre, double radius, double turns);

/* The corners in order around the box. */
void box_corners(const struct oriented_box *box, struct point ret[4]);

/* Do they share any area? Touching edges are no overlap. */
bool box_overlaps_box(const struct oriented_box *a, const struct oriented_box *b);
bool box_meets_segment(const struct oriented_box *box, struct point from, struct point to);
bool segments_cross(struct point a, struct point b, struct point c, struct point d);
double segment_distance(struct point from, struct point to, struct point point);

/* Is the whole box inside the sector, no edge crossed? */
bool box_in_sector(const struct oriented_box *box, const struct sector *sector);

/* Is any part of the box nearer to centre than radius? */
bool box_meets_disc(const struct oriented_box *box, struct point centre, double radius);

#endif
