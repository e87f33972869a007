/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a merged analysis knows of its runs. */
#include <stdlib.h>

#include "analyzer/report/database_read.h"
#include "analyzer/report/database_schema.h"

/* Buckets of 64-bit numbers and their negatives (docs/database.md). */
#define BUCKET_MAX 64

/* Spreads of the live bytes of sites, and of the whole. */
static bool spread_take(struct table_reader *reader, struct saved_analysis *saved)
{
	uint64_t site = reader_number(reader, 0);
	int measure = database_index(database_measures, DATABASE_MEASURES, reader_text(reader, 1));
	const struct run_spread spread = {
		.runs = reader_number(reader, 2),
		.minimum = (int64_t)reader_number(reader, 3),
		.maximum = (int64_t)reader_number(reader, 4),
	};

	if (measure < 0 || site > saved->site_count || (site && measure == MEASURE_PEAK) ||
	    spread.runs == 0 || spread.runs > saved->record.run_count ||
	    spread.minimum > spread.maximum) {
		return false;
	}
	if (site == 0) {
		saved->record.whole[measure].spread = spread;
	} else if (measure == MEASURE_CURRENT) {
		saved->site_spreads[site - 1] = spread;
		saved->sites[site - 1].runs = &saved->site_spreads[site - 1];
	}
	return true;
}

static int spreads_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct table_reader reader;

	reader_open(&reader, db, "SELECT call_site, measure, runs, minimum, maximum FROM spread");
	while (reader_next(&reader)) {
		if (!spread_take(&reader, saved)) {
			return reader_fail(&reader, err, "table spread");
		}
	}
	return reader_close(&reader, err);
}

/* The smallest and the largest number of n bits; what has 64 is beyond INT64_MAX. */
static int64_t bits_first(int64_t n)
{
	return n == 0 ? 0 : n > BUCKET_MAX - 1 ? INT64_MAX : (int64_t)1 << (n - 1);
}

static int64_t bits_last(int64_t n)
{
	return n > BUCKET_MAX - 1 ? INT64_MAX : (int64_t)(((uint64_t)1 << n) - 1);
}

/* Buckets come in their order; *before: runs in those that came. */
static bool bucket_take(struct run_measure *measure, int64_t bucket, uint64_t runs,
			uint64_t *before)
{
	const struct run_spread *spread = &measure->spread;
	uint64_t lower = (spread->runs - 1) / 2; /* the middle runs, from 0 */
	uint64_t upper = spread->runs / 2;

	if (bucket < -BUCKET_MAX || bucket > BUCKET_MAX || runs == 0 ||
	    runs > spread->runs - *before) {
		return false;
	}
	if (*before <= lower && lower < *before + runs) {
		measure->median_from = bucket < 0 ? -bits_last(-bucket) : bits_first(bucket);
	}
	if (*before <= upper && upper < *before + runs) {
		measure->median_to = bucket < 0 ? -bits_first(-bucket) : bits_last(bucket);
	}
	*before += runs;
	return true;
}

/* No further than the extremes, which are known to the byte. */
static bool median_clip(struct run_measure *measure)
{
	const struct run_spread *spread = &measure->spread;

	if (measure->median_from < spread->minimum) {
		measure->median_from = spread->minimum;
	}
	if (measure->median_to > spread->maximum) {
		measure->median_to = spread->maximum;
	}
	return measure->median_from <= measure->median_to;
}

static int medians_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	uint64_t seen[DATABASE_MEASURES] = {0};
	struct table_reader reader;

	reader_open(&reader, db,
		    "SELECT measure, bucket, runs FROM histogram WHERE call_site = 0 "
		    "ORDER BY measure, bucket");
	while (reader_next(&reader)) {
		int i = database_index(database_measures, DATABASE_MEASURES,
				       reader_text(&reader, 0));

		if (i < 0 ||
		    !bucket_take(&saved->record.whole[i], (int64_t)reader_number(&reader, 1),
				 reader_number(&reader, 2), &seen[i])) {
			return reader_fail(&reader, err, "table histogram");
		}
	}
	if (reader_close(&reader, err) < 0) {
		return err->code;
	}
	for (int i = 0; i < DATABASE_MEASURES; i++) {
		struct run_measure *measure = &saved->record.whole[i];

		if (seen[i] != measure->spread.runs || (seen[i] && !median_clip(measure))) {
			return error_set(err, ERROR_INPUT, "table histogram");
		}
	}
	return 0;
}

int runs_read(sqlite3 *db, struct saved_analysis *saved, struct error *err)
{
	struct table_reader reader;

	reader_open(&reader, db, "SELECT count(*) FROM run");
	if (reader_next(&reader)) {
		saved->record.run_count = reader_number(&reader, 0);
	}
	if (reader_close(&reader, err) < 0) {
		return err->code;
	}
	if (!saved->record.run_count) {
		return 0;
	}
	saved->site_spreads = calloc(saved->site_count + 1, sizeof(*saved->site_spreads));
	if (!saved->site_spreads) {
		return error_no_memory(err);
	}
	return spreads_read(db, saved, err) < 0 ? (int)err->code : medians_read(db, saved, err);
}
