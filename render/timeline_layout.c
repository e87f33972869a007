/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/timeline_layout.h"

#include <math.h>
#include <string.h>

#include "render/label_layout.h"
#include "render/timeline_axis.h"

#define LABEL_GAP   10.0 /* px between texts of one row */
#define PHASE_INSET 4.0

double timeline_layout_x(const struct timeline_layout *layout, uint64_t time)
{
	double share;

	time = time < layout->first ? layout->first : time;
	time = time > layout->last ? layout->last : time;
	share = (double)(time - layout->first) / (double)(layout->last - layout->first);
	return layout->left + share * (layout->right - layout->left);
}

double timeline_layout_y(const struct timeline_layout *layout, uint64_t bytes)
{
	double share = (double)bytes / (double)layout->scale;

	return layout->bottom - fmin(1, share) * (layout->bottom - layout->plot_top);
}

/* Where the value of a bucket's end stands. */
static double bucket_x(const struct timeline_layout *layout, const struct timeline *timeline,
		       uint32_t bucket)
{
	/* of the narrowest buckets, all of which are one time, that time */
	uint64_t width = timeline->shift > 0 ? 1ull << timeline->shift : 0;

	return timeline_layout_x(layout,
				 timeline->start + ((uint64_t)bucket << timeline->shift) + width);
}

/* Can the points between from and to be left out? */
static bool is_straight(const struct point *points, size_t from, size_t to)
{
	double run = points[to].x - points[from].x;

	for (size_t i = from + 1; i < to; i++) {
		double share = run > 0 ? (points[i].x - points[from].x) / run : 0;
		double y = points[from].y + share * (points[to].y - points[from].y);

		if (fabs(y - points[i].y) > LAYOUT_TOLERANCE) {
			return false;
		}
	}
	return true;
}

/* Longest stretches first found: never more than a window, which bounds the time it takes. */
#define STRETCH_MAX 64

static size_t simplify(struct point *points, size_t count)
{
	size_t kept = 1, from = 0;

	while (from + 1 < count) {
		size_t to = from + 1;

		while (to + 1 < count && to + 1 - from <= STRETCH_MAX &&
		       is_straight(points, from, to + 1)) {
			to++;
		}
		points[kept++] = points[to];
		from = to;
		/* what was kept may stand where a later point is still to be read */
	}
	return kept;
}

/* Value by bucket as a line from the left edge of the plot to the right one. */
static bool line_draw(const struct timeline_layout *layout, const struct timeline *timeline,
		      const uint64_t *values, struct arena *arena, const struct point **ret,
		      size_t *ret_count)
{
	size_t count = (size_t)timeline->bucket_count + 2;
	struct point *points = arena_alloc(arena, count * sizeof(*points));

	if (!points) {
		return false;
	}
	points[0] = (struct point){layout->left, timeline_layout_y(layout, 0)};
	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		points[i + 1] = (struct point){bucket_x(layout, timeline, i),
					       timeline_layout_y(layout, values[i])};
	}
	points[count - 1] = (struct point){layout->right, points[count - 2].y};
	*ret = points;
	*ret_count = simplify(points, count);
	return true;
}

static bool lines_draw(struct timeline_layout *layout, const struct timeline_bands *bands,
		       struct arena *arena)
{
	const struct timeline *timeline = bands->timeline;
	uint64_t *sums = arena_calloc(arena, timeline->bucket_count * sizeof(*sums));

	layout->band_count = bands->count;
	layout->lines = arena_calloc(arena, (bands->count + 1) * sizeof(*layout->lines));
	if (!sums || !layout->lines) {
		return false;
	}
	for (size_t line = 0; line <= bands->count; line++) {
		for (uint32_t i = 0; line > 0 && i < timeline->bucket_count; i++) {
			sums[i] += bands->bands[line - 1].live[i];
		}
		if (!line_draw(layout, timeline, sums, arena, &layout->lines[line].points,
			       &layout->lines[line].count)) {
			return false;
		}
	}
	return line_draw(layout, timeline, bands->highest, arena, &layout->crest,
			 &layout->crest_count);
}

/* Peak and end: in one row where there is room for both, else the end above. */
static bool labels_place(struct timeline_layout *layout, const struct timeline_bands *bands,
			 const struct text_metrics *metrics, struct arena *arena)
{
	char bytes[BYTES_TEXT_SIZE];
	const char *when = timeline_time_text(bands->timeline, bands->peak_time, arena);
	struct layout_label *peak = &layout->peak, *end = &layout->end;
	double row = layout->plot_top - 8;

	peak->text = when ? arena_printf(arena, "peak %s at %s",
					 text_bytes(bytes, bands->peak_bytes), when)
			  : NULL;
	when = timeline_time_text(bands->timeline, bands->timeline->last, arena);
	end->text = when ? arena_printf(arena, "end %s at %s", text_bytes(bytes, bands->end_bytes),
					when)
			 : NULL;
	if (!peak->text || !end->text) {
		return false;
	}
	peak->width = text_width(metrics, peak->text, LAYOUT_LABEL_SIZE, true);
	end->width = text_width(metrics, end->text, LAYOUT_LABEL_SIZE, true);
	peak->target = (struct point){timeline_layout_x(layout, bands->peak_time),
				      timeline_layout_y(layout, bands->peak_bytes)};
	end->target = (struct point){layout->right, timeline_layout_y(layout, bands->end_bytes)};
	end->start = (struct point){fmax(layout->left, layout->right - end->width), row};
	peak->start = (struct point){peak->target.x - peak->width / 2, row};
	/* the leader of the end goes down at the right edge */
	peak->start.x = fmin(peak->start.x, layout->right - LABEL_GAP - peak->width);
	peak->start.x = fmax(peak->start.x, layout->left);
	if (peak->start.x + peak->width + LABEL_GAP > end->start.x) {
		end->start.y -= LAYOUT_LABEL_ROW;
	}
	return true;
}

