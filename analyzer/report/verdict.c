/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/verdict.h"

#include "analyzer/report/verdict_rules.h"

const char *const finding_severity_names[] = {"note", "warning", "error"};
const char *const verdict_grade_names[] = {"exact", "bounds", "unreliable"};

double verdict_expected_collisions(const struct match_totals *totals)
{
	return (double)totals->alloc_count * (double)totals->peak_live_count / 4294967296.0;
}

void finding_count_set(struct finding *finding, uint64_t count)
{
	finding->has_count = true;
	finding->count = count;
}

void finding_bytes_set(struct finding *finding, uint64_t bytes)
{
	finding->has_bytes = true;
	finding->bytes = bytes;
}

static int rules_run(struct verdict *verdict, const struct verdict_rule *rules, size_t count,
		     const struct verdict_evidence *evidence)
{
	for (size_t i = 0; i < count && verdict->count < VERDICT_CAPACITY; i++) {
		struct finding finding = {.id = rules[i].id, .advice = rules[i].advice};

		if (!rules[i].judge(evidence, &verdict->arena, &finding)) {
			continue;
		}
		if (!finding.text) {
			return -1;
		}
		verdict->findings[verdict->count++] = finding;
	}
	return 0;
}

static int all_rules_run(struct verdict *verdict, const struct verdict_evidence *evidence)
{
	const struct {
		const struct verdict_rule *rules;
		size_t count;
		bool applies;
	} tables[] = {
		{verdict_loss_rules, verdict_loss_rule_count, evidence->trace},
		{verdict_match_rules, verdict_match_rule_count, evidence->trace},
		{verdict_line_rules, verdict_line_rule_count, evidence->trace},
		{verdict_stack_rules, verdict_stack_rule_count, evidence->trace},
		{verdict_build_rules, verdict_build_rule_count, evidence->trace},
		{verdict_place_rules, verdict_place_rule_count, true},
		{verdict_call_rules, verdict_call_rule_count, true},
		{verdict_debug_rules, verdict_debug_rule_count, true},
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (tables[i].applies &&
		    rules_run(verdict, tables[i].rules, tables[i].count, evidence) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Gravest first, else as in the tables. Insertion: the list is short and order must hold. */
static void findings_sort(struct verdict *verdict)
{
	for (size_t i = 1; i < verdict->count; i++) {
		struct finding moving = verdict->findings[i];
		size_t place = i;

		for (; place > 0 && verdict->findings[place - 1].severity < moving.severity;
		     place--) {
			verdict->findings[place] = verdict->findings[place - 1];
		}
		verdict->findings[place] = moving;
	}
}

static const char *bounds_sentence(struct arena *arena, unsigned int effects)
{
	const char *total = effects & EFFECT_TOTAL_LOW ? "lower bounds" : "exact";
	const char *current = "exact";

	if (effects & EFFECT_CURRENT_LOW && effects & EFFECT_CURRENT_HIGH) {
		current = "approximate";
	} else if (effects & EFFECT_CURRENT_LOW) {
		current = "lower bounds";
	} else if (effects & EFFECT_CURRENT_HIGH) {
		current = "upper bounds";
	}
	return arena_printf(arena, "Totals and counts are %s; live and wasted bytes are %s.%s",
			    total, current,
			    effects & EFFECT_STATIC_LOW ? " Static bytes are lower bounds." : "");
}

void verdict_conclude(struct verdict *verdict, bool has_trace)
{
	unsigned int effects = 0;

	for (size_t i = 0; i < verdict->count; i++) {
		effects |= verdict->findings[i].effects;
	}
	if (effects & EFFECT_UNRELIABLE) {
		verdict->grade = VERDICT_UNRELIABLE;
		verdict->sentence = "The figures are not reliable: see the errors below.";
	} else if (effects && !has_trace) {
		verdict->grade = VERDICT_BOUNDS;
		verdict->sentence = "Static bytes are lower bounds.";
	} else if (effects) {
		verdict->grade = VERDICT_BOUNDS;
		verdict->sentence = bounds_sentence(&verdict->arena, effects);
	} else {
		verdict->grade = VERDICT_EXACT;
		verdict->sentence = has_trace ? "The figures are exact for what this trace holds."
					      : "The figures are exact for this build.";
	}
}

int verdict_init(struct verdict *verdict, const struct verdict_evidence *evidence,
		 struct error *err)
{
	*verdict = (struct verdict){0};
	arena_init(&verdict->arena);
	if (all_rules_run(verdict, evidence) < 0) {
		verdict_release(verdict);
		return error_no_memory(err);
	}
	findings_sort(verdict);
	verdict_conclude(verdict, evidence->trace != NULL);
	if (!verdict->sentence) {
		verdict_release(verdict);
		return error_no_memory(err);
	}
	return 0;
}

void verdict_release(struct verdict *verdict)
{
	arena_release(&verdict->arena);
	*verdict = (struct verdict){0};
}
