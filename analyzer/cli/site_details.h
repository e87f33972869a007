/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What -v says about single call sites: the candidates of those that stay ambiguous, where debug
 * info and object tree differ, and which bare addresses are init text.
 */
#ifndef ANALYZER_CLI_SITE_DETAILS_H
#define ANALYZER_CLI_SITE_DETAILS_H

#include <stddef.h>

#include "analyzer/attribute/call_site.h"
#include "analyzer/cli/diagnostics.h"

void site_details_list(struct diagnostics *diagnostics, const struct call_site *sites,
		       size_t count);

#endif
