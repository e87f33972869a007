/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing the tables of a database, row by row. Private to analyzer/report.
 */
#ifndef ANALYZER_REPORT_DATABASE_WRITE_H
#define ANALYZER_REPORT_DATABASE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/report/late_sqlite.h"
#include "analyzer/report/record.h"

/* One INSERT, run row by row. The first error stops everything that follows. */
struct table_writer {
	sqlite3_stmt *insert;
	int column; /* of the next value, from 1 */
	int result; /* SQLite's code */
};

void writer_open(struct table_writer *writer, sqlite3 *db, const char *sql);

/* The next value. What text and bytes point to must stay as it is until the row ends. */
void put_text(struct table_writer *writer, const char *text); /* NULL for NULL */
/* 64 bits as they are: what is above INT64_MAX shows as negative. */
void put_number(struct table_writer *writer, uint64_t number);
void put_known(struct table_writer *writer, bool known, uint64_t number); /* else NULL */
void put_blob(struct table_writer *writer, const void *bytes, size_t size);

void row_end(struct table_writer *writer);

/* SQLite's code, as all below. */
int writer_close(struct table_writer *writer);

/* Makes empty tables and begins a transaction. */
int tables_create(sqlite3 *db);
int analysis_save(sqlite3 *db, const struct analysis_record *record, const char *program);
/* runs: of every finding; 0: each says how many. */
int findings_save(sqlite3 *db, const struct verdict *verdict, uint64_t runs);
int counters_save(sqlite3 *db, const struct analysis_record *record);
int sites_save(sqlite3 *db, const struct analysis_record *record);
int sizes_save(sqlite3 *db, const struct analysis_record *record);

/* Writes the image of db to out and closes it; result: SQLite's code so far. 0 or an error. */
int database_write(sqlite3 *db, int result, FILE *out, struct error *err);

#endif
