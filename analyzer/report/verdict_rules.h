/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules behind the verdict, as a table. Private to analyzer/report.
 */
#ifndef ANALYZER_REPORT_VERDICT_RULES_H
#define ANALYZER_REPORT_VERDICT_RULES_H

#include "analyzer/report/verdict.h"

struct verdict_rule {
	const char *id;
	/*
	 * Does it apply? Then fills severity, effects, count, bytes and text; a text
	 * left NULL means that memory ran out. May replace the row's advice.
	 */
	bool (*judge)(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret);
	const char *advice;
};

extern const struct verdict_rule verdict_trace_rules[];
extern const size_t verdict_trace_rule_count;
extern const struct verdict_rule verdict_place_rules[];
extern const size_t verdict_place_rule_count;

#endif
