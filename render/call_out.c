/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Greedy, largest slice first: each call-out is added to those that stand, the
 * side's column is pushed apart anew, and the whole picture is checked. What
 * breaks a rule is taken back. With at most CALL_OUT_LIMIT of them the checks
 * cost nothing, and what remains is right by construction.
 */
#include "render/call_out.h"

#include <math.h>
#include <stdlib.h>

#define SIZE		  11.0 /* px */
#define LINE_HEIGHT	  15.0
#define ELBOW		  12.0 /* leader lines bend this far outside the chart */
#define STUB		  10.0 /* and run at least this far to the side */
#define TEXT_GAP	  4.0  /* between the line and its text */
#define CLEARANCE	  9.0  /* between the chart and a text */
#define MAX_PUSH	  48.0 /* farther away a text no longer belongs to its slice */
#define DETAIL_INDENT	  6.0  /* between name and bytes */
#define ROOM_PER_CALL_OUT 60.0 /* px of height: few beside a small chart */
#define PARENT_LIMIT	  24   /* characters */

struct call_out {
	const struct slice *slice;
	uint32_t index;
	const char *name;
	const char *detail;
	double detail_width;
	bool on_right;
	struct point start, elbow;
	double y; /* centre of the text after pushing */
	struct label label;
};

struct placing {
	const struct ring_layout *layout;
	const struct rings *rings;
	const struct label_area *area;
	const struct text_metrics *metrics;
	struct arena *arena;
	const struct label_layout *inside;
	struct call_out items[CALL_OUT_LIMIT]; /* by side, then by elbow from top to bottom */
	size_t count;
};

/*
 * Neighbours too close together become one block, centred on the mean of where
 * its members want to be; blocks that then touch merge. (Pool adjacent
 * violators: the least squares solution.)
 */
static void column_push_apart(struct call_out *items, size_t count, double top, double bottom)
{
	struct {
		double sum; /* of wished positions of the block's first line */
		size_t first, count;
	} blocks[CALL_OUT_LIMIT];
	size_t block_count = 0;

	for (size_t i = 0; i < count; i++) {
		blocks[block_count].sum = items[i].elbow.y;
		blocks[block_count].first = i;
		blocks[block_count].count = 1;
		block_count++;
		while (block_count > 1) {
			size_t last = block_count - 1, n = blocks[last - 1].count;
			double above = blocks[last - 1].sum / (double)n;
			double below = blocks[last].sum / (double)blocks[last].count;

			if (above + (double)n * LINE_HEIGHT <= below) {
				break;
			}
			blocks[last - 1].sum += blocks[last].sum - (double)blocks[last].count *
									   (double)n * LINE_HEIGHT;
			blocks[last - 1].count += blocks[last].count;
			block_count--;
		}
	}
	for (size_t b = 0; b < block_count; b++) {
		double height = (double)(blocks[b].count - 1) * LINE_HEIGHT;
		double y = blocks[b].sum / (double)blocks[b].count;

		y = fmax(top + LINE_HEIGHT / 2, fmin(y, bottom - LINE_HEIGHT / 2 - height));
		for (size_t i = 0; i < blocks[b].count; i++) {
			items[blocks[b].first + i].y = y + (double)i * LINE_HEIGHT;
		}
	}
}

/* How far to the side a text at that height must begin to be clear of the chart. */
static double column_offset(const struct placing *placing, double y)
{
	double radius = placing->rings->radius + CLEARANCE;
	double dy = fmax(0, fabs(y - placing->rings->centre.y) - SIZE / 2);

	return dy < radius ? sqrt(radius * radius - dy * dy) : 0;
}

