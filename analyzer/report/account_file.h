/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The account file and the callers file, byte for byte as people's scripts have
 * parsed them since 2012 (DESIGN.md, "The account file").
 */
#ifndef ANALYZER_REPORT_ACCOUNT_FILE_H
#define ANALYZER_REPORT_ACCOUNT_FILE_H

#include <stdio.h>

#include "analyzer/report/site_list.h"

/*
 * Header sums over the rows shown, then one row per call site:
 * total, waste, net, allocations/objects freed, caller.
 */
void account_file_write(FILE *out, const struct site_list *list);

/*
 * One line per call site, no header: caller, live bytes, wasted bytes and directory,
 * padded to 60, 8, 8 and 8 columns (the directory too: lines may end in blanks).
 */
void callers_file_write(FILE *out, const struct site_list *list);
/* The same with file:line of the call behind the directory, "?" where it isn't known. */
void callers_file_write_lines(FILE *out, const struct site_list *list);

#endif
