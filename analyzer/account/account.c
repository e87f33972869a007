/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/account.h"

void site_account_add(struct site_account *to, const struct site_account *what)
{
	to->total_dynamic += what->total_dynamic;
	to->total_requested += what->total_requested;
	to->current_dynamic += what->current_dynamic;
	to->current_requested += what->current_requested;
	to->alloc_count += what->alloc_count;
	to->free_count += what->free_count;
	to->lost_free_count += what->lost_free_count;
}