static bool phase_label(struct layout_phase *phase, const struct text_metrics *metrics,
			struct arena *arena)
{
	double room = phase->right - phase->left - 2 * PHASE_INSET;

	phase->name = text_display(arena, phase->marker->text, EVENT_MARKER_MAX);
	if (!phase->name) {
		return false;
	}
	if (phase->name[0] && room > 0) {
		phase->label = text_fit(metrics, arena, phase->name, LAYOUT_TEXT_SIZE, false, room,
					LABEL_MIN_CHARACTERS);
	}
	phase->label_width =
		phase->label ? text_width(metrics, phase->label, LAYOUT_TEXT_SIZE, false) : 0;
	return true;
}

static bool phases_place(struct timeline_layout *layout, const struct timeline *timeline,
			 const struct text_metrics *metrics, struct arena *arena)
{
	layout->phase_count = timeline->marker_count;
	layout->phases = arena_calloc(arena, (layout->phase_count + 1) * sizeof(*layout->phases));
	if (!layout->phases) {
		return false;
	}
	for (size_t i = 0; i < layout->phase_count; i++) {
		struct layout_phase *phase = &layout->phases[i];

		phase->marker = &timeline->markers[i];
		phase->left = timeline_layout_x(layout, phase->marker->time);
		phase->right = i + 1 < layout->phase_count
				       ? timeline_layout_x(layout, timeline->markers[i + 1].time)
				       : layout->right;
		if (!phase_label(phase, metrics, arena)) {
			return false;
		}
		layout->unnamed_count += phase->label == NULL;
	}
	return true;
}

/* Neighbouring buckets with losses are one gap. */
static bool gaps_place(struct timeline_layout *layout, const struct timeline *timeline,
		       struct arena *arena)
{
	bool open = false;

	layout->gaps = arena_calloc(arena, (timeline->bucket_count + 1) * sizeof(*layout->gaps));
	if (!layout->gaps) {
		return false;
	}
	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		const struct timeline_bucket *bucket = &timeline->buckets[i];
		uint64_t start = timeline->start + ((uint64_t)i << timeline->shift);
		struct layout_gap *gap;

		layout->lost += bucket->lost;
		if (!bucket->is_gap) {
			open = false;
			continue;
		}
		layout->gap_count += !open;
		gap = &layout->gaps[layout->gap_count - 1];
		if (!open) {
			gap->from = start < timeline->first ? timeline->first : start;
			gap->left = timeline_layout_x(layout, start);
		}
		open = true;
		gap->lost += bucket->lost;
		gap->to = start + (1ull << timeline->shift);
		gap->to = gap->to > timeline->last ? timeline->last : gap->to;
		/* wide enough to be seen */
		gap->right = fmin(layout->right,
				  fmax(timeline_layout_x(layout, gap->to), gap->left + 2));
		gap->left = fmin(gap->left, gap->right - 2);
	}
	return true;
}

bool timeline_layout_run(const struct timeline_bands *bands, const struct timeline_frame *frame,
			 const struct text_metrics *metrics, struct arena *arena,
			 struct timeline_layout *ret)
{
	const struct timeline *timeline = bands->timeline;
	double below = frame->bottom - LAYOUT_TEXT_SIZE;

	*ret = (struct timeline_layout){
		.left = frame->left,
		.right = frame->right,
		.plot_top = frame->top + 2 * LAYOUT_LABEL_ROW + 4,
		.first = timeline->first,
		.last = timeline->last > timeline->first ? timeline->last : timeline->first + 1,
		.scale = bands->peak_bytes > 0 ? bands->peak_bytes : 1,
	};
	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		/* clocks of CPUs may differ: what buckets end with can be above the peak */
		ret->scale = bands->highest[i] > ret->scale ? bands->highest[i] : ret->scale;
	}
	ret->caption_base = below;
	ret->tick_base = below -= LAYOUT_TEXT_SIZE + 8;
	below -= LAYOUT_TEXT_SIZE + 6;
	ret->phase_top = below -= frame->has_phases ? LAYOUT_PHASE_ROW + 2 : 0;
	ret->gap_top = below -= frame->has_gaps ? LAYOUT_GAP_STRIP + 2 : 0;
	ret->bottom = below;
	return timeline_axis_bytes(ret, metrics, arena) &&
	       timeline_axis_times(ret, timeline->unit, metrics, arena) &&
	       lines_draw(ret, bands, arena) && labels_place(ret, bands, metrics, arena) &&
	       phases_place(ret, timeline, metrics, arena) && gaps_place(ret, timeline, arena);
}
