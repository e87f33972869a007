/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SQLite, opened by the first analysis saved or loaded: see late_library.h.
 */
#ifndef ANALYZER_REPORT_LATE_SQLITE_H
#define ANALYZER_REPORT_LATE_SQLITE_H

#include <sqlite3.h>

#include "analyzer/base/error.h"
#include "analyzer/base/late_library.h"

/* clang-format off */
#define LATE_SQLITE(X) \
	X(sqlite3_bind_blob64) \
	X(sqlite3_bind_int64) \
	X(sqlite3_bind_null) \
	X(sqlite3_bind_text) \
	X(sqlite3_close) \
	X(sqlite3_column_blob) \
	X(sqlite3_column_bytes) \
	X(sqlite3_column_int64) \
	X(sqlite3_column_text) \
	X(sqlite3_column_type) \
	X(sqlite3_db_config) \
	X(sqlite3_deserialize) \
	X(sqlite3_errstr) \
	X(sqlite3_exec) \
	X(sqlite3_finalize) \
	X(sqlite3_free) \
	X(sqlite3_limit) \
	X(sqlite3_malloc64) \
	X(sqlite3_open) \
	X(sqlite3_prepare_v2) \
	X(sqlite3_reset) \
	X(sqlite3_serialize) \
	X(sqlite3_snprintf) \
	X(sqlite3_step)
/* clang-format on */

LATE_SQLITE(LATE_DECLARE)

/* Must have succeeded before any of them is called. code: of the error that it is not there. */
int late_sqlite_load(enum error_code code, struct error *err);

#endif
