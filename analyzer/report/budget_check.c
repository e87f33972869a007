/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking budgets. */
#include <inttypes.h>
#include <string.h>

#include "analyzer/report/budget.h"
#include "analyzer/report/text_format.h"

/* Call sites named in the line of a breach. */
#define CULPRITS 3

/* What a budget is about in one analysis. */
struct place {
	const struct tree_node *node; /* NULL: a function */
	struct memory_figures figures;
};

static void site_figures_add(struct memory_figures *figures, const struct call_site *site)
{
	figures->total_dynamic += site->figures.total_dynamic;
	figures->current_dynamic += site->figures.current_dynamic;
	figures->current_requested += site->figures.current_requested;
}

static bool is_in_function(const struct call_site *site, const char *name)
{
	return site->function && strcmp(site->function, name) == 0;
}

/* False if there is no such place. */
static bool place_find(const struct analysis_record *record, const char *name, struct place *ret)
{
	bool found = false;

	*ret = (struct place){.node = memory_tree_find(record->tree, name)};
	if (ret->node) {
		ret->figures = ret->node->sum;
		return true;
	}
	for (size_t i = 0; i < record->site_count; i++) {
		if (is_in_function(&record->sites[i], name)) {
			site_figures_add(&ret->figures, &record->sites[i]);
			found = true;
		}
	}
	return found;
}

