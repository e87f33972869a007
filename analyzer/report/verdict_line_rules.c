/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the trace that are no part of the figures, or look odd in it. */
#include "analyzer/report/verdict_rules.h"

static bool cut_lines(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;

	if (!trace->first_line_cut && !trace->last_line_cut) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, (uint64_t)trace->first_line_cut + (uint64_t)trace->last_line_cut);
	ret->text = arena_printf(arena, "The %s cut: %s may be missing.",
				 !trace->last_line_cut	  ? "first line is"
				 : !trace->first_line_cut ? "last line is"
							  : "first and the last line are",
				 !trace->first_line_cut	 ? "what followed"
				 : !trace->last_line_cut ? "what came before"
							 : "what came before and what followed");
	return true;
}

/* " Label: 12." for what there is, nothing otherwise. */
static void remark_put(char *buffer, size_t size, const char *label, uint64_t count)
{
	char number[FORMAT_SIZE];

	buffer[0] = '\0';
	if (count) {
		snprintf(buffer, size, " %s: %s.", label, format_count(number, count));
	}
}

static bool foreign_lines(const struct verdict_evidence *evidence, struct arena *arena,
			  struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	char count[COUNTED_SIZE];
	char binary[COUNTED_SIZE];
	char overlong[COUNTED_SIZE];

	if (!trace->foreign_count) {
		return false;
	}
	ret->severity = trace->overlong_count ? FINDING_WARNING : FINDING_NOTE;
	finding_count_set(ret, trace->foreign_count);
	remark_put(binary, sizeof(binary), "With control bytes", trace->binary_count);
	remark_put(overlong, sizeof(overlong), "Too long to be looked at", trace->overlong_count);
	ret->text =
		arena_printf(arena,
			     "Not of a trace and passed over: %s (console messages, prompts, "
			     "marker text).%s%s",
			     format_counted(count, trace->foreign_count, "line"), binary, overlong);
	return true;
}

static bool histogram_lines(const struct verdict_evidence *evidence, struct arena *arena,
			    struct finding *ret)
{
	const struct trace_facts *trace = evidence->trace;
	char count[COUNTED_SIZE];

	if (!trace->histogram_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, trace->histogram_count);
	ret->text =
		arena_printf(arena, "Sums of a hist trigger passed over: %s. They are no events.",
			     format_counted(count, trace->histogram_count, "line"));
	return true;
}

static bool page_events(const struct verdict_evidence *evidence, struct arena *arena,
			struct finding *ret)
{
	char count[FORMAT_SIZE];

	if (!evidence->trace->page_event_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, evidence->trace->page_event_count);
	ret->text = arena_printf(arena,
				 "Page events passed over: %s. Slab objects live in those pages; "
				 "adding both would count them twice.",
				 format_count(count, evidence->trace->page_event_count));
	return true;
}

static bool empty_gfp(const struct verdict_evidence *evidence, struct arena *arena,
		      struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->trace->empty_gfp_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, evidence->trace->empty_gfp_count);
	ret->text =
		arena_printf(arena,
			     "Empty gfp_flags= in %s: kernel 6.1 prints no texts when the "
			     "trace option hash-ptr is off. No figure depends on them.",
			     format_counted(count, evidence->trace->empty_gfp_count, "allocation"));
	return true;
}

const struct verdict_rule verdict_line_rules[] = {
	{"cut-lines", cut_lines, NULL},
	{"foreign-lines", foreign_lines, NULL},
	{"histogram-lines", histogram_lines, NULL},
	{"page-events", page_events, NULL},
	{"empty-gfp-flags", empty_gfp, NULL},
};
const size_t verdict_line_rule_count = sizeof(verdict_line_rules) / sizeof(verdict_line_rules[0]);
