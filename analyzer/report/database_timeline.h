/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline in a saved analysis. Private to analyzer/report. */
#ifndef ANALYZER_REPORT_DATABASE_TIMELINE_H
#define ANALYZER_REPORT_DATABASE_TIMELINE_H

#include "analyzer/report/database.h"
#include "analyzer/report/late_sqlite.h"

/* The record's, if it has one. SQLite's code. */
int timeline_save(sqlite3 *db, const struct analysis_record *record);

/* After the sites, which receive their series. Without a timeline the record has none. */
int timeline_read(sqlite3 *db, struct saved_analysis *saved, struct error *err);

#endif
