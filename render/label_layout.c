/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/label_layout.h"

#include <math.h>
#include <string.h>

#include "render/call_out.h"

/* Between a label and the edges of its slice, px. */
#define PADDING 2.0
/* No label shows more of a name than this; tooltips do. */
#define NAME_LIMIT  64
#define DETAIL_SIZE LABEL_MIN_SIZE

/* Sizes by ring, innermost first; the last holds for all further rings. */
static const double ring_sizes[] = {14, 12, 11};

struct fitting {
	const struct text_metrics *metrics;
	struct arena *arena;
	struct sector sector;
	double half_span; /* radians */
	double middle;	  /* turns */
};

const char *slice_title(const struct slice *slice, struct arena *arena)
{
	switch (slice->kind) {
	case SLICE_OWN:
		return "(itself)";
	case SLICE_OTHER:
		return arena_printf(arena, "other (%u)", slice->count);
	case SLICE_NODE:
		break;
	}
	return text_display(arena, slice->node->name, NAME_LIMIT);
}

const char *slice_bytes(char buffer[BYTES_TEXT_SIZE], const struct slice *slice)
{
	return text_signed_bytes(buffer, slice->value, slice->sign);
}

struct sector slice_sector(const struct slice *slice, const struct rings *rings)
{
	return (struct sector){
		.centre = rings->centre,
		.inner = rings_inner(rings, slice->ring),
		.outer = rings_outer(rings, slice->ring),
		.start = slice->start,
		.end = slice->end,
	};
}

/* Height of one or two lines whose last line has its size's height. */
static double lines_height(double size, double detail_size)
{
	return detail_size > 0 ? size * LABEL_LINE_STEP + detail_size : size;
}

/* The box along the arc, between the two circles with equal room above and below. */
static struct oriented_box box_along_arc(const struct fitting *fitting, double width, double height)
{
	const struct sector *sector = &fitting->sector;
	double outer = sector->outer - PADDING, inner = sector->inner + PADDING;
	double rise = outer * outer - width * width / 4;
	double radius = (inner + sqrt(fmax(0, rise))) / 2;
	double angle = turns_to_radians(fitting->middle);

	if (fitting->middle > 0.25 && fitting->middle < 0.75) {
		angle -= M_PI;
	}
	return (struct oriented_box){
		polar_point(sector->centre, radius, fitting->middle),
		width / 2,
		height / 2,
		angle,
	};
}

/* How wide a box of that height may be along the arc, by halving: 2^-10 of the chart is a pixel. */
static double room_along_arc(const struct fitting *fitting, double height)
{
	const struct sector *sector = &fitting->sector;
	double outer = sector->outer - PADDING, inner = sector->inner + PADDING;
	double low = 0, high = 2 * outer;

	for (int i = 0; i < 12; i++) {
		double width = (low + high) / 2, rise = outer * outer - width * width / 4;
		double radius = (inner + sqrt(fmax(0, rise))) / 2;
		double bottom = radius - height / 2;
		bool fits = rise > 0 && bottom >= inner &&
			    hypot(radius + height / 2, width / 2) <= outer;

		if (fits && fitting->half_span < M_PI / 2) {
			fits = bottom * sin(fitting->half_span) -
				       width / 2 * cos(fitting->half_span) >=
			       PADDING;
		}
		if (fits) {
			low = width;
		} else {
			high = width;
		}
	}
	return low;
}

/* The radial stretch in which a box of that height is clear of all four edges. */
static double room_radial(const struct fitting *fitting, double height, double *ret_from)
{
	const struct sector *sector = &fitting->sector;
	double outer = sector->outer - PADDING, from = sector->inner + PADDING;
	double reach = outer * outer - height * height / 4;

	if (fitting->half_span < M_PI / 2) {
		from = fmax(from, (height / 2 * cos(fitting->half_span) + PADDING) /
					  sin(fitting->half_span));
	}
	*ret_from = from;
	return fmax(0, sqrt(fmax(0, reach)) - from);
}

static struct oriented_box box_radial(const struct fitting *fitting, double width, double height)
{
	double from, room = room_radial(fitting, height, &from);
	double angle = turns_to_radians(fitting->middle) - M_PI / 2;

	if (fitting->middle > 0.5) {
		angle += M_PI;
	}
	return (struct oriented_box){
		polar_point(fitting->sector.centre, from + room / 2, fitting->middle),
		width / 2,
		height / 2,
		angle,
	};
}

static double label_room(const struct fitting *fitting, enum label_kind kind, double height)
{
	double from;

	return kind == LABEL_ALONG_ARC ? room_along_arc(fitting, height)
				       : room_radial(fitting, height, &from);
}

/* Gives the label its place if it fits whole in that direction. */
static bool label_try(const struct fitting *fitting, struct label *label, enum label_kind kind)
{
	double width = fmax(label->text_width, label->detail_width);
	double height = lines_height(label->size, label->detail ? label->detail_size : 0);

	if (label_room(fitting, kind, height) < width) {
		return false;
	}
	label->kind = kind;
	label->box = kind == LABEL_ALONG_ARC ? box_along_arc(fitting, width, height)
					     : box_radial(fitting, width, height);
	return true;
}

