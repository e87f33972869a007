/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --max, --budget and --baseline: from the command line to the checked budgets.
 */
#ifndef ANALYZER_CLI_BUDGET_CHECKS_H
#define ANALYZER_CLI_BUDGET_CHECKS_H

#include <stdbool.h>

#include "analyzer/base/error.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/options.h"
#include "analyzer/report/budget.h"
#include "analyzer/report/database.h"

struct budget_checks {
	struct budgets budgets; /* empty: none were asked for */
	struct saved_analysis baseline;
	bool has_baseline;
};

/*
 * Reads the budgets and the baseline, so that what is wrong with them shows before the
 * long work. checks is all zero; budget_checks_release also after an error.
 */
int budget_checks_prepare(struct budget_checks *checks, const struct options *options,
			  struct error *err);
void budget_checks_release(struct budget_checks *checks);

int budget_checks_run(struct budget_checks *checks, const struct options *options,
		      const struct analysis_record *record, struct error *err);

/* One line per breach; true if there is any. */
bool budget_checks_report(const struct budget_checks *checks, struct diagnostics *diagnostics);

#endif
