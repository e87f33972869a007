/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The readable report on page events: totals, by order and migrate type, and who holds most.
 * 80 columns, ASCII, the same bytes for the same input.
 */
#ifndef ANALYZER_REPORT_PAGE_SUMMARY_H
#define ANALYZER_REPORT_PAGE_SUMMARY_H

#include <stdio.h>

#include "analyzer/account/page_account.h"
#include "analyzer/base/error.h"

/* Fails only for want of memory; write errors stay in the stream. path: of the trace. */
int page_summary_write(FILE *out, const char *path, const struct page_account *account,
		       struct error *err);

#endif
