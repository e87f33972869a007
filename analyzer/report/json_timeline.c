/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/json_timeline.h"

#include "analyzer/attribute/timeline_bands.h"

static const char *const units[] = {
	[EVENT_CLOCK_NS] = "ns",
	[EVENT_CLOCK_TICKS] = "ticks",
	[EVENT_CLOCK_NUMBER] = "events",
};

/* How many buckets are one step: the fewest that keep to the limit. */
static uint32_t buckets_per_step(const struct timeline *timeline)
{
	return (timeline->bucket_count + JSON_TIMELINE_STEPS - 1) / JSON_TIMELINE_STEPS;
}

static void point_put(struct json_document *document, struct json_object *to, const char *key,
		      uint64_t bytes, uint64_t time)
{
	struct json_object *point = json_put_object(document, to, key);

	json_put_unsigned(document, point, "bytes", bytes);
	json_put_unsigned(document, point, "time", time);
}

/* The largest value of each step. */
static void highest_put(struct json_document *document, struct json_object *to,
			const struct timeline_bands *bands)
{
	struct json_object *array = json_put_array(document, to, "highest");
	uint32_t count = bands->timeline->bucket_count, width = buckets_per_step(bands->timeline);

	for (uint32_t i = 0; i < count; i += width) {
		uint64_t most = 0;

		for (uint32_t j = i; j < count && j < i + width; j++) {
			most = bands->highest[j] > most ? bands->highest[j] : most;
		}
		json_append_unsigned(document, array, most);
	}
}

static void band_put(struct json_document *document, struct json_object *to,
		     const struct timeline_band *band, const struct timeline *timeline)
{
	struct json_object *object = json_append_object(document, to);
	uint32_t count = timeline->bucket_count, width = buckets_per_step(timeline);
	struct json_object *live;

	json_put_text(document, object, "name", band->name);
	if (band->gathered > 0) {
		json_put_unsigned(document, object, "gathered", band->gathered);
	}
	json_put_unsigned(document, object, "most", band->most);
	json_put_unsigned(document, object, "end", band->end);
	live = json_put_array(document, object, "live");
	for (uint32_t i = 0; i < count; i += width) {
		json_append_unsigned(document, live,
				     band->live[i + width < count ? i + width - 1 : count - 1]);
	}
}

/* Neighbouring buckets with losses are one gap. */
static void gaps_put(struct json_document *document, struct json_object *to,
		     const struct timeline *timeline)
{
	struct json_object *array = json_put_array(document, to, "gaps");

	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		uint64_t from = timeline->start + ((uint64_t)i << timeline->shift), end, lost = 0;
		struct json_object *gap;

		if (!timeline->buckets[i].is_gap) {
			continue;
		}
		for (; i < timeline->bucket_count && timeline->buckets[i].is_gap; i++) {
			lost += timeline->buckets[i].lost;
		}
		end = timeline->start + ((uint64_t)i << timeline->shift);
		gap = json_append_object(document, array);
		json_put_unsigned(document, gap, "from",
				  from < timeline->first ? timeline->first : from);
		json_put_unsigned(document, gap, "to", end > timeline->last ? timeline->last : end);
		if (lost > 0) {
			json_put_unsigned(document, gap, "lost_event_count", lost);
		}
	}
}

static void markers_put(struct json_document *document, struct json_object *to,
			const struct timeline *timeline)
{
	struct json_object *array = json_put_array(document, to, "markers");

	for (size_t i = 0; i < timeline->marker_count; i++) {
		struct json_object *marker = json_append_object(document, array);

		json_put_unsigned(document, marker, "time", timeline->markers[i].time);
		json_put_text(document, marker, "text", timeline->markers[i].text);
	}
}

void json_timeline_put(struct json_document *document, const struct report_view *view)
{
	const struct timeline *timeline = view->record->timeline;
	const struct timeline_bands_request request = {
		.timeline = timeline,
		.branch = view->branch,
		.sites = view->sites->sites,
		.site_count = view->sites->count,
		.limit = JSON_TIMELINE_BANDS,
	};
	struct timeline_bands bands;
	struct json_object *object, *array;
	struct error err;

	if (!timeline) {
		return;
	}
	if (timeline_bands_init(&request, &bands, &err) < 0) {
		document->failed = true;
		return;
	}
	object = json_put_object(document, document->root, "timeline");
	json_put_text(document, object, "unit", units[timeline->unit]);
	json_put_unsigned(document, object, "start", timeline->start);
	json_put_unsigned(document, object, "step",
			  (uint64_t)buckets_per_step(timeline) << timeline->shift);
	json_put_unsigned(document, object, "first", timeline->first);
	json_put_unsigned(document, object, "last", timeline->last);
	point_put(document, object, "peak", bands.peak_bytes, bands.peak_time);
	point_put(document, object, "end", bands.end_bytes, timeline->last);
	json_put_text(document, object, "by", bands.is_by_site ? "caller" : "part");
	highest_put(document, object, &bands);
	array = json_put_array(document, object, "bands");
	for (size_t i = 0; i < bands.count; i++) {
		band_put(document, array, &bands.bands[i], timeline);
	}
	gaps_put(document, object, timeline);
	markers_put(document, object, timeline);
	timeline_bands_release(&bands);
}
