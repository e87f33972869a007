/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stages of an analysis found out, put before the rules of the verdict.
 */
#ifndef ANALYZER_CLI_VERDICT_EVIDENCE_H
#define ANALYZER_CLI_VERDICT_EVIDENCE_H

#include "analyzer/base/error.h"
#include "analyzer/cli/analysis.h"

/* Fills analysis->verdict; after attribution. ERROR_NO_MEMORY or 0. */
int verdict_evidence_judge(struct analysis *analysis, struct error *err);

#endif
