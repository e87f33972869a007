/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call sites as CSV (RFC 4180): a line of names, then one line per site, each ended by
 * CR LF; fields with commas, quotes or line ends are quoted. Unknown values are empty.
 * Bytes stand as they are in the trace.
 */
#ifndef ANALYZER_REPORT_CSV_REPORT_H
#define ANALYZER_REPORT_CSV_REPORT_H

#include <stdio.h>

#include "analyzer/report/columns.h"
#include "analyzer/report/site_list.h"

/* columns NULL: the first CSV_DEFAULT_COLUMNS of the table. */
void csv_report_write(FILE *out, const struct site_list *list, const struct column_list *columns);

#define CSV_DEFAULT_COLUMNS 13

/* One field, quoted where it must be; for other reports that are CSV. */
void csv_field_write(FILE *out, const char *text);

#endif
