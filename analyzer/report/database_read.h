/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the tables of a saved analysis, row by row and every value checked. Private to
 * analyzer/report. All return 0, ERROR_INPUT with what is wrong, or ERROR_NO_MEMORY.
 */
#ifndef ANALYZER_REPORT_DATABASE_READ_H
#define ANALYZER_REPORT_DATABASE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "analyzer/report/database.h"
#include "analyzer/report/late_sqlite.h"

/* One SELECT. The first error ends the rows and is told by reader_close. */
struct table_reader {
	sqlite3_stmt *select;
	int result;
};

/*
 * Why reading failed. SQLite asks for absurd amounts of memory where a file is damaged, so the
 * want of it is the file's failure too.
 */
const char *database_reason(int result);

void reader_open(struct table_reader *reader, sqlite3 *db, const char *sql);
/* The one parameter. */
void reader_bind(struct table_reader *reader, const char *text);
/* Is there a row (left)? */
bool reader_next(struct table_reader *reader);
/* A text without a zero byte in it, else NULL; valid until the next row. */
const char *reader_text(struct table_reader *reader, int column);
bool reader_is_null(struct table_reader *reader, int column);
uint64_t reader_number(struct table_reader *reader, int column);
int reader_close(struct table_reader *reader, struct error *err);

/* The column in the arena: NULL stays NULL. False when there is no memory. */
bool reader_keep(struct table_reader *reader, int column, struct arena *arena, const char **ret);

/* Instead of reader_close: what is wrong with the row, or that there is no memory. */
int reader_fail(struct table_reader *reader, struct error *err, const char *what);
int reader_fail_memory(struct table_reader *reader, struct error *err);

int analysis_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);
/* Tells err, unless it is the want of memory, as what is wrong with the file. Returns its code. */
int database_damaged(const char *path, struct error *err);
/* Opens the image of a saved analysis as this version writes it. The caller closes *ret. */
int database_open(const char *path, sqlite3 **ret, struct error *err);

int counters_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);
int findings_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);
int nodes_read(sqlite3 *db, bool with_symbols, struct saved_analysis *saved, struct error *err);
int sites_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);
/* After the sites. */
int runs_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);
int sizes_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);

#endif
