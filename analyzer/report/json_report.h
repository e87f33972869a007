/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole analysis as one JSON object; docs/schema.json describes it.
 *
 * Numbers are integers in bytes, exact over the whole 64-bit range. What is not known
 * is absent, never 0. The tree goes down to object files: functions are among the
 * call sites. A member may be added without a new version of the schema; one whose
 * meaning changes, or that goes, makes a new one.
 */
#ifndef ANALYZER_REPORT_JSON_REPORT_H
#define ANALYZER_REPORT_JSON_REPORT_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/report/record.h"

#define JSON_SCHEMA_NAME    "trace_analyze"
#define JSON_SCHEMA_VERSION 1

/* Call sites below the branch in the order of -o, and the branch's part of the tree. */
int json_report_write(FILE *out, const struct report_view *view, struct error *err);

#endif
