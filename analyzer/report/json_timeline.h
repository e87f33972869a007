/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline in JSON: the bands of the picture, at no more than JSON_TIMELINE_STEPS steps.
 * The full resolution is in the database. Private to analyzer/report.
 */
#ifndef ANALYZER_REPORT_JSON_TIMELINE_H
#define ANALYZER_REPORT_JSON_TIMELINE_H

#include "analyzer/report/json_text.h"
#include "analyzer/report/record.h"

#define JSON_TIMELINE_STEPS 128u
#define JSON_TIMELINE_BANDS 8u

/* Nothing where times were not recorded. */
void json_timeline_put(struct json_document *document, const struct report_view *view);

#endif
