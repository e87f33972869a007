/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline's tables: written and read in one file, so that they stay each other's mirror. */
#include "analyzer/report/database_timeline.h"

#include <stdlib.h>

#include "analyzer/report/database_read.h"
#include "analyzer/report/database_schema.h"
#include "analyzer/report/database_write.h"

static const char *const units[] = {
	[EVENT_CLOCK_NS] = "ns",
	[EVENT_CLOCK_TICKS] = "ticks",
	[EVENT_CLOCK_NUMBER] = "events",
};

static int axis_save(sqlite3 *db, const struct timeline *timeline)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO timeline VALUES (1,?,?,?,?,?,?,?,?,?,?)");
	put_text(&writer, units[timeline->unit]);
	put_number(&writer, timeline->start);
	put_number(&writer, 1ull << timeline->shift);
	put_number(&writer, timeline->bucket_count);
	put_number(&writer, timeline->first);
	put_number(&writer, timeline->last);
	put_number(&writer, timeline->peak_bytes);
	put_number(&writer, timeline->peak_time);
	put_number(&writer, timeline->end_bytes);
	put_number(&writer, timeline->marker_left_out);
	row_end(&writer);
	return writer_close(&writer);
}

static int buckets_save(sqlite3 *db, const struct timeline *timeline)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO timeline_bucket VALUES (?,?,?,?)");
	for (uint32_t i = 0; i < timeline->bucket_count; i++) {
		put_number(&writer, i);
		put_number(&writer, timeline->buckets[i].highest);
		put_number(&writer, timeline->buckets[i].is_gap);
		put_number(&writer, timeline->buckets[i].lost);
		row_end(&writer);
	}
	return writer_close(&writer);
}

static int markers_save(sqlite3 *db, const struct timeline *timeline)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO timeline_marker VALUES (?,?,?)");
	for (size_t i = 0; i < timeline->marker_count; i++) {
		put_number(&writer, i + 1);
		put_number(&writer, timeline->markers[i].time);
		put_text(&writer, timeline->markers[i].text);
		row_end(&writer);
	}
	return writer_close(&writer);
}

static int changes_save(sqlite3 *db, const struct analysis_record *record)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO timeline_change VALUES (?,?,?)");
	for (size_t i = 0; i < record->site_count; i++) {
		const struct timeline_series *series = &record->sites[i].series;

		for (size_t j = 0; j < series->count; j++) {
			put_number(&writer, i + 1);
			put_number(&writer, series->points[j].bucket);
			put_number(&writer, (uint64_t)series->points[j].bytes);
			row_end(&writer);
		}
	}
	return writer_close(&writer);
}

int timeline_save(sqlite3 *db, const struct analysis_record *record)
{
	int result = SQLITE_OK;

	if (record->timeline) {
		result = axis_save(db, record->timeline);
		result = result == SQLITE_OK ? buckets_save(db, record->timeline) : result;
		result = result == SQLITE_OK ? markers_save(db, record->timeline) : result;
		result = result == SQLITE_OK ? changes_save(db, record) : result;
	}
	return result;
}

/* Is it as a walk through a trace makes it? */
static bool axis_check(const struct timeline *timeline, uint64_t width, uint64_t bucket_count)
{
	return width > 0 && (width & (width - 1)) == 0 && bucket_count >= 1 &&
	       bucket_count <= TIMELINE_BUCKETS && timeline->start % width == 0 &&
	       timeline->start <= timeline->first && timeline->first <= timeline->last &&
	       (timeline->first - timeline->start) / width == 0 &&
	       (timeline->last - timeline->start) / width == bucket_count - 1;
}

/* 0: there is none. */
static int axis_read(sqlite3 *db, struct timeline *ret, struct error *err)
{
	struct table_reader reader;
	uint64_t width, bucket_count;
	int unit;

	reader_open(&reader, db,
		    "SELECT unit, start, width, bucket_count, first, last, peak_bytes, peak_time, "
		    "end_bytes, markers_left_out FROM timeline");
	if (!reader_next(&reader)) {
		return reader_close(&reader, err) < 0 ? err->code : 0;
	}
	unit = database_index(units, 3, reader_text(&reader, 0));
	width = reader_number(&reader, 2);
	bucket_count = reader_number(&reader, 3);
	*ret = (struct timeline){
		.start = reader_number(&reader, 1),
		.first = reader_number(&reader, 4),
		.last = reader_number(&reader, 5),
		.peak_bytes = reader_number(&reader, 6),
		.peak_time = reader_number(&reader, 7),
		.end_bytes = reader_number(&reader, 8),
		.marker_left_out = reader_number(&reader, 9),
	};
	if (unit < 0 || !axis_check(ret, width, bucket_count)) {
		return reader_fail(&reader, err, "table timeline");
	}
	ret->unit = (enum event_clock_unit)unit;
	ret->shift = (unsigned int)__builtin_ctzll(width);
	ret->bucket_count = (uint32_t)bucket_count;
	return reader_close(&reader, err) < 0 ? err->code : 1;
}

