/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --each-branch DIR: a chart and an account for each first-level directory of the tree, or of
 * what -b names, from one analysis. The chart is what -r and -a ask for, PNG without -r; the
 * account, where there is a trace, is that of -c with -b.
 *
 * Files are called by the directory: "fs.png" and "fs.txt". Letters, digits and ". _ + -" stand
 * for themselves, but for '.' and '-' at the beginning; other bytes become %XX, so that no name
 * leaves the folder, hides or reads as an option, and different names stay different. Where that
 * is longer than EACH_BRANCH_NAME_MAX, a hash of the whole takes the place of the end.
 */
#ifndef ANALYZER_CLI_EACH_BRANCH_H
#define ANALYZER_CLI_EACH_BRANCH_H

#include <stdbool.h>

#include "analyzer/base/error.h"
#include "analyzer/cli/analysis.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/outputs.h"

#define EACH_BRANCH_NAME_MAX 200

/* The file name, without ending, for a directory's name. */
void each_branch_name(char ret[EACH_BRANCH_NAME_MAX + 1], const char *name);

/*
 * Makes the folder if it is absent, before the long work, and says whether it did. ERROR_OUTPUT
 * if it cannot be written to.
 */
int each_branch_prepare(const char *folder, bool *ret_made, struct error *err);

/* Adds the files to the set, written but not committed. ERROR_OUTPUT, or as the charts. */
int each_branch_write(struct outputs *outputs, const struct options *options,
		      const struct analysis *analysis, struct error *err);

#endif
