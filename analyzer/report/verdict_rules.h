/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules behind the verdict, as a table. Private to analyzer/report.
 */
#ifndef ANALYZER_REPORT_VERDICT_RULES_H
#define ANALYZER_REPORT_VERDICT_RULES_H

#include "analyzer/report/text_format.h"
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

/* In the order of the verdict. All but the place, call and debug rules need a trace. */
extern const struct verdict_rule verdict_loss_rules[];
extern const size_t verdict_loss_rule_count;
extern const struct verdict_rule verdict_match_rules[];
extern const size_t verdict_match_rule_count;
extern const struct verdict_rule verdict_line_rules[];
extern const size_t verdict_line_rule_count;
extern const struct verdict_rule verdict_build_rules[];
extern const size_t verdict_build_rule_count;
extern const struct verdict_rule verdict_place_rules[];
extern const size_t verdict_place_rule_count;
extern const struct verdict_rule verdict_stack_rules[];
extern const size_t verdict_stack_rule_count;
extern const struct verdict_rule verdict_call_rules[];
extern const size_t verdict_call_rule_count;
extern const struct verdict_rule verdict_debug_rules[];
extern const size_t verdict_debug_rule_count;

/* Room for what format_counted makes. */
#define COUNTED_SIZE (2 * FORMAT_SIZE)

void finding_count_set(struct finding *finding, uint64_t count);
void finding_bytes_set(struct finding *finding, uint64_t bytes);

#endif
