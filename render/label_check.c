/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The promises of label_layout.h, checked on the finished picture alone. */
#include <math.h>

#include "render/label_layout.h"

static const char *inside_check(const struct label *label, const struct ring_layout *layout,
				const struct rings *rings)
{
	struct sector sector = slice_sector(&layout->slices[label->slice], rings);

	return box_in_sector(&label->box, &sector) ? NULL : "a label that crosses its slice's edge";
}

static const char *call_out_check(const struct label *label, const struct rings *rings,
				  const struct label_area *area)
{
	const struct oriented_box *box = &label->box;

	if (box_meets_disc(box, rings->centre, rings->radius)) {
		return "a call-out on the chart";
	}
	if (segment_distance(label->leader[1], label->leader[2], rings->centre) < rings->radius) {
		return "a leader line that runs over the chart";
	}
	if (box->centre.x - box->half_width < area->left ||
	    box->centre.x + box->half_width > area->right ||
	    box->centre.y - box->half_height < area->top ||
	    box->centre.y + box->half_height > area->bottom) {
		return "a call-out outside its area";
	}
	return NULL;
}

static const char *pair_check(const struct label *a, const struct label *b)
{
	if (box_overlaps_box(&a->box, &b->box)) {
		return "two labels that overlap";
	}
	if (a->kind == LABEL_CALL_OUT && b->kind == LABEL_CALL_OUT &&
	    hypot(a->leader[1].x - b->leader[1].x, a->leader[1].y - b->leader[1].y) <
		    LABEL_LEADER_GAP) {
		return "two leader lines that look like one";
	}
	for (int i = 0; a->kind == LABEL_CALL_OUT && i < 2; i++) {
		if (box_meets_segment(&b->box, a->leader[i], a->leader[i + 1])) {
			return "a leader line through a label";
		}
		for (int j = 0; b->kind == LABEL_CALL_OUT && j < 2; j++) {
			if (segments_cross(a->leader[i], a->leader[i + 1], b->leader[j],
					   b->leader[j + 1])) {
				return "two leader lines that cross";
			}
		}
	}
	return NULL;
}

static const char *text_check(const struct label *label)
{
	double width = 2 * label->box.half_width;

	if (label->size < LABEL_MIN_SIZE ||
	    (label->detail && label->detail_size < LABEL_MIN_SIZE)) {
		return "a label too small to read";
	}
	if (label->text_width > width + 1e-6 || label->detail_width > width + 1e-6) {
		return "a text wider than its box";
	}
	return label->text[0] ? NULL : "an empty label";
}

const char *label_layout_check(const struct label_layout *labels, const struct ring_layout *layout,
			       const struct rings *rings, const struct label_area *area)
{
	const char *fault = NULL;

	for (size_t i = 0; i < labels->count && !fault; i++) {
		const struct label *label = &labels->labels[i];

		fault = text_check(label);
		if (!fault) {
			fault = label->kind == LABEL_CALL_OUT ? call_out_check(label, rings, area)
							      : inside_check(label, layout, rings);
		}
		for (size_t j = 0; j < labels->count && !fault; j++) {
			fault = i == j ? NULL : pair_check(label, &labels->labels[j]);
		}
	}
	return fault;
}
