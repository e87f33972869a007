/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database_read.h"
#include "analyzer/report/database_schema.h"
#include "analyzer/report/fleet_internal.h"

/* Buckets of 64-bit numbers and their negatives. */
#define BUCKET_MAX 64

static int bucket_of(int64_t value)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	int bits = size ? 64 - __builtin_clzll(size) : 0;

	return value < 0 ? -bits : bits;
}

bool fleet_spread_add_bucket(struct fleet_spread *spread, int bucket, uint64_t runs)
{
	size_t i = 0;

	while (i < spread->bucket_count && spread->buckets[i].bucket != bucket) {
		i++;
	}
	if (i == spread->bucket_capacity) {
		size_t capacity = i ? 2 * i : 4;
		struct fleet_bucket *grown =
			realloc(spread->buckets, capacity * sizeof(*spread->buckets));

		if (!grown) {
			return false;
		}
		spread->buckets = grown;
		spread->bucket_capacity = capacity;
	}
	if (i == spread->bucket_count) {
		spread->buckets[spread->bucket_count++] = (struct fleet_bucket){bucket, 0};
	}
	spread->buckets[i].runs += runs;
	return true;
}

static void limits_add(struct fleet_spread *spread, uint64_t runs, int64_t minimum, int64_t maximum)
{
	spread->minimum = !spread->runs || minimum < spread->minimum ? minimum : spread->minimum;
	spread->maximum = !spread->runs || maximum > spread->maximum ? maximum : spread->maximum;
	spread->runs += runs;
}

bool fleet_spread_add_value(struct fleet_spread *spread, int64_t value)
{
	limits_add(spread, 1, value, value);
	return fleet_spread_add_bucket(spread, bucket_of(value), 1);
}

/* The spread that the first two columns of a row name; NULL if there is no such. */
static struct fleet_spread *spread_of(struct fleet *fleet, const struct fleet_file *file,
				      struct table_reader *reader, const uint32_t *places)
{
	uint64_t site = reader_number(reader, 0);
	int measure = database_index(database_measures, DATABASE_MEASURES, reader_text(reader, 1));

	if (measure < 0 || site > file->saved.site_count || (site && measure == MEASURE_PEAK)) {
		return NULL;
	}
	return site ? &fleet->sites[places[site - 1]].spreads[measure] : &fleet->whole[measure];
}

static int limits_read(struct fleet *fleet, struct fleet_file *file, const uint32_t *places,
		       struct error *err)
{
	struct table_reader reader;

	reader_open(&reader, file->db,
		    "SELECT call_site, measure, runs, minimum, maximum FROM spread");
	while (reader_next(&reader)) {
		struct fleet_spread *spread = spread_of(fleet, file, &reader, places);
		uint64_t runs = reader_number(&reader, 2);
		int64_t minimum = (int64_t)reader_number(&reader, 3);
		int64_t maximum = (int64_t)reader_number(&reader, 4);

		if (!spread || runs == 0 || runs > file->run_count || minimum > maximum) {
			return reader_fail(&reader, err, "table spread");
		}
		limits_add(spread, runs, minimum, maximum);
	}
	return reader_close(&reader, err);
}

static bool spread_agrees(const struct fleet_spread *spread)
{
	uint64_t runs = 0;

	for (size_t i = 0; i < spread->bucket_count; i++) {
		runs += spread->buckets[i].runs;
	}
	return runs == spread->runs;
}

/* Does each histogram have the runs of its spread? They had, before the file was read. */
static bool histograms_agree(const struct fleet *fleet, const struct fleet_file *file,
			     const uint32_t *places)
{
	bool good = true;

	for (int i = 0; good && i < DATABASE_MEASURES; i++) {
		good = spread_agrees(&fleet->whole[i]);
	}
	for (size_t i = 0; good && i < file->saved.site_count; i++) {
		const struct fleet_spread *spreads = fleet->sites[places[i]].spreads;

		good = spread_agrees(&spreads[MEASURE_CURRENT]) &&
		       spread_agrees(&spreads[MEASURE_WASTE]);
	}
	return good;
}

int fleet_spreads_read(struct fleet *fleet, struct fleet_file *file, const uint32_t *places,
		       struct error *err)
{
	struct table_reader reader;

	if (limits_read(fleet, file, places, err) < 0) {
		return err->code;
	}
	reader_open(&reader, file->db, "SELECT call_site, measure, bucket, runs FROM histogram");
	while (reader_next(&reader)) {
		struct fleet_spread *spread = spread_of(fleet, file, &reader, places);
		int64_t bucket = (int64_t)reader_number(&reader, 2);
		uint64_t runs = reader_number(&reader, 3);

		if (!spread || bucket < -BUCKET_MAX || bucket > BUCKET_MAX || runs == 0 ||
		    runs > file->run_count) {
			return reader_fail(&reader, err, "table histogram");
		}
		if (!fleet_spread_add_bucket(spread, (int)bucket, runs)) {
			return reader_fail_memory(&reader, err);
		}
	}
	if (reader_close(&reader, err) < 0) {
		return err->code;
	}
	return histograms_agree(fleet, file, places)
		       ? 0
		       : error_set(err, ERROR_INPUT, "table histogram");
}