static void label_resize(const struct fitting *fitting, struct label *label, double size)
{
	label->size = size;
	label->text_width = text_width(fitting->metrics, label->text, size, label->bold);
}

static void label_drop_detail(struct label *label)
{
	label->detail = NULL;
	label->detail_width = 0;
}

/* Is a beginning of it still worth reading? Of "other (12)" it would lie. */
static bool may_shorten(const struct slice *slice)
{
	return slice->kind == SLICE_NODE;
}

/* The direction that keeps more of the name; the arc when both keep the same. */
static bool label_shorten(const struct fitting *fitting, struct label *label)
{
	double arc = label_room(fitting, LABEL_ALONG_ARC, label->size);
	double radial = label_room(fitting, LABEL_RADIAL, label->size);
	const char *text = text_fit(fitting->metrics, fitting->arena, label->text, label->size,
				    label->bold, fmax(arc, radial), LABEL_MIN_CHARACTERS);

	if (!text) {
		return false;
	}
	label->text = text;
	label_resize(fitting, label, label->size);
	return label_try(fitting, label, arc >= radial ? LABEL_ALONG_ARC : LABEL_RADIAL);
}

/* Most to least wanted: two lines, one line, one small line, a shortened one. */
static bool label_fit(const struct fitting *fitting, struct label *label, double size,
		      bool can_shorten)
{
	label_resize(fitting, label, size);
	if (label_try(fitting, label, LABEL_ALONG_ARC) || label_try(fitting, label, LABEL_RADIAL)) {
		return true;
	}
	label_drop_detail(label);
	if (label_try(fitting, label, LABEL_ALONG_ARC) || label_try(fitting, label, LABEL_RADIAL)) {
		return true;
	}
	label->bold = false;
	label_resize(fitting, label, LABEL_MIN_SIZE);
	return label_try(fitting, label, LABEL_ALONG_ARC) ||
	       label_try(fitting, label, LABEL_RADIAL) ||
	       (can_shorten && label_shorten(fitting, label));
}

/* Too thin for the smallest text in either direction: most slices of a large chart. */
static bool is_hopeless(const struct sector *sector)
{
	double arc = (sector->end - sector->start) * 2 * M_PI * sector->outer;

	return arc < LABEL_MIN_SIZE || sector->outer - sector->inner < LABEL_MIN_SIZE;
}

/* Returns 1 for a label, 0 for none, ERROR_NO_MEMORY. */
static int slice_label(const struct fitting *shared, const struct ring_layout *layout,
		       const struct rings *rings, uint32_t index, struct label *ret,
		       struct error *err)
{
	const struct slice *slice = &layout->slices[index];
	size_t last = sizeof(ring_sizes) / sizeof(ring_sizes[0]) - 1;
	struct fitting fitting = *shared;
	char bytes[BYTES_TEXT_SIZE];

	fitting.sector = slice_sector(slice, rings);
	if (is_hopeless(&fitting.sector) || slice->sliver) {
		return 0;
	}
	fitting.half_span = turns_to_radians(slice->end - slice->start) / 2;
	fitting.middle = (slice->start + slice->end) / 2;
	*ret = (struct label){.slice = index, .bold = slice->ring == 0, .detail_size = DETAIL_SIZE};
	ret->text = slice_title(slice, fitting.arena);
	ret->detail = arena_strdup(fitting.arena, slice_bytes(bytes, slice));
	if (!ret->text || !ret->detail) {
		return error_no_memory(err);
	}
	ret->detail_width = text_width(fitting.metrics, ret->detail, DETAIL_SIZE, false);
	return label_fit(&fitting, ret, ring_sizes[slice->ring < last ? slice->ring : last],
			 may_shorten(slice)) &&
	       box_in_sector(&ret->box, &fitting.sector);
}

int label_layout_run(const struct ring_layout *layout, const struct rings *rings,
		     const struct label_area *area, const struct text_metrics *metrics,
		     struct arena *arena, struct label_layout *ret, struct error *err)
{
	struct fitting fitting = {.metrics = metrics, .arena = arena};
	bool *labelled = arena_calloc(arena, (layout->slice_count + 1) * sizeof(*labelled));

	*ret = (struct label_layout){0};
	ret->labels =
		arena_alloc(arena, (layout->slice_count + CALL_OUT_LIMIT) * sizeof(*ret->labels));
	if (!labelled || !ret->labels) {
		return error_no_memory(err);
	}
	for (uint32_t i = 0; i < layout->slice_count; i++) {
		int found = slice_label(&fitting, layout, rings, i, &ret->labels[ret->count], err);

		if (found < 0) {
			return found;
		}
		labelled[i] = found > 0;
		ret->count += (size_t)found;
	}
	call_outs_place(ret, labelled, layout, rings, area, metrics, arena);
	return 0;
}
