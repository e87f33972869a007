/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine code says about call sites: tail calls, and where KASLR put the kernel. */
#include <inttypes.h>

#include "analyzer/report/text_format.h"
#include "analyzer/report/verdict_rules.h"

static bool tail_calls(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->tail_sites) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, facts->tail_sites);
	finding_bytes_set(ret, facts->tail_bytes);
	ret->text =
		arena_printf(arena,
			     "Functions that jumped to the allocator: %s (%s live) of the trace "
			     "only name their callers. Names, places and the tree are of "
			     "those that jumped; account and callers file keep the trace's "
			     "label.",
			     format_counted(count, facts->tail_sites, "call site"),
			     format_bytes(bytes, facts->tail_bytes));
	return true;
}

static bool undecided_calls(const struct verdict_evidence *evidence, struct arena *arena,
			    struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char indirect[COUNTED_SIZE];
	char other[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !(facts->indirect_sites + facts->undecidable_sites)) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, facts->indirect_sites + facts->undecidable_sites);
	finding_bytes_set(ret, facts->indirect_bytes + facts->undecidable_bytes);
	ret->text = arena_printf(
		arena,
		"Call sites whose code does not show that they allocate themselves (%s live): %s "
		"through a pointer, %s of something in which no allocator was found.",
		format_bytes(bytes, ret->bytes),
		format_counted(indirect, facts->indirect_sites, "call"),
		format_counted(other, facts->undecidable_sites, "call"));
	return true;
}

static bool slide_unknown(const struct verdict_evidence *evidence, struct arena *arena,
			  struct finding *ret)
{
	const struct attribution_facts *facts = evidence->attribution;
	char count[COUNTED_SIZE];

	if (!facts ||
	    (facts->slide_origin != SLIDE_NOT_DECIDABLE && facts->slide_origin != SLIDE_FOREIGN)) {
		return false;
	}
	ret->severity = FINDING_WARNING;
	finding_count_set(ret, facts->slide_sites);
	ret->text = arena_printf(
		arena,
		"How far KASLR moved the kernel is not decidable: the best distance "
		"puts %" PRIu64 " of %s behind a call in vmlinux, the second best "
		"%" PRIu64 ". Addresses were not named by vmlinux.",
		facts->slide_hits, format_counted(count, facts->slide_sites, "bare call site"),
		facts->slide_runner_up);
	return true;
}

const struct verdict_rule verdict_call_rules[] = {
	{"slide-unknown", slide_unknown,
	 "Save /proc/kallsyms (as root) with the trace and pass it with --kallsyms."},
	{"tail-calls", tail_calls, NULL},
	{"undecided-calls", undecided_calls, NULL},
};
const size_t verdict_call_rule_count = sizeof(verdict_call_rules) / sizeof(verdict_call_rules[0]);
