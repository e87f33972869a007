/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved analyses: one SQLite file that holds a whole analysis_record, so that every later
 * report comes out of it as it would from the trace. docs/database.md describes the
 * tables for people; database_schema.c has them.
 *
 * Equal records make equal bytes (with one version of SQLite). The database is built in
 * memory and written as a stream, so that it appears whole or not at all, as any output.
 *
 * A file to read is hostile until checked: it is never opened by SQLite as a file, only
 * as a read-only image in memory; its header, its size and the text of every table are
 * compared with what this version writes, and every value with its range.
 */
#ifndef ANALYZER_REPORT_DATABASE_H
#define ANALYZER_REPORT_DATABASE_H

#include <stdio.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "analyzer/report/record.h"

#define DATABASE_APPLICATION_ID 0x5472416e /* "TrAn" */
#define DATABASE_VERSION	2	   /* user_version */

/* Writes record; write errors stay in the stream. program: name and version, for people. */
int database_save(FILE *out, const struct analysis_record *record, const char *program,
		  struct error *err);

/* A loaded analysis: record borrows from the other members. */
struct saved_analysis {
	struct analysis_record record;
	struct arena arena; /* every string */
	struct trace_facts trace;
	struct match_totals totals;
	struct attribution_facts attribution;
	struct kernel_record kernel;
	struct verdict verdict;
	struct call_site *sites;
	size_t site_count;
	struct size_row *sizes;
	struct run_spread *site_spreads; /* of a merged one; the sites point there */
	struct timeline timeline;	 /* if the record has one */
	struct memory_tree tree;
};

/* What database_load may leave out, to be quicker; or-ed. */
enum database_parts {
	DATABASE_SYMBOLS = 1, /* else the tree ends at objects, but for functions of call sites */
	DATABASE_TIMELINE = 2,
};

/*
 * ERROR_INPUT with the reason: no file, no database, not ours, of a newer version, cut
 * short, damaged. On error nothing is left to release. Without symbols the tree ends at objects,
 * apart from the functions of call sites, and sizes are left out: enough for all but charts and
 * for saving again.
 */
int database_load(const char *path, unsigned int parts, struct saved_analysis *ret,
		  struct error *err);
void saved_analysis_release(struct saved_analysis *saved);

#endif