/* Text, box and leader line for the height the column gave it. */
static bool call_out_set(const struct placing *placing, struct call_out *item)
{
	double side = item->on_right ? 1 : -1, centre = placing->rings->centre.x;
	double edge = fmax(side * (item->elbow.x - centre) + STUB,
			   column_offset(placing, item->y) + TEXT_GAP);
	double limit =
		side * ((item->on_right ? placing->area->right : placing->area->left) - centre);
	double room = limit - edge - TEXT_GAP - DETAIL_INDENT - item->detail_width;
	struct label *label = &item->label;
	double width;

	*label = (struct label){.slice = item->index, .kind = LABEL_CALL_OUT, .size = SIZE};
	label->text = text_fit(placing->metrics, placing->arena, item->name, SIZE, false, room,
			       LABEL_MIN_CHARACTERS);
	if (!label->text) {
		return false;
	}
	label->text_width = text_width(placing->metrics, label->text, SIZE, false);
	label->detail = item->detail;
	label->detail_size = SIZE;
	label->detail_width = item->detail_width;
	width = label->text_width + DETAIL_INDENT + label->detail_width;
	label->box = (struct oriented_box){
		{centre + side * (edge + TEXT_GAP + width / 2), item->y}, width / 2, SIZE / 2, 0};
	label->leader[0] = item->start;
	label->leader[1] = item->elbow;
	label->leader[2] = (struct point){centre + side * edge, item->y};
	return true;
}

static bool leader_meets_box(const struct label *label, const struct oriented_box *box)
{
	return box_meets_segment(box, label->leader[0], label->leader[1]) ||
	       box_meets_segment(box, label->leader[1], label->leader[2]);
}

static bool leaders_cross(const struct label *a, const struct label *b)
{
	for (int i = 0; i < 2; i++) {
		for (int j = 0; j < 2; j++) {
			if (segments_cross(a->leader[i], a->leader[i + 1], b->leader[j],
					   b->leader[j + 1])) {
				return true;
			}
		}
	}
	return false;
}

static double elbow_distance(const struct label *a, const struct label *b)
{
	return hypot(a->leader[1].x - b->leader[1].x, a->leader[1].y - b->leader[1].y);
}

static bool call_out_stands(const struct placing *placing, const struct call_out *item)
{
	const struct label_area *area = placing->area;
	const struct rings *rings = placing->rings;
	const struct label *label = &item->label;

	return fabs(item->y - item->elbow.y) <= MAX_PUSH && item->y - SIZE / 2 >= area->top &&
	       item->y + SIZE / 2 <= area->bottom &&
	       !box_meets_disc(&label->box, rings->centre, rings->radius + CLEARANCE / 2) &&
	       segment_distance(label->leader[1], label->leader[2], rings->centre) >=
		       rings->radius + CLEARANCE / 2;
}

static bool placing_stands(const struct placing *placing)
{
	for (size_t i = 0; i < placing->count; i++) {
		const struct label *label = &placing->items[i].label;

		if (!call_out_stands(placing, &placing->items[i])) {
			return false;
		}
		for (size_t j = 0; j < placing->count; j++) {
			const struct label *other = &placing->items[j].label;

			if (i != j &&
			    (box_overlaps_box(&label->box, &other->box) ||
			     leader_meets_box(label, &other->box) || leaders_cross(label, other) ||
			     elbow_distance(label, other) < LABEL_LEADER_GAP)) {
				return false;
			}
		}
	}
	return true;
}

/* Puts item in its place in the order; the column moves, so every text is set anew. */
static bool placing_add(struct placing *placing, const struct call_out *item)
{
	size_t at = placing->count, right;

	while (at > 0 && (placing->items[at - 1].on_right > item->on_right ||
			  (placing->items[at - 1].on_right == item->on_right &&
			   placing->items[at - 1].elbow.y > item->elbow.y))) {
		placing->items[at] = placing->items[at - 1];
		at--;
	}
	placing->items[at] = *item;
	placing->count++;
	for (right = 0; right < placing->count && !placing->items[right].on_right; right++) {
	}
	column_push_apart(placing->items, right, placing->area->top, placing->area->bottom);
	column_push_apart(placing->items + right, placing->count - right, placing->area->top,
			  placing->area->bottom);
	for (size_t i = 0; i < placing->count; i++) {
		if (!call_out_set(placing, &placing->items[i])) {
			return false;
		}
	}
	return placing_stands(placing);
}

/*
 * Beside the chart a name has lost its surroundings, so that directories and
 * objects bring their parent along: "drivers/scsi".
 */