static int buckets_read(sqlite3 *db, struct arena *arena, struct timeline *ret, struct error *err)
{
	struct timeline_bucket *buckets = arena_calloc(arena, ret->bucket_count * sizeof(*buckets));
	struct table_reader reader;
	uint32_t count = 0;

	if (!buckets) {
		return error_no_memory(err);
	}
	ret->buckets = buckets;
	reader_open(&reader, db,
		    "SELECT bucket, highest, is_gap, lost FROM timeline_bucket ORDER BY bucket");
	while (reader_next(&reader)) {
		if (count == ret->bucket_count || reader_number(&reader, 0) != count ||
		    reader_number(&reader, 2) > 1) {
			return reader_fail(&reader, err, "table timeline_bucket");
		}
		buckets[count++] = (struct timeline_bucket){
			.highest = reader_number(&reader, 1),
			.is_gap = reader_number(&reader, 2) == 1,
			.lost = reader_number(&reader, 3),
		};
	}
	if (reader_close(&reader, err) < 0) {
		return err->code;
	}
	return count == ret->bucket_count ? 0
					  : error_set(err, ERROR_INPUT, "table timeline_bucket");
}

static int markers_read(sqlite3 *db, struct arena *arena, struct timeline *ret, struct error *err)
{
	struct timeline_marker *markers = arena_alloc(arena, TIMELINE_MARKERS * sizeof(*markers));
	struct table_reader reader;

	if (!markers) {
		return error_no_memory(err);
	}
	ret->markers = markers;
	reader_open(&reader, db, "SELECT time, text FROM timeline_marker ORDER BY position");
	while (reader_next(&reader)) {
		struct timeline_marker *marker = &markers[ret->marker_count];
		uint64_t time = reader_number(&reader, 0);

		if (ret->marker_count == TIMELINE_MARKERS || !reader_text(&reader, 1) ||
		    time < ret->first || time > ret->last ||
		    (ret->marker_count > 0 && time < marker[-1].time)) {
			return reader_fail(&reader, err, "table timeline_marker");
		}
		marker->time = time;
		marker->text = arena_strdup(arena, reader_text(&reader, 1));
		if (!marker->text) {
			return reader_fail_memory(&reader, err);
		}
		ret->marker_count++;
	}
	return reader_close(&reader, err);
}

/* The points of one site, which wait until it is complete. */
struct pending {
	struct timeline_point points[TIMELINE_BUCKETS];
	size_t count;
	uint64_t site; /* its id */
};

static bool pending_end(struct pending *pending, struct saved_analysis *saved)
{
	struct timeline_point *points;

	if (pending->count == 0) {
		return true;
	}
	points = arena_alloc(&saved->arena, pending->count * sizeof(*points));
	if (!points) {
		return false;
	}
	for (size_t i = 0; i < pending->count; i++) {
		points[i] = pending->points[i];
	}
	saved->sites[pending->site - 1].series = (struct timeline_series){points, pending->count};
	pending->count = 0;
	return true;
}

static int changes_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct pending *pending = calloc(1, sizeof(*pending));
	struct table_reader reader;
	bool good = pending != NULL, valid = true;

	reader_open(&reader, db,
		    "SELECT call_site, bucket, bytes FROM timeline_change "
		    "ORDER BY call_site, bucket");
	while (good && valid && reader_next(&reader)) {
		uint64_t site = reader_number(&reader, 0), bucket = reader_number(&reader, 1);
		int64_t bytes = (int64_t)reader_number(&reader, 2);

		if (site != pending->site) {
			good = pending_end(pending, saved);
			pending->site = site;
		}
		valid = site >= 1 && site <= saved->site_count && bytes != 0 &&
			bucket < saved->timeline.bucket_count &&
			(pending->count == 0 ||
			 bucket > pending->points[pending->count - 1].bucket);
		if (good && valid) {
			pending->points[pending->count++] =
				(struct timeline_point){bytes, (uint32_t)bucket};
		}
	}
	good = good && (!valid || pending_end(pending, saved));
	free(pending);
	if (!good) {
		return reader_fail_memory(&reader, err);
	}
	return valid ? reader_close(&reader, err)
		     : reader_fail(&reader, err, "table timeline_change");
}

int timeline_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	int result = axis_read(db, &saved->timeline, err);

	if (result <= 0) {
		return result;
	}
	if (buckets_read(db, &saved->arena, &saved->timeline, err) < 0 ||
	    markers_read(db, &saved->arena, &saved->timeline, err) < 0 ||
	    changes_read(db, saved, err) < 0) {
		return err->code;
	}
	saved->record.timeline = &saved->timeline;
	return 0;
}