static uint64_t sum_or_most(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* hundredths of a percent of base; products stay below 2^64 but for absurd percentages. */
static uint64_t share_of(uint64_t base, uint64_t hundredths)
{
	uint64_t whole = base / 10000;
	uint64_t rest = base % 10000 * hundredths / 10000;

	if (hundredths && whole > UINT64_MAX / hundredths) {
		return UINT64_MAX;
	}
	return sum_or_most(whole * hundredths, rest);
}

static void limit_set(struct budget *budget)
{
	uint64_t more = budget->kind == BUDGET_PERCENT ? share_of(budget->baseline, budget->amount)
						       : budget->amount;

	budget->limit = sum_or_most(budget->baseline, more);
	budget->is_breached = budget->value > budget->limit;
}

static int attribute_check(const struct budget *budget, const struct analysis_record *record,
			   const struct place *place, struct error *err)
{
	bool needs_static =
		budget->attribute == ATTRIBUTE_STATIC || budget->attribute == ATTRIBUTE_CURRENT;

	if (budget->attribute != ATTRIBUTE_STATIC && !record->trace) {
		return error_set(err, ERROR_USAGE, "%.200s: '%.200s' needs a trace", budget->origin,
				 budget->text);
	}
	if (needs_static && (!record->kernel || !place->node)) {
		return error_set(err, ERROR_USAGE,
				 "%.200s: '%.200s': static bytes are known of directories and "
				 "objects of a kernel tree (-k PATH) only",
				 budget->origin, budget->text);
	}
	return 0;
}

static int place_error(const struct budget *budget, const struct analysis_record *record,
		       struct error *err)
{
	char nearest[512];

	if (memory_tree_suggest(record->tree, budget->place, nearest, sizeof(nearest))) {
		return error_set(err, ERROR_USAGE,
				 "%.200s: there is no directory, object or function '%.200s'; did "
				 "you mean '%.200s'?",
				 budget->origin, budget->place, nearest);
	}
	return error_set(err, ERROR_USAGE,
			 "%.200s: there is no directory, object or function '%.200s'",
			 budget->origin, budget->place);
}

static uint64_t site_value(const struct call_site *site, enum memory_attribute attribute)
{
	struct memory_figures figures = {0};

	site_figures_add(&figures, site);
	return memory_figures_get(&figures, attribute);
}

static bool is_culprit(const struct call_site *site, const struct budget *budget,
		       const struct place *place)
{
	return place->node ? site->node && tree_node_is_below(site->node, place->node)
			   : is_in_function(site, budget->place);
}

/* The site with the next smaller value after last (NULL: the largest); NULL at the end. */
static const struct call_site *next_culprit(const struct analysis_record *record,
					    const struct budget *budget, const struct place *place,
					    const struct call_site *last)
{
	const struct call_site *best = NULL;

	for (size_t i = 0; i < record->site_count; i++) {
		const struct call_site *site = &record->sites[i];
		uint64_t value = site_value(site, budget->attribute);

		if (!value || !is_culprit(site, budget, place)) {
			continue;
		}
		/* Sites stand by text: of equal ones the earlier comes first. */
		if (last) {
			uint64_t limit = site_value(last, budget->attribute);

			if (value > limit || (value == limit && site <= last)) {
				continue;
			}
		}
		if (!best || value > site_value(best, budget->attribute)) {
			best = site;
		}
	}
	return best;
}

static const char *culprits_text(struct arena *arena, const struct analysis_record *record,
				 const struct budget *budget, const struct place *place)
{
	const struct call_site *site = NULL;
	const char *text = "";

	if (budget->attribute == ATTRIBUTE_STATIC) {
		return text;
	}
	for (size_t i = 0; i < CULPRITS && text; i++) {
		char bytes[FORMAT_SIZE];

		site = next_culprit(record, budget, place, site);
		if (!site) {
			break;
		}
		text = arena_printf(arena, "%s%s %s (%s)", text, i ? "," : "; most in",
				    site->caller,
				    format_bytes(bytes, site_value(site, budget->attribute)));
	}
	return text;
}

static int message_make(struct budgets *budgets, struct budget *budget,
			const struct analysis_record *record, const struct place *place,
			struct error *err)
{
	const char *culprits = culprits_text(&budgets->arena, record, budget, place);
	const char *baseline = "";

	if (budget->kind != BUDGET_ABSOLUTE) {
		baseline = arena_printf(&budgets->arena, ", %" PRIu64 " before", budget->baseline);
	}
	if (culprits && baseline) {
		budget->message = arena_printf(
			&budgets->arena,
			"%s: %s is %" PRIu64 " bytes, %s its budget of %" PRIu64 " (%s%s)%s",
			budget->place, memory_attribute_names[budget->attribute], budget->value,
			budget->is_breached ? "over" : "within", budget->limit,
			strrchr(budget->text, '=') + 1, baseline, culprits);
	}
	return budget->message ? 0 : error_no_memory(err);
}

static int one_check(struct budgets *budgets, struct budget *budget,
		     const struct analysis_record *record, const struct analysis_record *baseline,
		     struct error *err)
{
	struct place before;
	struct place place;

	if (!place_find(record, budget->place, &place)) {
		return place_error(budget, record, err);
	}
	if (attribute_check(budget, record, &place, err) < 0) {
		return err->code;
	}
	budget->value = memory_figures_get(&place.figures, budget->attribute);
	if (budget->kind != BUDGET_ABSOLUTE && place_find(baseline, budget->place, &before)) {
		if (attribute_check(budget, baseline, &before, err) < 0) {
			return err->code;
		}
		budget->baseline = memory_figures_get(&before.figures, budget->attribute);
	}
	limit_set(budget);
	return message_make(budgets, budget, record, &place, err);
}

static bool is_unreliable(const struct analysis_record *record)
{
	return record && record->verdict->grade == VERDICT_UNRELIABLE;
}

int budgets_check(struct budgets *budgets, const struct analysis_record *record,
		  const struct analysis_record *baseline, bool allow_unreliable, struct error *err)
{
	for (size_t i = 0; i < budgets->count; i++) {
		if (one_check(budgets, &budgets->items[i], record, baseline, err) < 0) {
			return err->code;
		}
	}
	if (allow_unreliable || budgets->count == 0) {
		return 0;
	}
	if (is_unreliable(record)) {
		budgets->is_unreliable = true;
		budgets->problem = "the figures are not reliable (see the verdict): no budget can "
				   "be held; --allow-unreliable checks all the same";
	} else if (is_unreliable(baseline)) {
		budgets->is_unreliable = true;
		budgets->problem = "the figures of the baseline are not reliable: no budget can be "
				   "held; --allow-unreliable checks all the same";
	}
	return 0;
}

size_t budgets_failed(const struct budgets *budgets)
{
	size_t count = budgets->is_unreliable;

	for (size_t i = 0; i < budgets->count; i++) {
		count += budgets->items[i].is_breached;
	}
	return count;
}