static const char *call_out_name(const struct placing *placing, const struct slice *slice)
{
	const struct tree_node *node = slice->node;
	const char *name = slice_title(slice, placing->arena), *parent;

	if (!name || slice->ring == 0 || node->kind == TREE_SYMBOL) {
		return name;
	}
	parent = text_display(placing->arena,
			      slice->kind == SLICE_NODE ? node->parent->name : node->name,
			      PARENT_LIMIT);
	return parent ? arena_printf(placing->arena, "%s/%s", parent, name) : NULL;
}

/* A way out for the leader line that crosses no label inside the chart. */
static bool find_way_out(const struct placing *placing, struct call_out *item)
{
	static const double fractions[] = {0.5, 0.25, 0.75, 0.1, 0.9};
	const struct rings *rings = placing->rings;
	uint32_t ring = item->slice->ring;
	double radius = (rings_inner(rings, ring) + rings_outer(rings, ring)) / 2;

	for (size_t i = 0; i < sizeof(fractions) / sizeof(fractions[0]); i++) {
		double turns =
			item->slice->start + fractions[i] * (item->slice->end - item->slice->start);
		bool is_clear = true;

		item->start = polar_point(rings->centre, radius, turns);
		item->elbow = polar_point(rings->centre, rings->radius + ELBOW, turns);
		item->on_right = turns < 0.5;
		for (size_t j = 0; j < placing->inside->count && is_clear; j++) {
			is_clear = !box_meets_segment(&placing->inside->labels[j].box, item->start,
						      item->elbow);
		}
		if (is_clear) {
			return true;
		}
	}
	return false;
}

static int slice_order(const void *left, const void *right)
{
	const struct slice *a = *(const struct slice *const *)left;
	const struct slice *b = *(const struct slice *const *)right;

	if (a->value != b->value) {
		return a->value > b->value ? -1 : 1;
	}
	return a < b ? -1 : a > b; /* of one array: the order of the layout */
}

/* The large slices without a label, largest first. NULL: no memory, or none. */
static const struct slice **find_wanting(const struct placing *placing, const bool *labelled,
					 size_t *ret_count)
{
	const struct ring_layout *layout = placing->layout;
	/* Each ring holds at most CALL_OUT_SHARE slices that large. */
	const struct slice **wanting = arena_alloc(
		placing->arena, (size_t)CALL_OUT_SHARE * RING_LIMIT * sizeof(const struct slice *));
	size_t count = 0;

	for (size_t i = 0; wanting && i < layout->slice_count; i++) {
		const struct slice *slice = &layout->slices[i];

		/* Gathered parts are nothing to point at. */
		if (!labelled[i] && slice->kind != SLICE_OTHER &&
		    slice->end - slice->start >= 1.0 / CALL_OUT_SHARE &&
		    count < (size_t)CALL_OUT_SHARE * RING_LIMIT) {
			wanting[count++] = slice;
		}
	}
	if (count > 1) {
		qsort(wanting, count, sizeof(const struct slice *), slice_order);
	}
	*ret_count = count;
	return wanting;
}

void call_outs_place(struct label_layout *labels, const bool *labelled,
		     const struct ring_layout *layout, const struct rings *rings,
		     const struct label_area *area, const struct text_metrics *metrics,
		     struct arena *arena)
{
	struct placing placing = {layout, rings, area, metrics, arena, labels, .count = 0};
	size_t count, limit = (size_t)fmax(0, (area->bottom - area->top) / ROOM_PER_CALL_OUT);
	const struct slice **wanting = find_wanting(&placing, labelled, &count);

	limit = limit < CALL_OUT_LIMIT ? limit : CALL_OUT_LIMIT;
	for (size_t i = 0; wanting && i < count && placing.count < limit; i++) {
		struct placing before = placing;
		struct call_out item = {.slice = wanting[i]};
		char bytes[BYTES_TEXT_SIZE];

		item.index = (uint32_t)(wanting[i] - layout->slices);
		item.name = call_out_name(&placing, wanting[i]);
		item.detail = arena_strdup(arena, slice_bytes(bytes, wanting[i]));
		if (!item.name || !item.detail) {
			break;
		}
		item.detail_width = text_width(metrics, item.detail, SIZE, false);
		if (!find_way_out(&placing, &item) || !placing_add(&placing, &item)) {
			placing = before;
		}
	}
	for (size_t i = 0; i < placing.count; i++) {
		labels->labels[labels->count++] = placing.items[i].label;
	}
}
