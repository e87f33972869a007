/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who an allocation is for: wrappers, and the stacks that see past them. */
#include <string.h>

#include "analyzer/report/verdict_rules.h"

/* Below one live byte in a hundred nobody needs to know. */
#define WRAPPERS_WORTH_A_NOTE 100

/* "mempool_init_node 189 KiB, kvasprintf 2.0 KiB" */
static const char *largest_list(struct arena *arena, const struct wrapper_facts *facts)
{
	const char *list = "";

	for (size_t i = 0; i < facts->largest_count && list; i++) {
		const struct wrapper_share *share = &facts->largest[i];
		char bytes[FORMAT_SIZE];

		list = arena_printf(arena, "%s%s%.*s %s", list, i ? ", " : "", (int)share->length,
				    share->function, format_bytes(bytes, share->bytes));
	}
	return list;
}

static bool wrappers(const struct verdict_evidence *evidence, struct arena *arena,
		     struct finding *ret)
{
	const struct wrapper_facts *facts = evidence->wrappers;
	uint64_t live = evidence->totals->current_dynamic;
	char count[COUNTED_SIZE];
	char share[FORMAT_SIZE];
	const char *list;

	if (!facts || facts->bytes == 0 || facts->bytes < live / WRAPPERS_WORTH_A_NOTE) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, facts->sites);
	finding_bytes_set(ret, facts->bytes);
	list = largest_list(arena, facts);
	if (evidence->trace->stack_line_count) {
		ret->advice = "This trace has stacks: --skip default blames the callers.";
	}
	ret->text = list ? arena_printf(arena,
					"Counted at helpers that allocate for their callers: %s, "
					"%s of the live bytes (%s). Whose they are does not show.",
					format_counted(count, facts->sites, "call site"),
					format_share(share, facts->bytes, live), list)
			 : NULL;
	return true;
}

static bool blame_kept(const struct verdict_evidence *evidence, struct arena *arena,
		       struct finding *ret)
{
	const struct stack_blame_facts *facts = evidence->blame;
	char count[COUNTED_SIZE];
	char bytes[FORMAT_SIZE];

	if (!facts || !facts->kept_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, facts->kept_count);
	finding_bytes_set(ret, facts->kept_bytes);
	ret->text = arena_printf(arena,
				 "Left at a skipped function, because no stack leads out of it: %s "
				 "(%s live).",
				 format_counted(count, facts->kept_count, "allocation"),
				 format_bytes(bytes, facts->kept_bytes));
	return true;
}

static bool homeless_stacks(const struct verdict_evidence *evidence, struct arena *arena,
			    struct finding *ret)
{
	char count[COUNTED_SIZE];

	if (!evidence->trace->stack_homeless_count) {
		return false;
	}
	ret->severity = FINDING_NOTE;
	finding_count_set(ret, evidence->trace->stack_homeless_count);
	ret->text =
		arena_printf(arena, "Stacks whose event was not found: %s.",
			     format_counted(count, evidence->trace->stack_homeless_count, "stack"));
	return true;
}

const struct verdict_rule verdict_stack_rules[] = {
	{"wrappers", wrappers,
	 "Record stacks (echo 1 > options/stacktrace in tracefs, trace-cmd record -T, perf record "
	 "-g) and pass --skip default."},
	{"skip-incomplete", blame_kept, NULL},
	{"stacks-without-event", homeless_stacks, NULL},
};
const size_t verdict_stack_rule_count =
	sizeof(verdict_stack_rules) / sizeof(verdict_stack_rules[0]);
