/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/budget_checks.h"

/* What makes no sense without a budget. */
static const char *lonely_option(const struct options *options)
{
	if (options->baseline) {
		return "baseline";
	}
	if (options->junit) {
		return "junit";
	}
	if (options->github) {
		return "github";
	}
	return options->allow_unreliable ? "allow-unreliable" : NULL;
}

static int baseline_load(struct budget_checks *checks, const struct options *options,
			 struct error *err)
{
	bool relative = budgets_relative(&checks->budgets);

	if (relative && !options->baseline) {
		return error_set(err, ERROR_USAGE,
				 "a budget of '+' is relative to a saved analysis: name it with "
				 "--baseline");
	}
	if (!relative && options->baseline) {
		return error_set(err, ERROR_USAGE,
				 "--baseline: no budget is relative to it ('+2%%', '+64K')");
	}
	if (!relative) {
		return 0;
	}
	if (database_load(options->baseline, 0, &checks->baseline, err) < 0) {
		return err->code;
	}
	checks->has_baseline = true;
	return 0;
}

int budget_checks_prepare(struct budget_checks *checks, const struct options *options,
			  struct error *err)
{
	for (size_t i = 0; i < options->max_count; i++) {
		if (budget_add(&checks->budgets, options->max[i], "--max", err) < 0) {
			return err->code;
		}
	}
	if (options->budget_file && budgets_read(&checks->budgets, options->budget_file, err) < 0) {
		return err->code;
	}
	if (!checks->budgets.count) {
		return lonely_option(options) ? error_set(err, ERROR_USAGE,
							  "--%s needs a budget (--max, --budget)",
							  lonely_option(options))
					      : 0;
	}
	return baseline_load(checks, options, err);
}

void budget_checks_release(struct budget_checks *checks)
{
	budgets_release(&checks->budgets);
	if (checks->has_baseline) {
		saved_analysis_release(&checks->baseline);
	}
	*checks = (struct budget_checks){0};
}

int budget_checks_run(struct budget_checks *checks, const struct options *options,
		      const struct analysis_record *record, struct error *err)
{
	const struct analysis_record *baseline =
		checks->has_baseline ? &checks->baseline.record : NULL;

	if (baseline && baseline->trace && record->trace && baseline->filter != record->filter) {
		return error_set(err, ERROR_USAGE,
				 "--baseline: %.400s counts other allocations (--malloc, --cache)",
				 options->baseline);
	}
	return budgets_check(&checks->budgets, record, baseline, options->allow_unreliable, err);
}

bool budget_checks_report(const struct budget_checks *checks, struct diagnostics *diagnostics)
{
	const struct budgets *budgets = &checks->budgets;

	if (budgets->is_unreliable) {
		diagnostics_error(diagnostics, "%s", budgets->problem);
	}
	for (size_t i = 0; i < budgets->count; i++) {
		if (budgets->items[i].is_breached) {
			diagnostics_error(diagnostics, "%s", budgets->items[i].message);
		}
	}
	return budgets_failed(budgets) > 0;
}
