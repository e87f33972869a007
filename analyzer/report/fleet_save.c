/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "analyzer/report/database_schema.h"
#include "analyzer/report/database_write.h"
#include "analyzer/report/fleet_internal.h"

static int runs_save(sqlite3 *db, const struct fleet *fleet)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO run VALUES (?,?,?,?,?,?,?)");
	for (size_t i = 0; i < fleet->run_count; i++) {
		const struct fleet_run *run = &fleet->runs[i];

		put_text(&writer, run->digest);
		put_text(&writer, run->name);
		put_text(&writer, run->trace);
		put_text(&writer, run->grade);
		put_number(&writer, run->current_dynamic);
		put_number(&writer, run->waste);
		put_number(&writer, run->peak_dynamic);
		row_end(&writer);
	}
	return writer_close(&writer);
}

/* The row whose id was id, from 1; 0 if there is none. */
static uint64_t node_place(const struct fleet *fleet, size_t before, uint64_t id)
{
	size_t low = 0;

	while (low < before) {
		size_t middle = low + (before - low) / 2;

		if (fleet->nodes[middle].id == id) {
			return middle + 1;
		}
		if (fleet->nodes[middle].id < id) {
			low = middle + 1;
		} else {
			before = middle;
		}
	}
	return 0;
}

static int nodes_save(sqlite3 *db, const struct fleet *fleet)
{
	struct table_writer writer;

	writer_open(&writer, db, "INSERT INTO node VALUES (?,?,?,?,?,?,?,?,?,?)");
	if (fleet->node_count == 0) { /* without static bytes there is still a root */
		put_number(&writer, 1);
		put_text(&writer, NULL);
		put_text(&writer, database_kinds[TREE_DIRECTORY]);
		put_text(&writer, "");
		put_text(&writer, "");
		put_number(&writer, 0);
		put_number(&writer, 0);
		put_number(&writer, 0);
		put_text(&writer, NULL);
		put_text(&writer, NULL);
		row_end(&writer);
	}
	for (size_t i = 0; i < fleet->node_count; i++) {
		const struct fleet_node *node = &fleet->nodes[i];

		put_number(&writer, i + 1);
		put_known(&writer, i > 0, node_place(fleet, i, node->parent));
		put_text(&writer, node->kind);
		put_text(&writer, node->name);
		put_text(&writer, node->path);
		for (int size = 0; size < 3; size++) {
			put_number(&writer, node->sizes[size]);
		}
		put_known(&writer, node->symbols != NULL, node->symbols_size);
		if (node->symbols) {
			put_blob(&writer, node->symbols, node->symbols_length);
		} else {
			put_text(&writer, NULL);
		}
		row_end(&writer);
	}
	return writer_close(&writer);
}

static void spread_save(struct table_writer *limits, struct table_writer *histogram, uint64_t site,
			int measure, const struct fleet_spread *spread)
{
	if (spread->runs == 0) {
		return;
	}
	put_number(limits, site);
	put_text(limits, database_measures[measure]);
	put_number(limits, spread->runs);
	put_number(limits, (uint64_t)spread->minimum);
	put_number(limits, (uint64_t)spread->maximum);
	row_end(limits);
	for (size_t i = 0; i < spread->bucket_count; i++) {
		put_number(histogram, site);
		put_text(histogram, database_measures[measure]);
		put_number(histogram, (uint64_t)(int64_t)spread->buckets[i].bucket);
		put_number(histogram, spread->buckets[i].runs);
		row_end(histogram);
	}
}

static int compare_buckets(const void *a, const void *b)
{
	return ((const struct fleet_bucket *)a)->bucket - ((const struct fleet_bucket *)b)->bucket;
}

static void spread_sort(struct fleet_spread *spread)
{
	if (spread->bucket_count > 0) {
		qsort(spread->buckets, spread->bucket_count, sizeof(*spread->buckets),
		      compare_buckets);
	}
}

static int spreads_save(sqlite3 *db, struct fleet *fleet)
{
	struct table_writer limits;
	struct table_writer histogram;
	int result;

	writer_open(&limits, db, "INSERT INTO spread VALUES (?,?,?,?,?)");
	writer_open(&histogram, db, "INSERT INTO histogram VALUES (?,?,?,?)");
	for (int i = 0; i < DATABASE_MEASURES; i++) {
		spread_sort(&fleet->whole[i]);
		spread_save(&limits, &histogram, 0, i, &fleet->whole[i]);
	}
	for (size_t site = 0; site < fleet->site_count; site++) {
		for (int i = 0; i < DATABASE_SITE_MEASURES; i++) {
			struct fleet_spread *spread = &fleet->sites[site].spreads[i];

			spread_sort(spread);
			spread_save(&limits, &histogram, site + 1, i, spread);
		}
	}
	result = writer_close(&limits);
	return writer_close(&histogram) == SQLITE_OK ? result : histogram.result;
}

