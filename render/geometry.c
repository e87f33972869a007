/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/geometry.h"

#include <math.h>

double turns_to_radians(double turns)
{
	return turns * 2 * M_PI;
}

double rings_inner(const struct rings *rings, uint32_t ring)
{
	return rings->hole + (rings->radius - rings->hole) * ring / rings->count;
}

double rings_outer(const struct rings *rings, uint32_t ring)
{
	return rings_inner(rings, ring + 1);
}

struct point polar_point(struct point centre, double radius, double turns)
{
	double angle = turns_to_radians(turns);

	return (struct point){centre.x + radius * sin(angle), centre.y - radius * cos(angle)};
}

static struct point minus(struct point a, struct point b)
{
	return (struct point){a.x - b.x, a.y - b.y};
}

static double cross(struct point a, struct point b)
{
	return a.x * b.y - a.y * b.x;
}

void box_corners(const struct oriented_box *box, struct point ret[4])
{
	static const signed char signs[4][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
	double c = cos(box->angle), s = sin(box->angle);

	for (int i = 0; i < 4; i++) {
		double x = signs[i][0] * box->half_width, y = signs[i][1] * box->half_height;

		ret[i] = (struct point){box->centre.x + x * c - y * s,
					box->centre.y + x * s + y * c};
	}
}

/* The point in the box's own frame: its centre at 0, its sides along the axes. */
static struct point to_box_frame(const struct oriented_box *box, struct point point)
{
	double c = cos(box->angle), s = sin(box->angle);
	struct point d = minus(point, box->centre);

	return (struct point){d.x * c + d.y * s, d.y * c - d.x * s};
}

/* Is b wholly beyond one of the four sides of a? */
static bool box_separates(const struct oriented_box *a, const struct oriented_box *b)
{
	struct point corners[4];
	double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;

	box_corners(b, corners);
	for (int i = 0; i < 4; i++) {
		struct point p = to_box_frame(a, corners[i]);

		left = fmin(left, p.x);
		right = fmax(right, p.x);
		top = fmin(top, p.y);
		bottom = fmax(bottom, p.y);
	}
	return left >= a->half_width || right <= -a->half_width || top >= a->half_height ||
	       bottom <= -a->half_height;
}

/* Separating axes: two convex shapes are apart when a side of one of them says so. */
bool box_overlaps_box(const struct oriented_box *a, const struct oriented_box *b)
{
	return !box_separates(a, b) && !box_separates(b, a);
}

/* Liang and Barsky's clipping, in the box's frame. */
bool box_meets_segment(const struct oriented_box *box, struct point from, struct point to)
{
	struct point start = to_box_frame(box, from), end = to_box_frame(box, to);
	double delta[2] = {end.x - start.x, end.y - start.y};
	double origin[2] = {start.x, start.y};
	double half[2] = {box->half_width, box->half_height};
	double enter = 0, leave = 1;

	for (int axis = 0; axis < 2; axis++) {
		if (fabs(delta[axis]) < 1e-12) {
			if (fabs(origin[axis]) >= half[axis]) {
				return false;
			}
			continue;
		}
		double a = (-half[axis] - origin[axis]) / delta[axis];
		double b = (half[axis] - origin[axis]) / delta[axis];

		enter = fmax(enter, fmin(a, b));
		leave = fmin(leave, fmax(a, b));
	}
	return enter < leave;
}

bool segments_cross(struct point a, struct point b, struct point c, struct point d)
{
	double abc = cross(minus(b, a), minus(c, a)), abd = cross(minus(b, a), minus(d, a));
	double cda = cross(minus(d, c), minus(a, c)), cdb = cross(minus(d, c), minus(b, c));

	return abc * abd < 0 && cda * cdb < 0;
}

double segment_distance(struct point from, struct point to, struct point point)
{
	struct point along = minus(to, from), d = minus(point, from);
	double length = along.x * along.x + along.y * along.y;
	double t = length > 0 ? (along.x * d.x + along.y * d.y) / length : 0;

	t = fmin(1, fmax(0, t));
	return hypot(d.x - t * along.x, d.y - t * along.y);
}

bool box_meets_disc(const struct oriented_box *box, struct point centre, double radius)
{
	struct point p = to_box_frame(box, centre);
	double dx = fmax(0, fabs(p.x) - box->half_width);
	double dy = fmax(0, fabs(p.y) - box->half_height);

	return dx * dx + dy * dy < radius * radius;
}

/*
 * Holds for any span, also beyond half a turn where a sector is not convex: the
 * box is within the outer circle, clear of the inner one, starts inside, and
 * crosses neither straight edge, so it cannot have left.
 */
bool box_in_sector(const struct oriented_box *box, const struct sector *sector)
{
	struct point corners[4], d = minus(box->centre, sector->centre);
	double turns = atan2(d.x, -d.y) / (2 * M_PI);
	double edges[2] = {sector->start, sector->end};

	box_corners(box, corners);
	for (int i = 0; i < 4; i++) {
		if (hypot(corners[i].x - sector->centre.x, corners[i].y - sector->centre.y) >
		    sector->outer) {
			return false;
		}
	}
	if (box_meets_disc(box, sector->centre, sector->inner)) {
		return false;
	}
	turns = turns < 0 ? turns + 1 : turns;
	if (turns < sector->start || turns > sector->end) {
		return false;
	}
	for (int i = 0; i < 2; i++) {
		struct point from = polar_point(sector->centre, sector->inner, edges[i]);
		struct point to = polar_point(sector->centre, sector->outer, edges[i]);

		if (box_meets_segment(box, from, to)) {
			return false;
		}
	}
	return true;
}
