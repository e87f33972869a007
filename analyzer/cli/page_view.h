/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --page: the report on page events, on standard output.
 */
#ifndef ANALYZER_CLI_PAGE_VIEW_H
#define ANALYZER_CLI_PAGE_VIEW_H

#include "analyzer/base/error.h"
#include "analyzer/cli/options.h"

int page_view_show(const struct options *options, struct error *err);

#endif