static int compare_runs(const void *a, const void *b)
{
	return strcmp(((const struct fleet_run *)a)->digest, ((const struct fleet_run *)b)->digest);
}

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By site, as every record; what tells sites of one text apart comes behind. */
static int compare_sites(const void *a, const void *b)
{
	const struct call_site *x = &((const struct fleet_site *)a)->site;
	const struct call_site *y = &((const struct fleet_site *)b)->site;
	const char *const texts[][2] = {
		{x->site, y->site},
		{x->caller, y->caller},
		{x->object, y->object},
		{x->directory, y->directory},
		{x->function, y->function},
		{x->module, y->module},
		{x->file, y->file},
		{x->via, y->via},
		{x->seen_from, y->seen_from},
		{x->frame_count ? x->frames[0].function : NULL,
		 y->frame_count ? y->frames[0].function : NULL},
	};
	const uint64_t numbers[][2] = {
		{x->address, y->address}, {x->offset, y->offset},
		{x->line, y->line},	  {x->function_size, y->function_size},
		{x->naming, y->naming},	  {x->placing, y->placing},
		{x->call, y->call},	  {x->has_address, y->has_address},
	};
	int order = 0;

	for (size_t i = 0; order == 0 && i < sizeof(texts) / sizeof(texts[0]); i++) {
		order = compare_texts(texts[i][0], texts[i][1]);
	}
	for (size_t i = 0; order == 0 && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		order = compare_numbers(numbers[i][0], numbers[i][1]);
	}
	return order;
}

static int compare_findings(const void *a, const void *b)
{
	const struct finding *x = a;
	const struct finding *y = b;

	return x->severity != y->severity
		       ? (x->severity < y->severity) - (x->severity > y->severity)
		       : strcmp(x->id, y->id);
}

/*
 * Everything in its final order. Sizes belong to sites by their place: it changes. *ret_sites
 * and *ret_rows are the caller's to free.
 */
static bool fleet_sort(struct fleet *fleet, struct call_site **ret_sites,
		       struct size_row **ret_rows, size_t *ret_count)
{
	uint32_t *owners = malloc((fleet->site_count + 1) * sizeof(*owners));
	struct call_site *sites = calloc(fleet->site_count + 1, sizeof(*sites));
	struct size_row *rows = NULL;
	size_t count = 0;
	bool good = owners && sites && size_table_take(&fleet->sizes, &rows, &count);

	for (size_t i = 0; i < fleet->site_count; i++) {
		fleet->sites[i].place = (uint32_t)i;
	}
	if (fleet->site_count > 0) {
		qsort(fleet->sites, fleet->site_count, sizeof(*fleet->sites), compare_sites);
	}
	qsort(fleet->runs, fleet->run_count, sizeof(*fleet->runs), compare_runs);
	if (fleet->sum.verdict.count > 0) {
		qsort(fleet->sum.verdict.findings, fleet->sum.verdict.count, sizeof(struct finding),
		      compare_findings);
	}
	for (size_t i = 0; good && i < fleet->site_count; i++) {
		owners[fleet->sites[i].place] = (uint32_t)i;
		sites[i] = fleet->sites[i].site;
	}
	good = good && size_rows_regroup(rows, count, owners, ret_rows, ret_count);
	free(rows);
	free(owners);
	*ret_sites = sites;
	return good;
}

static int tables_fill(sqlite3 *db, struct fleet *fleet, const struct analysis_record *record,
		       const char *program)
{
	int result = tables_create(db);

	result = result == SQLITE_OK ? analysis_save(db, record, program) : result;
	result = result == SQLITE_OK ? counters_save(db, record) : result;
	result = result == SQLITE_OK ? findings_save(db, record->verdict, 0) : result;
	result = result == SQLITE_OK ? nodes_save(db, fleet) : result;
	result = result == SQLITE_OK ? sites_save(db, record) : result;
	result = result == SQLITE_OK ? sizes_save(db, record) : result;
	result = result == SQLITE_OK ? runs_save(db, fleet) : result;
	result = result == SQLITE_OK ? spreads_save(db, fleet) : result;
	return result == SQLITE_OK ? sym_sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : result;
}

int fleet_save(struct fleet *fleet, FILE *out, const char *program, struct error *err)
{
	struct analysis_record *record = &fleet->sum.record;
	struct call_site *sites = NULL;
	struct size_row *rows = NULL;
	sqlite3 *db = NULL;
	int result = SQLITE_NOMEM;

	if (late_sqlite_load(ERROR_OUTPUT, err) < 0) {
		return err->code;
	}
	record->trace_path = arena_printf(&fleet->arena, "%zu runs", fleet->run_count);
	verdict_conclude(&fleet->sum.verdict, true);
	if (fleet_sort(fleet, &sites, &rows, &record->size_count) && record->trace_path &&
	    fleet->sum.verdict.sentence) {
		record->sites = sites;
		record->site_count = fleet->site_count;
		record->sizes = rows;
		result = sym_sqlite3_open(":memory:", &db);
	}
	if (result == SQLITE_OK) {
		result = tables_fill(db, fleet, record, program);
	}
	result = database_write(db, result, out, err);
	free(sites);
	free(rows);
	return result;
}
