/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live objects of an account by size: from the match groups to the rows they belong to.
 * Owners (size_table.h) are site ids or context ids first, then indices of stacks or rows.
 */
#ifndef ANALYZER_ACCOUNT_ACCOUNT_SIZES_H
#define ANALYZER_ACCOUNT_ACCOUNT_SIZES_H

#include <stdbool.h>

#include "analyzer/account/account.h"
#include "analyzer/account/context_map.h"
#include "analyzer/account/match.h"
#include "analyzer/account/size_table.h"
#include "analyzer/input/site_table.h"

/*
 * Adds what is live in group: by site id, or with contexts (not NULL) by their id in that map,
 * which has them all. False: no memory.
 */
bool account_sizes_add_group(struct size_table *table, const struct match_group *group,
			     struct context_map *contexts);

/*
 * Rows of owners of which sites[owner] is the text of a row of account: by the index of that
 * row. An owner whose text is no row's must have no row here. The caller frees *ret. False: no
 * memory.
 */
bool account_sizes_by_row(const struct account *account, const char *const *sites, size_t count,
			  const struct size_row *rows, size_t row_count, struct size_row **ret,
			  size_t *ret_count);

/*
 * What table holds, by site id or (where the account has stacks) by context id, as the sizes of
 * the account's rows and stacks, which are there already. False: no memory.
 */
bool account_sizes_collect(struct account *account, const struct site_table *sites,
			   struct size_table *table);

#endif
